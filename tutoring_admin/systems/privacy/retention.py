"""What goes each night because its time is over, and the choice of that time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import District, RetentionKind, RetentionRule
from roles.services.audit import record, record_for
from roles.services.redacting import audit_exception
from roles.services.refusal import Refused
from roles.services.verifying import LET_GO
from roles.wall import district_scope
from tutoring_admin.systems.privacy.rules import RULES, Rule, days_of, span

AT_ONCE = 500
NIGHT = range(2, 5)
FILES = {RetentionKind.EVIDENCE}  # what has a file on disk


@dataclass(frozen=True)
class Tonight:
    """What would go in the coming night by one rule: `count` rows, from before a day."""

    rule: Rule
    days: int
    before: dt.date
    count: int

    @property
    def usual(self) -> str:
        return span(self.rule.usual)


def tonight(district: District) -> list[Tonight]:
    """The dry view, rule by rule: removes nothing. A constant number of queries."""
    days = days_of(district.pk)
    found = []
    for kind, rule in RULES.items():
        moment = _moment(days[kind])
        count = rule.due(district.pk, moment)[0].count()
        found.append(Tonight(rule, days[kind], moment.date(), count))
    return found


@transaction.atomic
def choose(kind: RetentionKind, days: int, *, by: Reach) -> bool:
    """Keep one kind so many days from now on. True if that is new. Raises Refused."""
    rule = RULES[kind]
    if days not in rule.choices:
        raise Refused("Choose one of the times that are offered.")
    before = days_of(by.district.pk)[kind]
    if before == days:
        return False
    RetentionRule.objects.update_or_create(
        district=by.district,
        kind=kind,
        defaults={"days": days, "set_by_id": by.user.pk, "set_at": timezone.now()},
    )
    record(
        by,
        "retention.chosen",
        by.district,
        what=str(kind.label),
        time=span(days),
        before=span(before),
    )
    return True


def act_everywhere() -> int:
    """What beat asks for each hour: act where it is night. How many rows went, in all districts."""
    at_night = [each for each in District.objects.all() if _hour(each) in NIGHT]
    return sum(sum(act(district).values()) for district in at_night)


def _hour(district: District) -> int:
    return timezone.localtime(timezone=district.zone).hour


def act(district: District) -> dict[RetentionKind, int]:
    """Remove in one district what is older than its rules say, in batches; each kind that lost
    something leaves one event with its count. Harmless to do twice.
    """
    days, went = days_of(district.pk), dict[RetentionKind, int]()
    for kind, rule in RULES.items():
        before = _moment(days[kind])
        count = (
            _let_go(district, rule, before)
            if kind == RetentionKind.AUDIT
            else _go(district, rule, before)
        )
        if count:
            went[kind] = count
    return went


def _go(district: District, rule: Rule, before: dt.datetime) -> int:
    removed = 0
    for step in range(len(_due(district, rule, before))):
        while gone := _batch(district, rule, before, step):
            removed += gone if step == 0 else 0
    if removed:
        with district_scope(district):
            _told(district, rule, removed, before)
    return removed


def _due(district: District, rule: Rule, before: dt.datetime) -> list[Any]:
    with district_scope(district):
        return rule.due(district.pk, before)


def _batch(district: District, rule: Rule, before: dt.datetime, step: int) -> int:
    """One batch, in a transaction of its own. Files go after the commit: a row names each."""
    files: list[str] = []
    with district_scope(district):
        rows = rule.due(district.pk, before)[step]
        chosen = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        picked = rows.model._default_manager.filter(pk__in=chosen)
        if rule.kind in FILES:
            files = list(picked.exclude(file="").values_list("file", flat=True))
        picked.delete()
    for name in files:
        default_storage.delete(name)
    return len(chosen)


def _let_go(district: District, rule: Rule, before: dt.datetime) -> int:
    """Of the audit trail, as the owner of its table: the database lets nobody else, and only go
    what is older than three years.
    """
    removed = 0
    while chosen := list(
        rule.due(district.pk, before)[0].order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        with audit_exception("old"):
            model: type[models.Model] = rule.due(district.pk, before)[0].model
            model._default_manager.filter(pk__in=chosen).delete()
        removed += len(chosen)
    if removed:
        record_for(district, None, LET_GO, district, before=before.isoformat(), events=removed)
    return removed


def _told(district: District, rule: Rule, removed: int, before: dt.datetime) -> None:
    day = before.date().isoformat()
    told = {"what": str(rule.kind.label), "rows": removed, "before": day}
    record_for(district, None, "retention.acted", district, **told)


def _moment(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)
