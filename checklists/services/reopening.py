"""Opening a submitted form again, with a reason that stays."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from checklists.models import Checklist, RaterKind, Reopening, WindowState
from checklists.notices import Reopened
from roles.access import Reach
from roles.services import audit, notices
from roles.services.refusal import Refused

OWN = "You hold this position. Someone else who runs the program can open its forms again."
NOT_SUBMITTED = "This form is not submitted: it is open already."
AGREED = "The agreed rating of a cycle cannot be opened again."
CLOSED = "The cycle is closed with an agreed rating. Nothing in it changes any more."
OVER = "The window is closed. What was submitted in it stays as it is."
REASON_LENGTH = 300
NO_REASON = "Say why, in a sentence: the person who rates will read it."
ASIDE = "This form was set aside when the position changed hands."


@transaction.atomic
def reopen(form: Checklist, reason: str, *, by: Reach) -> Reopening:
    """Open a submitted form again for its rater, who gets a letter with the reason.

    Its result goes until it is submitted again. If the other rating was in, and so could have been
    read, this one is not blind any more. An agreed form that was begun is set aside, since it
    stands on both. Refuses as `why_not` says, and without a reason.
    """
    cycle = Checklist.objects.current().filter(
        window=form.window_id, position=form.position_id, holder=form.holder_id
    )
    locked = cycle.select_related("window", "template", "position__role", "rater", "district")
    forms = {row.pk: row for row in locked.order_by("pk").select_for_update(of=("self",))}
    held = forms.get(form.pk)
    if held is None:
        raise Refused(ASIDE)
    others = [row for row in forms.values() if row.pk != held.pk]
    agreed = next((row for row in others if row.rater_kind == RaterKind.AGREED), None)
    why = why_not(held, agreed, by)
    if why:
        raise Refused(why)
    text = " ".join(reason.split())
    if not text:
        raise Refused(NO_REASON)
    row = _note(held, text, by)
    _open(held, could_be_read=any(o.is_submitted for o in others if o is not agreed))
    if agreed is not None:
        Checklist.objects.filter(pk=agreed.pk).update(withdrawn_at=timezone.now())
    audit.record(by, "checklist.reopened", held, window=held.window.label, reason=text)
    _tell(held, row, by)
    return row


def why_not(form: Checklist, agreed: Checklist | None, by: Reach) -> str:
    """A sentence if this person cannot open this form again today, else ""."""
    if form.rater_kind == RaterKind.AGREED:
        return AGREED
    if form.holder_id == by.user.pk:
        return OWN
    if not form.is_submitted:
        return NOT_SUBMITTED
    if agreed is not None and agreed.is_submitted:
        return CLOSED
    is_open = form.window.state(by.district.today()) == WindowState.OPEN
    return "" if is_open else OVER


def _note(form: Checklist, reason: str, by: Reach) -> Reopening:
    if len(reason) > REASON_LENGTH:
        raise Refused(f"The reason has at most {REASON_LENGTH} characters.")
    return Reopening.objects.create(
        district=by.district,
        checklist=form,
        by=by.user,
        reason=reason,
        submitted_at=form.submitted_at or timezone.now(),
        score=form.score,
        band=form.band,
    )


def _open(form: Checklist, *, could_be_read: bool) -> None:
    form.submitted_at = form.score = form.coverage = None
    form.band = ""
    form.is_blind = form.is_blind and not could_be_read
    form.save(update_fields=["submitted_at", "score", "coverage", "band", "is_blind"])


def _tell(form: Checklist, reopening: Reopening, by: Reach) -> None:
    notices.tell(by.district, form.rater, Reopened.kind, f"{Reopened.kind}:{reopening.pk}")
