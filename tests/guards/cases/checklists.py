"""How to knock at the pages of the checklists."""

from tests.factories.checklists import WindowFactory, form_with_items, lock
from tests.guards.case import Case


def window_at(school, who):
    return {"pk": WindowFactory(district=school.district).pk}


def form_of(school, who):
    return {"pk": form_with_items(1, district=school.district, school=school, holder=who).pk}


def item_of(school, who):
    form = form_with_items(1, district=school.district, school=school, holder=who)
    return {"pk": form.pk, "item": form.template.items.get().pk}


def submitted_form_of(school, who):
    form = form_with_items(1, ratings=[2], district=school.district, school=school, holder=who)
    return {"pk": lock(form).pk}


CASES = {
    "GET checklists:index": Case(),
    "GET checklists:window-create": Case(),
    "POST checklists:window-create": Case(data={"label": "Spring", "kind": "spring"}),
    "GET checklists:window-detail": Case(kwargs=window_at, shared=True),
    "GET checklists:window-edit": Case(kwargs=window_at, shared=True),
    "POST checklists:window-edit": Case(kwargs=window_at, shared=True, data={"label": "Fall"}),
    "POST checklists:window-close": Case(kwargs=window_at, shared=True),
    "GET checklists:fill": Case(kwargs=form_of),
    "POST checklists:fill": Case(kwargs=form_of),
    "POST checklists:rate": Case(
        kwargs=item_of, data=lambda url: {f"value-{url['item']}": "2", f"note-{url['item']}": ""}
    ),
    "GET checklists:review": Case(kwargs=form_of),
    "POST checklists:submit": Case(kwargs=form_of),
    "GET checklists:result": Case(kwargs=submitted_form_of),
}
