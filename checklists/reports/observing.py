"""Which positions are observed in a window, by whom, and whom the checklists propose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from checklists.accesses import accesses_of, gets_to
from checklists.models import (
    Checklist,
    ChecklistTemplate,
    Observation,
    RaterKind,
    Window,
)
from roles.access import Access, Reach
from roles.models import Assignment, LeadershipRole, Level, Membership, Position, User

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
    def is_fixed(self) -> bool:
        """The observer has submitted: nobody takes the rating over."""
        return self.form is not None and self.form.is_submitted


def seats(window: Window, reach: Reach) -> list[Seat]:
    """The positions that may be observed in a window, in the order of roles and schools.

    In a fall, winter or spring window those whose checklist asks for it; else all with a
    checklist. 6 queries, whatever the number of schools.
    """
    templates = _templates(window, reach)
    positions = _positions(templates, reach)
    holders = _holders(reach)
    observers = [h for held in holders.by_role.values() for h in held]
    access = accesses_of(reach.district, {h.holder_id for h in observers})
    observations = Observation.objects.reachable(reach).filter(window=window)
    named = {o.position_id: o for o in observations.select_related("observer", "draw")}
    second = Checklist.objects.reachable(reach).current().filter(window=window)
    forms = {f.position_id: f for f in second.filter(rater_kind=RaterKind.OBSERVER)}
    found = []
    for position in positions:
        template = templates.get(position.role_id) or templates[None]
        holder = holders.by_position.get(position.pk)
        proposal, why = _proposal(position, template, holder, holders.by_role, access)
        found.append(
            Seat(
                position,
                template,
                holder,
                proposal,
                why,
                named.get(position.pk),
                forms.get(position.pk),
            )
        )
    return found


def _templates(window: Window, reach: Reach) -> dict[int | None, ChecklistTemplate]:
    published = ChecklistTemplate.objects.reachable(reach).published()
    if window.only:
        published = published.filter(key__in=window.only)
    if window.kind not in ANY_CHECKLIST:
        published = published.filter(observed_in__contains=[window.kind])
    return {t.role_id: t for t in published.select_related("observer_role")}


def _positions(
    templates: Mapping[int | None, ChecklistTemplate], reach: Reach
) -> Iterable[Position]:
    wanted = Q(role__in=[role for role in templates if role is not None])
    if None in templates:
        wanted |= Q(role__level=Level.DEPARTMENT)
    active = Position.objects.reachable(reach).active(reach.district.today())
    return active.filter(wanted).select_related("role", "school", "department")


@dataclass(frozen=True, slots=True)
class _Holders:
    by_position: dict[int, User]
    by_role: dict[tuple[int, int | None], list[Assignment]]  # role and school, in order of seats


def _holders(reach: Reach) -> _Holders:
    now = Assignment.objects.reachable(reach).in_force(reach.district.today())
    rows = now.select_related("holder", "position").order_by("position__seat", "pk")
    holders = _Holders({}, {})
    for row in rows:
        holders.by_position[row.position_id] = row.holder
        place = row.position.role_id, row.position.school_id
        holders.by_role.setdefault(place, []).append(row)
    return holders


def _proposal(
    position: Position,
    template: ChecklistTemplate,
    holder: User | None,
    by_role: Mapping[tuple[int, int | None], list[Assignment]],
    access: Mapping[int, Access],
) -> tuple[User | None, str]:
    """The holder of the observing role at the school, else in the central office."""
    role = template.observer_role
    if holder is None:
        return None, "Vacant: there is nobody to observe."
    if role is None:
        return None, "This checklist names no role that observes."
    there = by_role.get((role.pk, position.school_id), []) if position.school_id else []
    found = [a.holder for a in (*there, *by_role.get((role.pk, None), []))]
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


def people_for(position: Position, reach: Reach) -> list[tuple[User, str]]:
    """Who could observe a position, with where they work: those who can open its checklist.

    People of the school first, then those of the whole district; never the holder. 2 queries.
    """
    now = Assignment.objects.reachable(reach).in_force(reach.district.today())
    held_by = now.filter(position=position).values("holder")
    rows = Membership.objects.reachable(reach).filter(user__is_active=True)
    rows = rows.exclude(user__in=held_by).select_related("user", "school")
    mine: dict[int, list[Membership]] = {}
    for row in rows.order_by("user__last_name", "user__first_name", "user__email"):
        mine.setdefault(row.user_id, []).append(row)
    able = [
        (ms[0].user, _desk(ms, position.school_id))
        for ms in mine.values()
        if gets_to(Access.from_memberships(ms[0].user, reach.district, ms), position.school_id)
    ]
    return sorted(able, key=lambda found: found[1] == CENTRAL)


CENTRAL = "Whole district"


def _desk(memberships: Iterable[Membership], school: int | None) -> str:
    here = next((m.school for m in memberships if m.school_id and m.school_id == school), None)
    return str(here) if here else CENTRAL
