"""Twelve people vote at once, beside twelve who each write one row."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import District, Membership, SchoolYear, User
from roles.wall import district_scope
from selfassessment.library import EDITION
from selfassessment.models import IndicatorRating, Mode, Round, RoundMember, Stage
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.saving import p95
from tutoring_admin.bench.visitor import Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.engines.trouble import Trouble

CLIENTS, WARM_UP, ROUNDS = 12, 5, 30
VOTE, BARE = "vote", "bare write"
CODE = "6b.1"


@dataclass(frozen=True)
class Voting:
    """Milliseconds of one answer while all clients ask at once: the middle, and what 95 of 100 stay
    under; queries of one vote.
    """

    vote_ms: float
    vote_p95_ms: float
    bare_ms: float
    bare_p95_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.vote_p95_ms / self.bare_p95_ms


def measure(slug: str, port: int) -> Voting:
    """In each round of the run all vote at once, another point each time, or all write a row."""
    district = District.objects.get(slug=slug)
    with district_scope(district):
        people, rating = _room(district)
    # Most people of the demo have no password of their own.
    known = User.objects.filter(pk__in=[person.pk for person in people])
    known.update(password=make_password(DEMO_PASSWORD))
    team = [_signed_in(port, person) for person in people]
    vote = reverse("selfassessment:vote", args=[slug, rating.round_id, CODE])
    bare = reverse("bench:write", kwargs={"district": slug})
    point, queries = 0, 0

    def take(what: str) -> list[float]:
        nonlocal point, queries
        point += 1
        fields = {"turn": str(rating.turn), "value": str(point % 4)} if what == VOTE else {}
        path, status = (vote, 302) if what == VOTE else (bare, 200)
        answers = _at_once(team, lambda visitor: visitor.send(path, fields, status))
        if what == VOTE:
            queries = max(asked for _, asked in answers)
        return [took_ms for took_ms, _ in answers]

    taken = interleaved([VOTE, BARE], take, warm_up=WARM_UP, rounds=ROUNDS)
    votes, writes = ([ms for each in taken[what] for ms in each] for what in (VOTE, BARE))
    return Voting(
        statistics.median(votes), p95(votes), statistics.median(writes), p95(writes), queries
    )


def _room(district: District) -> tuple[list[User], IndicatorRating]:
    """An open vote with a team of twelve, in the round that is unfinished or in one of its own."""
    leader, *team = _able(district)
    year = SchoolYear.objects.filter(district=district).on(district.today()).get()
    own = Round(school_year=year, label="Benchmark", edition=EDITION, district=district)
    round_ = Round.objects.filter(district=district).unfinished().first() or own
    round_.opens_on = round_.closes_on = district.today()
    round_.facilitator, round_.state, round_.mode = leader, Round.State.OPEN, Mode.DEVICES
    round_.save()
    round_.members.update(left_at=timezone.now())
    for person in team:
        RoundMember.objects.update_or_create(
            district=district, round=round_, user=person, defaults={"left_at": None}
        )
    rating, _ = IndicatorRating.objects.get_or_create(district=district, round=round_, code=CODE)
    rating.stage, rating.turn, rating.revealed_at = Stage.VOTING, rating.turn + 1, None
    rating.value = rating.rated_by = rating.rated_at = None
    rating.save()
    return team, rating


def _able(district: District) -> list[User]:
    """Thirteen people of the district who may take part. Raises Trouble for fewer."""
    rows = Membership.objects.filter(district=district).exclude(level=AccessLevel.AUDITOR)
    found = {row.user_id: row.user for row in rows.select_related("user").order_by("pk")}
    if len(found) <= CLIENTS:
        raise Trouble(f"Only {len(found)} people of {district} can vote.")
    return list(found.values())[: CLIENTS + 1]


def _signed_in(port: int, person: User) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in(person.email, DEMO_PASSWORD)
    return visitor


def _at_once(
    team: list[Visitor], act: Callable[[Visitor], tuple[float, int]]
) -> list[tuple[float, int]]:
    gate = threading.Barrier(len(team))

    def one(visitor: Visitor) -> tuple[float, int]:
        gate.wait(timeout=60)
        return act(visitor)

    with ThreadPoolExecutor(len(team)) as pool:
        return list(pool.map(one, team))
