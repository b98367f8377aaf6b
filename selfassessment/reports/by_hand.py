"""Evidence by hand as its pages show it: the list, and what stands around one piece."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)

from roles.access import Reach
from roles.models import JobDescriptionVersion, Membership, User
from selfassessment.collecting import superseded_on
from selfassessment.evidence import SOON
from selfassessment.models import (
    EvidenceRevision,
    EvidenceSnapshot,
    EvidenceUse,
    HandEvidence,
    Round,
)
from selfassessment.pointing import version_at
from selfassessment.speaking import REPLACED, standing

IN_IT = "$.*.evidence[*] ? (@.evidence_pk == $pk)"
Chipped = tuple[EvidenceRevision, str, str]


@dataclass(frozen=True)
class Group:
    """Rows of the list under one heading; "" for what needs none."""

    heading: str
    rows: tuple[Chipped, ...]


def listed(reach: Reach, chosen: Mapping[str, str], today: dt.date) -> QuerySet[EvidenceRevision]:
    """What each piece says now: what runs out first on top, and last what points at something that
    was replaced (`replaced`). `chosen`: code, state, owner, text. Two queries of its own at most.
    """
    found = EvidenceRevision.objects.reachable(reach).current()
    state = chosen.get("state", "")
    if state == "taken_back":
        found = found.exclude(evidence__withdrawn_at=None)
    else:
        found = found.standing().filter(_of_state(state, today))
    gone = [] if state == "taken_back" else _replaced(reach)
    if state == "replaced":
        found = found.filter(pk__in=gone)
    elif state in ("current", "soon"):
        found = found.exclude(pk__in=gone)
    if "code" in chosen:
        uses = EvidenceUse.objects.reachable(reach).filter(code=chosen["code"])
        found = found.filter(evidence__in=uses.values("evidence"))
    if "owner" in chosen:
        found = found.filter(evidence__owner=int(chosen["owner"]))
    if "text" in chosen:
        words = chosen["text"]
        found = found.filter(
            Q(label__icontains=words) | Q(text__icontains=words) | Q(file_name__icontains=words)
        )
    uses = EvidenceUse.objects.reachable(reach)
    return (
        found.select_related("evidence__owner")
        .prefetch_related(Prefetch("evidence__uses", uses, to_attr="all_uses"))
        .annotate(replaced=Case(When(pk__in=gone, then=True), default=False))
        .order_by("replaced", F("expires_on").asc(nulls_last=True), "-evidence")
    )


def _replaced(reach: Reach) -> list[int]:
    """What stands and points at a job description that was replaced since (primary keys)."""
    slug = reach.district.slug
    standing_ = EvidenceRevision.objects.reachable(reach).current().standing()
    ours = standing_.filter(link__istartswith=settings.SITE_URL).order_by()
    points_at = {pk: version_at(link, slug) for pk, link in ours.values_list("pk", "link")}
    gone = superseded_on(reach, {version for version in points_at.values() if version})
    return [pk for pk, version in points_at.items() if version in gone]


def grouped(rows: Iterable[Chipped]) -> list[Group]:
    """As the list shows them: what was replaced stands apart."""
    every = list(rows)
    kept = tuple(row for row in every if not row[0].replaced)  # type: ignore[attr-defined]  # annotated
    apart = tuple(row for row in every if row[0].replaced)  # type: ignore[attr-defined]  # as above
    groups = (Group("", kept), Group(REPLACED, apart))
    return [group for group in groups if group.rows]


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


def chips(rows: Collection[EvidenceRevision], reach: Reach, today: dt.date) -> list[Chipped]:
    """Each with the kind of its status chip and the words. At most one query."""
    points_at = {says.pk: version_at(says.link, reach.district.slug) for says in rows}
    gone = superseded_on(reach, {pk for pk in points_at.values() if pk})
    return [
        (
            says,
            *standing(
                says.expires_on,
                today,
                taken_back=says.evidence.withdrawn_at is not None,
                superseded=points_at[says.pk] in gone,
            ),
        )
        for says in rows
    ]


def owner_has_left(evidence: HandEvidence, reach: Reach) -> bool:
    """Whether nobody can be reminded of it. One query."""
    here = Membership.objects.reachable(reach).filter(user=evidence.owner_id, user__is_active=True)
    return not here.exists()


def frozen_in(evidence: HandEvidence, reach: Reach) -> QuerySet[Round]:
    """The rounds that were frozen with it among their evidence. One query."""
    taken = EvidenceSnapshot.objects.reachable(reach).order_by("round_id", "-taken_at", "-pk")
    newest = taken.distinct("round_id").values("pk")
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


def newer_version(link: str, reach: Reach) -> JobDescriptionVersion | None:
    """What is in force now, if the link leads to a job description version of ours that is not any
    more; that itself where none is. At most two queries.
    """
    pk = version_at(link, reach.district.slug)
    if pk is None:
        return None
    versions = JobDescriptionVersion.objects.reachable(reach)
    old = versions.filter(pk=pk, status=JobDescriptionVersion.Status.SUPERSEDED).first()
    if old is None:
        return None
    return versions.filter(job_description=old.job_description_id).published().first() or old
