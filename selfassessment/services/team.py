"""Who is in the team of a round, and who leads its talk.

The one who facilitates never votes: that is kept here, under the lock of the round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from roles.access import Reach
from roles.capabilities import CATALOGUE, Capability
from roles.models import Membership, User
from roles.services import notices
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from selfassessment.models import IndicatorRating, Round, RoundMember, Stage, Vote
from selfassessment.services.holding import held_open

TEAM_NEWS, FACILITATOR_NEWS, ENDS_NEWS = "round_team", "round_facilitator", "round_ends"


def may_run(round_: Round, by: Reach) -> bool:
    """Whether this person runs the round: its facilitator, or who runs the self-assessment."""
    return round_.facilitator_id == by.user.pk or by.capability == Capability.ASSESSMENT_RATE


def refuse_unless_running(round_: Round, by: Reach) -> None:
    """`round_` as it is under its lock: a page may be older than a change of facilitator."""
    if not may_run(round_, by):
        raise Refused(no_longer(round_))


def no_longer(round_: Round) -> str:
    if round_.facilitator is None:
        return "Nobody facilitates this round. Take over facilitating first."
    return f"{round_.facilitator} facilitates {round_.label} now, so your page is out of date."


@dataclass(frozen=True)
class Candidate:
    """Someone who can take part, and what they are here: "Executive", "Site leader, Lincoln ES"."""

    user: User
    where: str


def candidates(by: Reach) -> list[Candidate]:
    """Everyone in the district who can take part: those of the whole district first, then those of
    schools, each by name. One query.
    """
    rows = Membership.objects.filter(district=by.district, user__is_active=True)
    named = rows.select_related("user", "school").order_by(
        "user__last_name", "user__first_name", "user__email", "pk"
    )
    held: dict[int, list[Membership]] = {}
    for row in named:
        if Capability.ASSESSMENT_WORK in CATALOGUE[row.level].grants:
            held.setdefault(row.user_id, []).append(row)
    found = [Candidate(mine[0].user, "; ".join(map(_where, mine))) for mine in held.values()]
    return sorted(found, key=lambda each: all(m.school_id for m in held[each.user.pk]))


def _where(row: Membership) -> str:
    level = row.get_level_display()
    return f"{level}, {row.school}" if row.school else str(level)


def _refuse_without_access(people: Iterable[User], by: Reach) -> None:
    able = {each.user for each in candidates(by)}
    if unable := [str(person) for person in people if person not in able]:
        raise Refused(f"{', '.join(unable)} cannot take part: no access to a round here.")


@transaction.atomic
def begin(round_: Round, team: Iterable[User], facilitator: User | None, *, by: Reach) -> None:
    """Team and facilitator of a round that was opened just now."""
    people = list({person.pk: person for person in team}.values())
    if facilitator is not None and facilitator in people:
        raise Refused(f"{facilitator} is to facilitate and so does not vote.")
    if facilitator is not None:
        _hand_to(round_, facilitator, by)
    if people:
        add(round_, people, by=by)


@transaction.atomic
def add(round_: Round, people: Iterable[User], *, by: Reach) -> list[RoundMember]:
    """Take people into the team, and tell them. Who is in it already stays.

    Refused for the facilitator, for people who have no access here, and once rating is finished.
    """
    now = held_open(round_)
    refuse_unless_running(now, by)
    wanted = {person.pk: person for person in people}
    if now.facilitator_id in wanted:
        raise Refused(f"{now.facilitator} facilitates and so does not vote. Hand that over first.")
    _refuse_without_access(wanted.values(), by)
    known = {row.user_id: row for row in RoundMember.objects.filter(round=now, user__in=wanted)}
    added = [
        _joined(now, person, known.get(pk))
        for pk, person in wanted.items()
        if pk not in known or known[pk].left_at is not None
    ]
    for member in added:
        if member.user == by.user:
            continue
        again = f"{member.added_at:%Y%m%dT%H%M%S}"
        subject = f"{TEAM_NEWS}:{member.pk}"
        notices.tell(by.district, member.user, TEAM_NEWS, subject, again=again)
    if added:
        names = ", ".join(str(member.user) for member in added)
        record(by, "assessment.team_joined", now, label=now.label, people=names)
    return added


def _joined(round_: Round, person: User, row: RoundMember | None) -> RoundMember:
    if row is None:
        return RoundMember.objects.create(district_id=round_.district_id, round=round_, user=person)
    row.left_at, row.added_at = None, timezone.now()
    row.save(update_fields=["left_at", "added_at"])
    return row


@transaction.atomic
def remove(round_: Round, person: User, *, by: Reach) -> None:
    """Take someone out of the team. Votes that were shown stay; one not shown yet counts no more.

    Refused for who is not in the team, and once rating is finished.
    """
    now = held_open(round_)
    refuse_unless_running(now, by)
    if not _leave(now, person):
        raise Refused(f"{person} is not in the team any more.")
    record(by, "assessment.team_left", now, label=now.label, person=str(person))


def _leave(round_: Round, person: User) -> bool:
    member = RoundMember.objects.filter(round=round_, user=person, left_at=None).first()
    if member is None:
        return False
    # A vote just being cast holds its rating: wait for it, so that it goes too. One that was put
    # off is not shown either.
    unseen = IndicatorRating.objects.select_for_update(of=("self",), no_key=True).filter(
        round=round_, stage__in=[Stage.WAITING, Stage.VOTING]
    )
    pks = [rating.pk for rating in unseen.order_by("pk")]
    Vote.objects.filter(member=member, rating__in=pks, turn=F("rating__turn")).delete()
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    notices.withdraw(round_.district, f"{TEAM_NEWS}:{member.pk}")
    return True


@transaction.atomic
def facilitate(round_: Round, person: User, *, seen: int | None, by: Reach) -> Round:
    """Let someone lead the talk, in place of `seen` (a primary key, or None for nobody yet). They
    leave the team: who facilitates does not vote.

    Refused for who may not hand it over, for people without access here, and once rating is
    finished. Raises Stale if it is not `seen` who facilitates by now.
    """
    now = held_open(round_)
    if now.facilitator_id == person.pk:
        return now
    refuse_unless_running(now, by)
    if now.facilitator_id != seen:
        raise Stale(f"Meanwhile {now.facilitator or 'nobody'} facilitates {now.label}. Look again.")
    _refuse_without_access([person], by)
    _hand_to(now, person, by)
    return now


def _hand_to(round_: Round, person: User, by: Reach) -> None:
    before = round_.facilitator
    if before is not None:
        notices.withdraw(round_.district, facilitator_subject(round_), ends_subject(round_))
    _leave(round_, person)
    round_.facilitator = person
    round_.save(update_fields=["facilitator"])
    if person != by.user:
        again = f"{timezone.now():%Y%m%dT%H%M%S}"
        subject = facilitator_subject(round_)
        notices.tell(by.district, person, FACILITATOR_NEWS, subject, again=again)
    record(
        by,
        "assessment.facilitator_changed",
        round_,
        label=round_.label,
        person=str(person),
        before=str(before) if before else "",
    )


def facilitator_subject(round_: Round) -> str:
    """What the news to its facilitator is about."""
    return f"{FACILITATOR_NEWS}:{round_.facilitator_id}:{round_.pk}"


def ends_subject(round_: Round) -> str:
    """What the reminder before its last day is about."""
    return f"{ENDS_NEWS}:{round_.pk}"


def have_voted(round_: Round) -> set[tuple[int, int]]:
    """(rating, member) of each vote that has been cast and not shown: who voted, never what."""
    waiting = Vote.objects.filter(
        rating__round=round_, rating__stage=Stage.VOTING, member__left_at=None
    )
    return set(waiting.of_this_turn().values_list("rating", "member"))
