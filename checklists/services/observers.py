"""Who rates a second time: chosen, proposed or drawn; and the forms they get."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from checklists import drawing
from checklists.accesses import accesses_of, gets_to
from checklists.models import (
    Checklist,
    Observation,
    ObserverDraw,
    RaterKind,
    Window,
    WindowState,
)
from checklists.reports.observing import Seat, seats
from roles.access import Reach
from roles.capabilities import Capability
from roles.models import Position, User
from roles.services import audit
from roles.services.refusal import Refused

SUBMITTED = "The observer has submitted already. The rating stays with who gave it."
CLOSED = "This window is closed. Its observers stay as they are."
ONESELF = "Nobody observes themselves. Pick someone else."
NO_WAY_IN = "{person} cannot open a checklist there. Give them access first, on the page People."


@transaction.atomic
def open_forms(window: Window) -> int:
    """Make the observer's form of each observed position that has a self form in this window.

    Returns how many forms this call made. Made forms are left alone, so it may run again, at the
    same time too. A form is not blind if its rater could read the other one before: people who
    manage read what is in.
    """
    there = Checklist.objects.current().filter(
        window=window, position=OuterRef("position"), rater_kind=RaterKind.OBSERVER
    )
    own = Checklist.objects.self_rated().filter(window=window).exclude(Exists(there))
    observations = Observation.objects.filter(window=window)
    observer_of = dict(observations.values_list("position", "observer"))
    waiting = list(own.filter(position__in=observations.values("position")))
    late = {observer_of[form.position_id] for form in waiting if form.is_submitted}
    readers = _who_reads_all(window, late) if late else set()
    forms = [
        _form_of(form, observer_of[form.position_id], readers)
        for form in waiting
        if observer_of[form.position_id] != form.holder_id
    ]
    return len(Checklist.objects.bulk_create(forms, ignore_conflicts=True))


def _form_of(own: Checklist, observer: int, readers: Collection[int]) -> Checklist:
    return Checklist(
        district_id=own.district_id,
        window_id=own.window_id,
        template_id=own.template_id,
        position_id=own.position_id,
        school_id=own.school_id,
        holder_id=own.holder_id,
        rater_kind=RaterKind.OBSERVER,
        rater_id=observer,
        is_blind=not (own.is_submitted and observer in readers),
    )


def _who_reads_all(window: Window, people: Collection[int]) -> set[int]:
    """Those of the people who read submitted forms of others."""
    found = accesses_of(window.district, people)
    return {pk for pk, access in found.items() if access.reach(Capability.CHECKLIST_MANAGE)}


@transaction.atomic
def choose(window: Window, position: Position, observer: User | None, *, by: Reach) -> None:
    """Name who observes a position in a window, in place of whoever was named; None: nobody.

    While the window is open the form follows: one that is not submitted is set aside, and the new
    observer gets one. Refuses a closed window, a submitted rating, the holder, and someone who
    could not open the form.
    """
    held = _hold(window)
    if observer is not None:
        _check(position, observer, by)
    there = Checklist.objects.current().filter(
        window=held, position=position, rater_kind=RaterKind.OBSERVER
    )
    for form in there.exclude(rater=observer).select_for_update(of=("self",)):
        if form.is_submitted:
            raise Refused(SUBMITTED)
        form.withdrawn_at = timezone.now()
        form.save(update_fields=["withdrawn_at"])
    _name(held, position, observer, by)
    _follow(held)


def _hold(window: Window) -> Window:
    """The window as it stands, held against closing and against other choices."""
    rows = Window.objects.select_related("district")
    held: Window = rows.select_for_update(of=("self",)).get(pk=window.pk)
    if held.state(held.district.today()) == WindowState.CLOSED:
        raise Refused(CLOSED)
    return held


def _check(position: Position, observer: User, by: Reach) -> None:
    now = position.assignments.in_force(by.district.today())
    if now.filter(holder=observer).exists():
        raise Refused(ONESELF)
    access = accesses_of(by.district, [observer.pk]).get(observer.pk)
    if not observer.is_active or access is None or not gets_to(access, position.school_id):
        raise Refused(NO_WAY_IN.format(person=observer))


def _name(window: Window, position: Position, observer: User | None, by: Reach) -> None:
    about = {"window": window.label, "position": str(position)}
    if observer is None:
        Observation.objects.filter(window=window, position=position).delete()
        audit.record(by, "checklist_observer.removed", position, **about)
        return
    Observation.objects.update_or_create(
        window=window,
        position=position,
        defaults={
            "district": by.district,
            "observer": observer,
            "draw": None,
            "by": by.user,
            "at": timezone.now(),
        },
    )
    audit.record(by, "checklist_observer.chosen", position, **about, person=str(observer))


def _follow(window: Window) -> None:
    if window.state(window.district.today()) == WindowState.OPEN:
        open_forms(window)


@transaction.atomic
def take_proposals(window: Window, wanted: Iterable[Seat], *, by: Reach) -> int:
    """Name the proposed observer of each position that has none yet; returns how many."""
    held = _hold(window)
    made = _name_all(held, wanted, by)
    if made:
        detail = {"window": held.label, "observers": made}
        audit.record(by, "checklist_observers.taken", held, **detail)
    return made


@transaction.atomic
def draw_schools(window: Window, *, seed: str, percent: int, by: Reach) -> ObserverDraw:
    """Draw schools by lot, and name the proposed observers of their positions.

    Whoever is named already stays, by an earlier draw too; each draw is kept. Refuses a closed
    window, and one that no school has a filled position for.
    """
    held = _hold(window)
    found = seats(held, by)
    schools = (seat.position.school_id for seat in found if seat.holder)
    pool = sorted({school for school in schools if school is not None})
    if not pool:
        raise Refused("No school has a filled position that is observed in this window.")
    drawn = drawing.draw(pool, seed, percent)
    row = ObserverDraw.objects.create(
        district=by.district,
        window=held,
        seed=seed,
        percent=percent,
        pool=pool,
        drawn=drawn,
        by=by.user,
    )
    _name_all(held, (seat for seat in found if seat.position.school_id in drawn), by, row)
    detail = {"window": held.label, "seed": seed, "schools": len(drawn), "pool": len(pool)}
    audit.record(by, "checklist_observers.drawn", row, **detail)
    return row


def _name_all(
    window: Window, wanted: Iterable[Seat], by: Reach, draw: ObserverDraw | None = None
) -> int:
    rows = [
        Observation(
            district=by.district,
            window=window,
            position=seat.position,
            observer=seat.proposal,
            draw=draw,
            by=by.user,
        )
        for seat in wanted
        if seat.proposal and not seat.observation
    ]
    Observation.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        _follow(window)
    return len(rows)


def draw_again(row: ObserverDraw) -> bool:
    """Whether the same seed over the same schools gives the same draw, worked out anew."""
    drawn, pool = ([key - row.keys_moved for key in keys] for keys in (row.drawn, row.pool))
    return drawn == drawing.draw(pool, row.seed, row.percent)
