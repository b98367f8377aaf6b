"""Who takes over a position, and that it is off again, as lines of a letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.urls import reverse
from django.utils.formats import date_format

from roles.models import Assignment, District, Notice, NoticeStatus, User
from roles.models.notices import NoticeQuerySet
from roles.notices import Line, News, number
from roles.schooltime import ONE_DAY
from roles.services import notices

NAMED = ("holder", "position__role", "position__school", "position__department")


class TakeOvers(News):
    """ "takes_over:<the assignment that ends>:<the one that takes over>": the interim's in the same
    position, or that of who answers for it.
    """

    kind = "takes_over"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """2 queries."""
        pairs = {subject: _pair(subject) for subject in subjects}
        rows = _assignments(district, {pk for pair in pairs.values() for pk in pair})
        ended = {rows[held].position_id for held, _ in pairs.values() if held in rows}
        seated: dict[int, list[Assignment]] = defaultdict(list)
        for each in Assignment.objects.filter(district=district, position__in=ended):
            seated[each.position_id].append(each)
        lines = {}
        for subject, (held_pk, other_pk) in pairs.items():
            held, other = rows.get(held_pk), rows.get(other_pk)
            if held and other and (line := _line(held, other, seated[held.position_id])):
                lines[subject] = line
        return lines


class Stays(News):
    """ "stays:<the assignment>": to who was told that they take over, and need not."""

    kind = "stays"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """1 query."""
        rows = _assignments(district, {number(subject) for subject in subjects})
        return {
            f"{self.kind}:{held.pk}": Line(
                title=str(held.position),
                path=reverse("roles:my-role", args=[district.slug]),
                verb="No need to take over",
                words=_off(held),
                why="we had written that you would take over",
            )
            for held in rows.values()
        }


def _off(held: Assignment) -> str:
    if held.ends_on is None:
        return f"{held.holder} stays in the position after all. Nothing moves to you."
    return "It was settled otherwise. Nothing moves to you."


def _line(held: Assignment, other: Assignment, seated: Collection[Assignment]) -> Line | None:
    """None where the holder stays, or somebody else is there from the first day after."""
    if held.ends_on is None:
        return None
    steps_in = other.position_id == held.position_id
    first = other.starts_on if steps_in else held.ends_on + ONE_DAY
    in_force = other.starts_on <= first and (other.ends_on is None or other.ends_on >= first)
    filled = any(a.starts_on <= first and (a.ends_on or first) >= first for a in seated)
    if not in_force or (filled and not steps_in):
        return None
    leaves = f"{held.holder} leaves it; the last day is {date_format(held.ends_on, 'l, F j')}."
    day = date_format(first, "M j")
    if steps_in:
        verb = f"Take over from {day}"
        then = "You hold it for the time being, and its open work is yours."
        why = "you were chosen to step in"
    else:
        verb = f"Answer for it from {day}"
        then = f"It reports to you, {other.position}, so its open work is yours until it is filled."
        why = f"the position reports to yours, {other.position}"
    return Line(
        title=str(held.position),
        path=reverse("roles:position", args=[held.position.district.slug, held.position_id]),
        verb=verb,
        words=f"{leaves} {then}",
        why=why,
    )


def tell_takers(held: Assignment, takers: Collection[tuple[User, Assignment]]) -> None:
    """Tell each of these people, by the assignment with which they take over. Who was told before
    and takes over no more is told that, too.
    """
    _tell_it_is_off(held, but={person.pk for person, _ in takers})
    district = held.position.district
    for person, other in takers:
        subject = f"{TakeOvers.kind}:{held.pk}:{other.pk}"
        again = str(held.ends_on)
        notices.tell(district, person, TakeOvers.kind, subject, again=again)


def tell_it_is_off(held: Assignment) -> None:
    """Withdraw what was not said yet; tell those who had read it that they need not."""
    _tell_it_is_off(held, but=())


def _tell_it_is_off(held: Assignment, *, but: Collection[int]) -> None:
    district, subject = held.position.district, f"{Stays.kind}:{held.pk}"
    said = _about(held).filter(status=NoticeStatus.SAID).exclude(reader__in=but)
    last = dict(said.order_by("pk").values_list("reader", "pk"))
    notices.withdraw(district, *_about(held).waiting().values_list("subject", flat=True), subject)
    for person in User.objects.filter(pk__in=last):
        notices.tell(district, person, Stays.kind, subject, again=str(last[person.pk]))


def _about(held: Assignment) -> NoticeQuerySet:
    found: NoticeQuerySet = Notice.objects.filter(
        district=held.district_id, subject__startswith=f"{TakeOvers.kind}:{held.pk}:"
    )
    return found


def _pair(subject: str) -> tuple[int, int]:
    _, held, other = subject.split(":")
    return int(held), int(other)


def _assignments(district: District, keys: Collection[int]) -> dict[int, Assignment]:
    found = Assignment.objects.filter(district=district, pk__in=keys)
    return {each.pk: each for each in found.select_related(*NAMED, "position__district")}
