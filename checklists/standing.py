"""Which of the ratings of a position stands: the agreed one, else the observer's, else its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Value, When

from checklists.models import Checklist, RaterKind
from checklists.models.forms import ChecklistQuerySet

STANDS_BEFORE = (RaterKind.AGREED, RaterKind.OBSERVER, RaterKind.SELF)
KINDS = {  # says whose rating is shown
    RaterKind.AGREED: "agreed rating",
    RaterKind.OBSERVER: "observer rating",
    RaterKind.SELF: "self rating",
}


def standing_forms(forms: ChecklistQuerySet) -> ChecklistQuerySet:
    """One submitted form for each window and position: the one that stands.

    Give it the forms the reader may know of (`readable_by`, or a report over many people): what
    they may not read must not stand for what they may. In no order to rely on but window, position.
    """
    rank = Case(
        *(When(rater_kind=kind, then=Value(n)) for n, kind in enumerate(STANDS_BEFORE)),
        output_field=IntegerField(),
    )
    known = forms.current().submitted().annotate(rank=rank)
    # By the columns: a relation's own name would sort by the order of what it leads to.
    by = ("window_id", "position_id")
    return known.order_by(*by, "rank").distinct(*by)


def standing(forms: Iterable[Checklist]) -> dict[int, Checklist]:
    """By position: the form of one window that stands, out of rows that are loaded already."""
    found: dict[int, Checklist] = {}
    usable = [form for form in forms if form.is_submitted and form.withdrawn_at is None]
    for kind in STANDS_BEFORE:
        for form in usable:
            if form.rater_kind == kind:
                found.setdefault(form.position_id, form)
    return found


def kind_of(form: Checklist) -> str:
    """ "agreed rating", "observer rating" or "self rating": the label beside a band."""
    return KINDS[RaterKind(form.rater_kind)]
