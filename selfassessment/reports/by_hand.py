"""Evidence by hand as its pages show it: the list, and what stands around one piece."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Value
from django.urls import Resolver404, resolve

from roles.access import Reach
from roles.models import JobDescriptionVersion, Membership, User
from selfassessment.models import (
    EvidenceRevision,
    EvidenceSnapshot,
    EvidenceUse,
    HandEvidence,
    Round,
)
from selfassessment.speaking import SOON, standing

IN_IT = "$.*.evidence[*] ? (@.by_hand == true && @.pk == $pk)"


@dataclass(frozen=True)
class Newer:
    """What a link of ours leads to has a newer version: `pk` is that, None if none is in force."""

    title: str
    pk: int | None


def listed(reach: Reach, chosen: Mapping[str, str], today: dt.date) -> QuerySet[EvidenceRevision]:
    """What each piece says now, what runs out first on top. `chosen`: code, state, owner, text."""
    found = EvidenceRevision.objects.reachable(reach).current()
    state = chosen.get("state", "")
    if state == "taken_back":
        found = found.exclude(evidence__withdrawn_at=None)
    else:
        found = found.standing().filter(_of_state(state, today))
    if "code" in chosen:
        uses = EvidenceUse.objects.reachable(reach).filter(code=chosen["code"])
        found = found.filter(evidence__in=uses.values("evidence"))
    if "owner" in chosen:
        found = found.filter(evidence__owner=chosen["owner"])
    if "text" in chosen:
        words = chosen["text"]
        found = found.filter(
            Q(label__icontains=words) | Q(text__icontains=words) | Q(file_name__icontains=words)
        )
    uses = EvidenceUse.objects.reachable(reach)
    return (
        found.select_related("evidence__owner")
        .prefetch_related(Prefetch("evidence__uses", uses, to_attr="all_uses"))
        .order_by(F("expires_on").asc(nulls_last=True), "-evidence")
    )


def _of_state(state: str, today: dt.date) -> Q:
    if state == "run_out":
        return Q(expires_on__lt=today)
    if state == "soon":
        return Q(expires_on__range=(today, today + SOON))
    if state == "current":
        return Q(expires_on=None) | Q(expires_on__gte=today)
    return Q()


def owners(reach: Reach) -> QuerySet[User]:
    """Who answers for any evidence."""
    return User.objects.filter(pk__in=HandEvidence.objects.reachable(reach).values("owner"))


def codes_used(reach: Reach) -> Collection[str]:
    found = EvidenceUse.objects.reachable(reach).order_by("code")
    return list(found.values_list("code", flat=True).distinct())


def chip(says: EvidenceRevision, evidence: HandEvidence, today: dt.date) -> tuple[str, str]:
    """The kind of status chip, and its words."""
    return standing(says.expires_on, today, taken_back=evidence.withdrawn_at is not None)


def owner_has_left(evidence: HandEvidence, reach: Reach) -> bool:
    """Whether nobody can be reminded of it. One query."""
    here = Membership.objects.reachable(reach).filter(user=evidence.owner_id, user__is_active=True)
    return not here.exists()


def frozen_in(evidence: HandEvidence, reach: Reach) -> QuerySet[Round]:
    """The rounds that were frozen with it among their evidence. One query."""
    newest = EvidenceSnapshot.objects.reachable(reach).order_by("round_id", "-taken_at", "-pk")
    newest = newest.distinct("round_id").values("pk")
    holds = Func(
        F("content"),
        Value(IN_IT),
        Value(f'{{"pk": {int(evidence.pk)}}}'),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s)",
        output_field=BooleanField(),
    )
    kept = EvidenceSnapshot.objects.reachable(reach).filter(holds, pk__in=newest)
    rounds = Round.objects.reachable(reach).exclude(state=Round.State.OPEN)
    return rounds.filter(Exists(kept.filter(round=OuterRef("pk"))))


def newer_version(link: str, hosts: Collection[str], reach: Reach) -> Newer | None:
    """What is in force now, if the link leads to a job description version of ours that is not any
    more. `hosts`: the names under which this site is reached. At most two queries.
    """
    pk = _version_pk(link, hosts, reach.district.slug)
    versions = JobDescriptionVersion.objects.reachable(reach)
    old = versions.filter(pk=pk, status=JobDescriptionVersion.Status.SUPERSEDED).first()
    if old is None:
        return None
    now = versions.filter(job_description=old.job_description_id).published().first()
    return Newer(str(now or old), now.pk if now else None)


def _version_pk(link: str, hosts: Collection[str], slug: str) -> int | None:
    parts = urlsplit(link)
    if parts.netloc not in hosts:
        return None
    try:
        found: Any = resolve(parts.path)
    except Resolver404:
        return None
    if not found.view_name.startswith("roles:version") or found.kwargs.get("district") != slug:
        return None
    pk: int | None = found.kwargs.get("pk")
    return pk
