"""What departments commit to an approved decision: people and time, confirmed or declined."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from roadmap import decision_notices as news
from roadmap.models import Commitment, DecisionState
from roadmap.services.decisions import NotTheirs
from roles.access import Reach
from roles.services import audit
from roles.services.departments import speaks_for
from roles.services.refusal import Refused, Stale

State = Commitment.State
MOST_NOTE = 300


def stamp(commitment: Commitment) -> str:
    """The state that a person read: when it was answered, empty while it is not."""
    return commitment.answered_at.isoformat() if commitment.answered_at else ""


@transaction.atomic
def answer(commitment: Commitment, state: str, *, note: str = "", seen: str, by: Reach) -> bool:
    """A partner's own word on what their department gives. True if this call changed it.

    Raises NotTheirs unless this person holds a position of the department today, Stale if another
    partner answered since they read it, Refused while the decision is not approved.
    """
    rows = Commitment.objects.select_for_update(of=("self",))
    related = ("department", "request__asked_by", "answered_by")
    held: Commitment = rows.select_related(*related).get(pk=commitment.pk)
    if not speaks_for(held.department, by.user, by.district.today()):
        raise NotTheirs("Only the partner of this department can answer.")
    if held.request.state != DecisionState.APPROVED:
        raise Refused("This decision is not approved. There is nothing to confirm.")
    note = note.strip()
    if state == State.DECLINED and not note:
        raise Refused("Say why not, so that others can look for a way.")
    if len(note) > MOST_NOTE:
        raise Refused(f"At most {MOST_NOTE} characters fit here.")
    if (held.state, held.note) == (state, note):
        return False
    if stamp(held) != seen:
        raise Stale(f"Meanwhile: {_happened(held, by)}")
    held.state, held.note = state, note
    held.answered_by, held.answered_at = by.user, timezone.now()
    held.save(update_fields=["state", "note", "answered_by", "answered_at"])
    news.tell_asker_of(held, by.user)
    audit.record(
        by, f"commitment.{state}", held, department=str(held.department),
        question=held.request.question, reason=note,
    )  # fmt: skip
    return True


def _happened(held: Commitment, by: Reach) -> str:
    if not held.answered_at:
        return "the answer was taken back."
    at = date_format(held.answered_at.astimezone(by.district.zone), "g:i A")
    words = f": “{held.note}”" if held.note else "."
    return f"{held.answered_by} {held.get_state_display().lower()} it at {at}{words}"
