"""The second of two ratings is in: the one who rated first hears that they can compare."""

from __future__ import annotations

from checklists.models import Checklist, RaterKind
from checklists.notices import BothIn
from roles.access import Reach
from roles.services import notices

OTHER = {RaterKind.SELF: RaterKind.OBSERVER, RaterKind.OBSERVER: RaterKind.SELF}


def tell(form: Checklist, *, by: Reach) -> bool:
    """Tell the first one if the other rating was in already; nothing about the ratings is in it.

    Once for each pair, however often a form is opened again. True if the other one is in.
    """
    rated_first = (
        Checklist.objects.current()
        .submitted()
        .filter(
            window=form.window_id,
            position=form.position_id,
            holder=form.holder_id,
            rater_kind=OTHER[RaterKind(form.rater_kind)],
        )
    )
    first = rated_first.select_related("rater").first()
    if first is None:
        return False
    pair = {form.pk, first.pk}
    if not notices.was_told(by.district, [f"{BothIn.kind}:{pk}" for pk in pair]):
        notices.tell(by.district, first.rater, BothIn.kind, f"{BothIn.kind}:{first.pk}")
    return True
