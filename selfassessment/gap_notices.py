"""Gaps as a source of notices: one is ready to be rated again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from roadmap.models import OPEN, State
from roles.capabilities import AccessLevel
from roles.ladder import Step
from roles.models import District, Membership
from roles.notices import Due, Line, Mine, number
from selfassessment.models import Gap, GapMilestone, IndicatorRating, Round, RoundMember

STEPS = (Step(0), Step(14))


class ReadyGaps:
    """The last milestone of a gap was done and its proof is evidence: the raters are asked to rate
    again, on that day and two weeks later. While a round with its indicator is open these are its
    facilitator and its team; else who facilitated last, or the district leads where nobody did.

    Evidence that comes without a milestone shows on the pages of gaps alone: looking for it takes
    all records of a district.
    """

    kind = "re_rate"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """At most four queries, one of them where no gap is ready."""
        for due in self._asked(district, ready_gaps(district.pk)):
            if first <= due.due_on <= last and (mine is None or mine.has(due)):
                yield due

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = self._asked(district, ready_gaps(district.pk).filter(pk__in=map(number, subjects)))
        return {due.subject: due for due in found if due.subject in subjects}

    def _asked(self, district: District, ready: QuerySet[Gap]) -> Iterator[Due]:
        gaps = list(ready)
        if not gaps:
            return
        last = Round.objects.filter(district=district).order_by("-pk").first()
        codes = _open_codes(last)
        team = _team(last) if codes else set()
        others = {last.facilitator_id} if last and last.facilitator_id else _leads(district)
        for gap in gaps:
            in_room = last if gap.code in codes else None
            for reader in sorted(team if in_room else others):
                yield _line(district, gap, reader, in_room)


def subject_of(gap_pk: int, reader_pk: int) -> str:
    return f"{ReadyGaps.kind}:{reader_pk}:{gap_pk}"


def ready_gaps(district: int) -> Any:
    """Open gaps whose milestones are all settled, at least one of them done with a proof that is
    evidence for them, and which were not rated since.
    """
    steps = Q(steps__milestone__state=State.DONE)
    given = IndicatorRating.objects.filter(district=district, code=OuterRef("code")).rated()
    newest = given.order_by("-rated_at").values("rated_at")[:1]
    unsettled = GapMilestone.objects.filter(gap=OuterRef("pk"), milestone__state__in=OPEN)
    found = Gap.objects.filter(district=district).open().filter(~Exists(unsettled))
    return (
        found.annotate(
            done=Count("steps", steps),
            done_at=Max("steps__milestone__done_at", filter=steps),
            done_on=Max("steps__milestone__done_on", filter=steps),
            value=F("rating__value"),
            rated_at=Subquery(newest),
        )
        .filter(Q(rated_at=None) | Q(rated_at__lt=F("done_at")), done__gt=0)
        .order_by("code")
    )


def _open_codes(last: Round | None) -> set[str]:
    if last is None or not last.is_open:
        return set()
    return set(IndicatorRating.objects.filter(round=last).values_list("code", flat=True))


def _team(last: Round | None) -> set[int]:
    members = RoundMember.objects.filter(round=last, left_at=None)
    found = set(members.values_list("user", flat=True))
    return found | ({last.facilitator_id} if last and last.facilitator_id else set())


def _leads(district: District) -> set[int]:
    found = Membership.objects.filter(district=district, level=AccessLevel.DISTRICT_LEAD)
    return set(found.filter(user__is_active=True).values_list("user", flat=True))


def _line(district: District, gap: Any, reader: int, in_room: Round | None) -> Due:
    page, pk = ("room", in_room.pk) if in_room else ("gap", gap.pk)
    done = f"{gap.done} milestone{' is' if gap.done == 1 else 's are'} done"
    since = "" if gap.value is None else f" since the team rated {gap.value}"
    return Due(
        subject=subject_of(gap.pk, reader),
        verb="Rate",
        title=f"{gap.code} again",
        path=reverse(f"selfassessment:{page}", args=[district.slug, pk]),
        due_on=gap.done_on,
        reader_id=reader,
        steps=STEPS,
        climbs=False,
        since=True,
        words=f"{done}{since}, and the proof is evidence now.",
        why="you take part in the self-assessment",
    )
