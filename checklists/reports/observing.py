"""Which positions are observed in a window, by whom, and whom the checklists propose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F

from checklists.accesses import accesses_of, gets_to
from checklists.models import (
    Checklist,
    ChecklistTemplate,
    Observation,
    RaterKind,
    Window,
)
from checklists.services.asking import template_for
from roles.access import Access, Reach
from roles.models import Assignment, LeadershipRole, Membership, Position, User

CENTRAL = "Whole district"
ANY_CHECKLIST = (Window.Kind.MONTHLY, Window.Kind.MEETING)  # windows in which a person decides


@dataclass(frozen=True, slots=True)
class Seat:
    """A position that may be observed. `why_none` says why nobody is proposed, if so."""

    position: Position
    template: ChecklistTemplate
    holder: User | None
    proposal: User | None
    why_none: str
    observation: Observation | None
    form: Checklist | None  # the observer's, once the window is open

    @property
    def state(self) -> str:
        """One of named, proposed, nobody."""
        if self.observation:
            return "named"
        return "proposed" if self.proposal else "nobody"

    @property
    def is_fixed(self) -> bool:
        """The observer has submitted: nobody takes the rating over."""
        return self.form is not None and self.form.is_submitted


def seats(window: Window, reach: Reach) -> list[Seat]:
    """The positions that may be observed in a window, in the order of roles and schools.

    In a fall, winter or spring window those whose checklist asks for it; else all with a
    checklist. Once the window is open, those that it asks, and vacant ones. 10 queries, whatever
    the number of schools.
    """
    templates = _templates(reach)
    holders = _holders(reach)
    access = accesses_of(reach.district, {h.pk for hs in holders.by_role.values() for h in hs})
    named = {o.position_id: o for o in _observations(window, reach)}
    forms = _forms(window, reach)
    found = []
    for position in _positions(reach):
        template = template_for(position, templates, window.only)
        own = forms.get((position.pk, RaterKind.SELF))
        holder = own.holder if own else holders.by_position.get(position.pk)
        is_resting = bool(window.opened_at and holder and not own)
        if template is None or is_resting or not _may_be_observed(template, window):
            continue
        proposal, why = _proposal(position, template, holder, holders.by_role, access)
        second = forms.get((position.pk, RaterKind.OBSERVER))
        observation = named.get(position.pk)
        found.append(Seat(position, template, holder, proposal, why, observation, second))
    return found


def _templates(reach: Reach) -> dict[int | None, ChecklistTemplate]:
    published = ChecklistTemplate.objects.reachable(reach).published()
    return {t.role_id: t for t in published.select_related("observer_role")}


def _may_be_observed(template: ChecklistTemplate, window: Window) -> bool:
    return window.kind in ANY_CHECKLIST or window.kind in template.observed_in


def _positions(reach: Reach) -> Iterable[Position]:
    active = Position.objects.reachable(reach).active(reach.district.today())
    return active.prefetch_related("role", "school", "department")  # each of them once


def _observations(window: Window, reach: Reach) -> Iterable[Observation]:
    named = Observation.objects.reachable(reach).filter(window=window)
    return named.select_related("observer", "draw")


def _forms(window: Window, reach: Reach) -> dict[tuple[int, str], Checklist]:
    """By position and kind; without what they came to, which is nobody's here."""
    rows = Checklist.objects.reachable(reach).current().filter(window=window)
    rows = rows.select_related("holder").defer("score", "coverage", "band")
    return {(row.position_id, row.rater_kind): row for row in rows}


@dataclass(frozen=True, slots=True)
class _Holders:
    by_position: dict[int, User]
    by_role: dict[tuple[int, int | None], list[User]]  # role and school, in order of seats


def _holders(reach: Reach) -> _Holders:
    now = Assignment.objects.reachable(reach).in_force(reach.district.today())
    placed = now.annotate(role=F("position__role"), school=F("position__school"))
    holders = _Holders({}, {})
    for row in placed.select_related("holder").order_by("position__seat", "pk"):
        holders.by_position[row.position_id] = row.holder
        place = row.role, row.school
        holders.by_role.setdefault(place, []).append(row.holder)
    return holders


def _proposal(
    position: Position,
    template: ChecklistTemplate,
    holder: User | None,
    by_role: Mapping[tuple[int, int | None], list[User]],
    access: Mapping[int, Access],
) -> tuple[User | None, str]:
    """The holder of the observing role at the school, else in the central office."""
    role = template.observer_role
    if holder is None:
        return None, "Vacant: there is nobody to observe."
    if role is None:
        return None, "This checklist names no role that observes."
    there = by_role.get((role.pk, position.school_id), []) if position.school_id else []
    found = [*there, *by_role.get((role.pk, None), [])]
    if not found:
        return None, f"{role} is vacant{_where(position)}."
    others = [person for person in found if person != holder]
    if not others:
        return None, f"{holder} holds {role} too, and nobody observes themselves."
    able = [person for person in others if gets_to(access.get(person.pk), position.school_id)]
    if not able:
        return None, f"{others[0]} ({role}) has no access to checklists{_where(position)} yet."
    return able[0], ""


def _where(position: Position) -> str:
    return f" at {position.school}" if position.school else " in the central office"


def roles_of(found: Iterable[Seat]) -> list[LeadershipRole]:
    """The leadership roles among the seats, in their order."""
    return list({seat.position.role_id: seat.position.role for seat in found}.values())


def people_for(seat: Seat, reach: Reach) -> list[tuple[User, str]]:
    """Who could observe a position, with where they work: those who can open its checklist.

    People of the school first, then those of the whole district; never the holder. One query.
    """
    school = seat.position.school_id
    rows = Membership.objects.reachable(reach).filter(user__is_active=True)
    if seat.holder:
        rows = rows.exclude(user=seat.holder)
    mine: dict[int, list[Membership]] = {}
    by_name = rows.order_by("user__last_name", "user__first_name", "user__email")
    for row in by_name.select_related("user", "school"):
        mine.setdefault(row.user_id, []).append(row)
    able = [
        (held[0].user, _desk(held, school))
        for held in mine.values()
        if gets_to(Access.from_memberships(held[0].user, reach.district, held), school)
    ]
    return sorted(able, key=lambda found: found[1] == CENTRAL)


def _desk(memberships: Iterable[Membership], school: int | None) -> str:
    """The school where the person works, if it is this one or the position has none."""
    schools = [m.school for m in memberships if m.school and school in {None, m.school_id}]
    return str(schools[0]) if schools else CENTRAL
