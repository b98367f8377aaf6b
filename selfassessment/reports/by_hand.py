"""Evidence by hand as its pages show it: the list, and what stands around one piece."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Value

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
from selfassessment.speaking import standing

IN_IT = "$.*.evidence[*] ? (@.evidence_pk == $pk)"


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


def chips(
    rows: Collection[EvidenceRevision], reach: Reach, today: dt.date
) -> list[tuple[EvidenceRevision, str, str]]:
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
