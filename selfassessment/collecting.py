"""Read the facts from the records, in a constant number of queries whatever the district's size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Subquery, Window
from django.utils import timezone

from roadmap.models import Milestone, State
from roles.access import Reach
from roles.keeping import Keep
from roles.models import Approach, JobDescriptionVersion, SchoolYear, User
from selfassessment.collecting_learning import learning_of
from selfassessment.collecting_roles import examples_of, roles_of, written_for
from selfassessment.collecting_windows import Counted, windows_of, with_agreement
from selfassessment.facts import YEAR, DoneMilestone, Facts, Note, Role
from selfassessment.models import EvidenceRevision
from selfassessment.pointing import version_at


def collect(
    reach: Reach,
    today: dt.date,
    *,
    examples: bool = False,
    year: SchoolYear | None = None,
    keep: Keep | None = None,
) -> Facts:
    """What the district's records say on a day, within the reach of who asks. With `examples`:
    single positions that lack something.

    Ten queries, one more with `examples`, one where forms came in since pairs of raters were last
    looked at, and one where evidence by hand points at job descriptions. One fewer where the school
    `year` that holds the day is known. Two as long as nothing of it has changed (`roles.keeping`);
    each part is read anew by itself.
    """
    keep = keep or Keep.of(reach, today)

    def roles() -> tuple[Role, ...]:
        return keep.get("roles", lambda: tuple(roles_of(reach, today, written())))

    def written() -> Sequence[dict[str, Any]]:
        return keep.get("written for roles", lambda: written_for(reach))

    return Facts(
        today=today,
        roles={each.key: each for each in roles()},
        windows=tuple(with_agreement(closed_windows(keep, reach, today), reach)),
        milestones=keep.get("done milestones", lambda: tuple(_milestones(reach, today))),
        notes=keep.get("evidence by hand", lambda: tuple(_notes(reach))),
        learning=keep.get("learning", lambda: learning_of(reach, today, roles(), year, keep)),
        examples=keep.get("examples", lambda: tuple(examples_of(reach, today))) if examples else (),
        has_partner=reach.district.approach == Approach.PARTNER_PROVIDER,
    )


def closed_windows(keep: Keep, reach: Reach, today: dt.date) -> tuple[Counted, ...]:
    """Those of the day's school year, without what may be told to one reader only."""
    return keep.get("closed windows", lambda: tuple(windows_of(reach, today)))


def superseded_on(reach: Reach, versions: Collection[int]) -> dict[int, dt.date]:
    """Of these versions of job descriptions (primary keys) those that another has replaced since,
    and the day it did. One query; none without versions.
    """
    if not versions:
        return {}
    later = JobDescriptionVersion.objects.filter(
        job_description=OuterRef("job_description"),
        number__gt=OuterRef("number"),
        published_at__isnull=False,
    )
    first = later.order_by().values("job_description").annotate(at=Min("published_at"))
    found = JobDescriptionVersion.objects.reachable(reach).filter(
        pk__in=versions, status=JobDescriptionVersion.Status.SUPERSEDED
    )
    dated = found.annotate(gone=Subquery(first.values("at"))).values_list("pk", "gone")
    return {pk: timezone.localdate(at) for pk, at in dated if at}


def _milestones(reach: Reach, today: dt.date) -> Iterator[DoneMilestone]:
    """Done within a year, newest first; of those of one name and purpose the newest stands."""
    name = ("key", "title", "supports")
    done = (
        Milestone.objects.reachable(reach)
        .filter(state=State.DONE, done_on__gte=today - YEAR, done_on__lte=today)
        .exclude(supports=[])
        .annotate(alike=Window(Count("pk"), partition_by=name))
        .order_by(*name, "-done_on", "-pk")
        .distinct(*name)
    )
    found: list[Any] = list(done)
    for each in sorted(found, key=lambda x: (x.done_on, x.pk), reverse=True):
        yield DoneMilestone(
            pk=each.pk,
            key=each.key,
            title=each.title,
            done_on=each.done_on,
            proof=each.proof_text or each.proof_link or each.proof_file_name,
            supports=frozenset(each.supports),
            alike=each.alike - 1,
        )


def _notes(reach: Reach) -> Iterator[Note]:
    found = list(_standing_notes(reach))
    points_at = {says.pk: version_at(says.link, reach.district.slug) for says in found}
    gone = superseded_on(reach, {pk for pk in points_at.values() if pk})
    for says in found:
        yield Note(
            pk=says.pk,
            code=says.code,
            kind=says.kind,
            label=says.label,
            text=says.text,
            link=says.link,
            dated_on=says.dated_on,
            added_by=_name_of(says.added_by),
            file_name=says.file_name if says.file else "",
            expires_on=says.expires_on,
            superseded_on=gone.get(points_at[says.pk] or 0),
            evidence_pk=says.evidence_id,
        )


def _standing_notes(reach: Reach) -> Any:
    """What is current of evidence by hand, once for each indicator that it speaks for."""
    said = EvidenceRevision.objects.reachable(reach).filter(
        is_current=True, evidence__withdrawn_at=None, evidence__uses__isnull=False
    )
    found = said.annotate(code=F("evidence__uses__code"), kind=F("evidence__uses__kind"))
    return found.select_related("added_by").order_by("-dated_on", "-evidence")


def _name_of(user: User | None) -> str:
    return str(user) if user else ""
