"""Program lead and champion stand by a round; the second signature closes it for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.answering import stand_ins
from roles.capabilities import Capability
from roles.models import Assignment, District, Membership, Position, User
from roles.services import notices
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from selfassessment.models import EvidenceSnapshot, IndicatorRating, Round, Signer, SignOff
from selfassessment.services import gaps
from selfassessment.services.holding import held

SIGN_NEWS = "sign_off"
# Who signs in a capacity: the first of these roles that somebody can sign for.
ROLES = {
    Signer.PROGRAM_LEAD: ("PROGRAM_LEAD", "PROJECT_MANAGER"),
    Signer.CHAMPION: ("EXEC_CHAMPION",),
}


@dataclass(frozen=True)
class Desk:
    """One capacity: who may sign in it, for which position, and who holds that without being able
    to sign in. No `position`: the district has none of that role.
    """

    signer: Signer
    position: Position | None = None
    people: tuple[User, ...] = ()
    without_access: tuple[User, ...] = ()
    answers: bool = False  # they hold the position above a vacant one

    @property
    def label(self) -> str:
        return str(self.signer.label)

    @property
    def is_filled(self) -> bool:
        return bool(self.people)

    def is_for(self, user: User) -> bool:
        return user in self.people


def desks(district: District, today: dt.date) -> dict[Signer, Desk]:
    """Both capacities with who signs in them on a day. At most 5 queries."""
    positions = _positions(district, today)
    holders = _holders(positions, today)
    with_access = set(
        Membership.objects.filter(
            district=district,
            user__is_active=True,
            user__in={a.holder_id for held_ in holders.values() for a in held_},
        ).values_list("user", flat=True)
    )
    return {signer: _desk(signer, positions, holders, with_access) for signer in Signer}


def _positions(district: District, today: dt.date) -> list[Position]:
    keys = [key for roles in ROLES.values() for key in roles]
    found = Position.objects.filter(district=district, role__key__in=keys).active(today)
    return list(found.select_related("role", "school", "department"))


def _holders(positions: Iterable[Position], today: dt.date) -> dict[int, list[Assignment]]:
    """Who holds each position, or answers for it while nobody does."""
    pks = {position.pk for position in positions}
    found: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.filter(position__in=pks).in_force(today)
    for row in rows.select_related("holder"):
        found.setdefault(row.position_id, []).append(row)
    return {**stand_ins(today, pks - found.keys()), **found}


def _desk(
    signer: Signer,
    positions: list[Position],
    holders: dict[int, list[Assignment]],
    with_access: set[int],
) -> Desk:
    found = [
        _at(signer, position, holders.get(position.pk, []), with_access)
        for key in ROLES[signer]
        for position in positions
        if position.role.key == key
    ]
    held_ = [desk for desk in found if desk.is_filled and not desk.answers]
    return next(iter([*held_, *(d for d in found if d.is_filled), *found]), Desk(signer))


def _at(
    signer: Signer, position: Position, holders: list[Assignment], with_access: set[int]
) -> Desk:
    people = {row.holder_id: row.holder for row in holders}
    return Desk(
        signer=signer,
        position=position,
        people=tuple(person for pk, person in people.items() if pk in with_access),
        without_access=tuple(person for pk, person in people.items() if pk not in with_access),
        answers=any(row.position_id != position.pk for row in holders),
    )


def signs(round_: Round, user: User, today: dt.date) -> bool:
    """Whether this person is asked to sign the round, or has signed it."""
    if SignOff.objects.filter(round=round_, by=user, withdrawn_at=None).exists():
        return True
    if round_.state != Round.State.SIGNING:
        return False
    return any(desk.is_for(user) for desk in desks(round_.district, today).values())


@transaction.atomic
def sign(round_: Round, capacity: str, *, seen: str, note: str = "", by: Reach) -> SignOff:
    """Stand by what the digest `seen` names. The second signature closes the round.

    Where nobody can sign in a capacity, who runs the self-assessment may, with a note saying why.
    Refused if the round does not wait for signatures, if this one is there already, and for who
    may not sign in this capacity. Raises Stale if the round has been finished anew since.
    """
    now = held(round_)
    signer = Signer(capacity)
    _refuse_unless_waiting(now, signer)
    kept = EvidenceSnapshot.objects.filter(round=now).first()
    if kept is None or kept.digest != seen:
        raise Stale("What you would sign has changed since you opened this page. Read it again.")
    desk = desks(by.district, by.district.today())[signer]
    _refuse_unless_theirs(desk, note, by)
    signed = SignOff.objects.create(
        district_id=now.district_id,
        round=now,
        capacity=signer,
        by=by.user,
        note=note.strip(),
        digest=kept.digest,
    )
    told = {"label": now.label, "capacity": str(signer.label).lower(), "digest": kept.digest}
    record(by, "assessment.round_signed", now, note=note.strip(), **told)
    notices.withdraw(now.district, subject(now, signer))
    if len(_standing(now)) == len(Signer):
        _close(now, by)
    return signed


def subject(round_: Round, signer: Signer) -> str:
    """What a notice about a missing signature is about."""
    return f"{SIGN_NEWS}:{signer.value}:{round_.pk}"


def _refuse_unless_waiting(round_: Round, signer: Signer) -> None:
    if round_.is_closed:
        raise Refused(f"{round_.label} has already been closed.")
    if round_.is_open:
        raise Refused(f"{round_.label} is not finished, so there is nothing to sign yet.")
    standing = _standing(round_).get(signer)
    if standing:
        raise Refused(f"{standing.by} has already signed as {signer.label.lower()}.")


def _refuse_unless_theirs(desk: Desk, note: str, by: Reach) -> None:
    if desk.is_for(by.user):
        return
    asked = desk.label.lower()
    if desk.is_filled:
        names = " or ".join(str(person) for person in desk.people)
        raise Refused(f"{names} signs as {asked}.")
    if by.capability != Capability.ASSESSMENT_RATE:
        raise Refused(f"Nobody can sign as {asked} yet. The district lead may sign instead.")
    if not note.strip():
        raise Refused(f"Say why you sign as {asked}.")


def _standing(round_: Round) -> dict[str, SignOff]:
    """Signatures that count, by capacity."""
    found = SignOff.objects.filter(round=round_, withdrawn_at=None).select_related("by")
    return {row.capacity: row for row in found}


def _close(round_: Round, by: Reach) -> None:
    """Settle the gaps and close. The state comes last: a closed round's rows do not change."""
    gaps.settle(round_, by=by)
    rated = IndicatorRating.objects.filter(round=round_).rated().count()
    round_.state, round_.closed_at, round_.closed_by = Round.State.CLOSED, timezone.now(), by.user
    round_.save(update_fields=["state", "closed_at", "closed_by"])
    record(by, "assessment.round_closed", round_, label=round_.label, rated=rated)
