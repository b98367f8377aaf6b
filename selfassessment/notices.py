"""Rounds as sources of notices: a last day that comes near, a signature that is asked for, and who
is in a team.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from roles.ladder import Step
from roles.models import District, Position
from roles.notices import Due, Line, Mine, News, number
from roles.schooltime import next_school_days
from roles.services.calendar import closures_of
from selfassessment.models import Round, RoundMember, Signer, SignOff
from selfassessment.services.signing import SIGN_NEWS, desks, subject
from selfassessment.services.team import (
    ENDS_NEWS,
    FACILITATOR_NEWS,
    TEAM_NEWS,
    ends_subject,
    facilitator_subject,
)
from selfassessment.wording import count

SIGN_WITHIN = dt.timedelta(days=7)
BEFORE_ITS_END = 3  # school days
AHEAD = dt.timedelta(days=35)  # so many school days, with the longest break between them


class RoundEnds:
    """The last day of a round that is being rated, told to its facilitator once, three school days
    before.
    """

    kind = ENDS_NEWS

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Open rounds that end in these days and have a facilitator. At most two queries."""
        rounds = list(self._open(district).filter(closes_on__range=(first, last)))
        closures = closures_of(district) if rounds else ()
        for round_ in rounds:
            speaks_on = next_school_days(round_.closes_on, -BEFORE_ITS_END, closures)
            due = Due(
                subject=ends_subject(round_),
                steps=(Step((speaks_on - round_.closes_on).days),),
                climbs=False,
                **self._line(round_, district),
            )
            if mine is None or mine.has(due):
                yield due

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """While the round is being rated. One query."""
        found = self._open(district).filter(pk__in=[number(each) for each in subjects])
        return {ends_subject(each): Line(**self._line(each, district)) for each in found}

    def _open(self, district: District) -> Any:
        found = Round.objects.filter(district=district, facilitator__isnull=False).open()
        return found.annotate(asked=Count("ratings"), left=Count("ratings", Q(ratings__value=None)))

    def _line(self, round_: Any, district: District) -> dict[str, Any]:
        finish = "finish the rating, so that it can be signed"
        left = f"{round_.left} of {count(round_.asked, 'indicator')} still to be rated together."
        return {
            "verb": "Finish",
            "title": f"{round_.label}, self-assessment",
            "path": _path(district, "round", round_.pk),
            "due_on": round_.closes_on,
            "reader_id": round_.facilitator_id,
            "words": f"{left} Then {finish}." if round_.left else f"All is rated: {finish}.",
            "why": "you facilitate this round",
        }


class SignOffs:
    """Signatures that rounds wait for, due seven days after the rating was finished."""

    kind = SIGN_NEWS

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Missing signatures that are due in these days. At most 6 queries, one of them if no round
        waits.
        """
        for round_, signer, line in self._lines(district):
            if first <= line["due_on"] <= last:
                yield Due(subject=subject(round_, signer), **line)

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = {subject(round_, signer): line for round_, signer, line in self._lines(district)}
        return {name: Line(**found[name]) for name in subjects if name in found}

    def _lines(self, district: District) -> Iterator[tuple[Round, Signer, dict[str, Any]]]:
        """Each missing signature with its words, but for those that nobody is asked for: the
        district has no such position.
        """
        missing = self._missing(district)
        asked = desks(district, district.today()) if missing else {}
        for round_, signer in missing:
            position = asked[signer].position
            if position is not None and round_.rated_at is not None:
                yield round_, signer, self._line(round_, signer, position, district)

    def _missing(self, district: District) -> list[tuple[Round, Signer]]:
        waits = Round.objects.filter(district=district, state=Round.State.SIGNING)
        rounds = list(waits)
        signed = set(
            SignOff.objects.filter(round__in=rounds, withdrawn_at=None).values_list(
                "round", "capacity"
            )
            if rounds
            else ()
        )
        return [(r, signer) for r in rounds for signer in Signer if (r.pk, signer) not in signed]

    def _line(
        self, round_: Round, signer: Signer, position: Position, district: District
    ) -> dict[str, Any]:
        finished = timezone.localdate(round_.rated_at, district.zone)
        return {
            "title": f"{round_.label}, self-assessment",
            "path": _path(district, "round-sign", round_.pk),
            "due_on": finished + SIGN_WITHIN,
            "position_id": position.pk,
            "verb": "Sign",
            "words": (
                "The team has finished rating. Read what it says, on one page, and sign as"
                f" {signer.label.lower()}."
            ),
        }


class InTeam(News):
    """Someone is in the team of a round: "round_team:<the member>"."""

    kind = TEAM_NEWS

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """While the round is open and they are in its team."""
        members = RoundMember.objects.filter(
            district=district,
            pk__in=[number(each) for each in subjects],
            left_at=None,
            round__state=Round.State.OPEN,
        )
        return {
            f"{self.kind}:{member.pk}": Line(
                title=f"you are in the team of {member.round.label}, self-assessment",
                path=_path(district, "round", member.round_id),
                verb="New",
                words=_says(member.round),
                why="you are in the team that rates the program",
            )
            for member in members.select_related("round__facilitator")
        }


class Facilitates(News):
    """Someone is to lead the talk of a round: "round_facilitator:<the person>:<the round>"."""

    kind = FACILITATOR_NEWS

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """While the round is open and they facilitate it."""
        found = Round.objects.filter(district=district).open()
        rounds = found.in_bulk([number(each) for each in subjects])
        asked = {each: rounds.get(number(each)) for each in subjects}
        return {
            each: Line(
                title=f"you facilitate {round_.label}, self-assessment",
                path=_path(district, "round", round_.pk),
                verb="New",
                words="You lead the talk of the team, and do not vote.",
                why="you were asked to facilitate the self-assessment",
            )
            for each, round_ in asked.items()
            if round_ and each == facilitator_subject(round_)
        }


SOURCES = (SignOffs(), InTeam(), Facilitates())
NEAR_ITS_END = RoundEnds()


def _says(round_: Round) -> str:
    last = f"{round_.closes_on:%B} {round_.closes_on.day}"
    who = f" {round_.facilitator} facilitates." if round_.facilitator else ""
    return f"The team rates the program, each for themselves first, until {last}.{who}"


def _path(district: District, name: str, pk: int) -> str:
    return reverse(f"selfassessment:{name}", kwargs={"district": district.slug, "pk": pk})
