"""Asking a position that was stable in every second window only, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from checklists.models import RelaxedRhythm, Window
from roles.access import Reach
from roles.models import Position
from roles.services import audit
from roles.services.refusal import Refused


@transaction.atomic
def relax(position: Position, since: Window, *, by: Reach) -> RelaxedRhythm:
    """Leave the position out of the next window after `since`, the last that asked it, and then
    of every second one.
    """
    _hold(position)
    if RelaxedRhythm.objects.filter(position=position, ended_at=None).exists():
        raise Refused("This position is asked in every second window already.")
    rhythm = _answer(position, since, by)
    audit.record(by, "rhythm.relaxed", rhythm, position=str(position))
    return rhythm


@transaction.atomic
def put_off(position: Position, since: Window, *, by: Reach) -> RelaxedRhythm:
    """Answer "not now": the suggestion comes back when another window has shown it again.

    Kept as a relaxed rhythm that ended as it began.
    """
    _hold(position)
    now = timezone.now()
    rhythm = _answer(position, since, by, ended_at=now, ended_by_id=by.user.pk)
    audit.record(by, "rhythm.put_off", rhythm, position=str(position))
    return rhythm


@transaction.atomic
def end(rhythm: RelaxedRhythm, *, by: Reach) -> bool:
    """Ask the position in every window again. True if this call ended it."""
    live = RelaxedRhythm.objects.filter(pk=rhythm.pk, ended_at=None)
    if not live.update(ended_at=timezone.now(), ended_by=by.user.pk):
        return False
    audit.record(by, "rhythm.ended", rhythm, position=str(rhythm.position))
    return True


def _hold(position: Position) -> None:
    """Two answers at once: one waits for the other."""
    Position.objects.select_for_update(of=("self",)).get(pk=position.pk)


def _answer(position: Position, since: Window, by: Reach, **ended: object) -> RelaxedRhythm:
    return RelaxedRhythm.objects.create(
        district=by.district, position=position, since=since, by_id=by.user.pk, **ended
    )
