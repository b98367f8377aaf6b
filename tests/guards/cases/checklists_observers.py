"""How to knock at the pages of observers, comparison, agreement and reopening."""

from checklists.models import RaterKind
from tests.factories.checklists import (
    ChecklistFactory,
    ObserverDrawFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roles import UserFactory
from tests.guards.case import Case


def window_at(school, who):
    return {"pk": WindowFactory(district=school.district).pk}


def seat_at(school, who):
    position = filled_position(school.district, school=school)
    return {**window_at(school, who), "position": position.pk}


def draw_of(school, who):
    draw = ObserverDrawFactory(district=school.district)
    return {"pk": draw.window_id, "draw": draw.pk}


def pair_of(school, who):
    form = form_with_items(1, ratings=[2], district=school.district, school=school, holder=who)
    lock(observed(form, UserFactory()))
    return lock(form)


def own_of(school, who):
    return {"pk": pair_of(school, who).pk}


def agreed_of(school, who):
    own = pair_of(school, who)
    agreed = ChecklistFactory(
        district=own.district,
        window=own.window,
        template=own.template,
        position=own.position,
        school=own.school,
        holder=own.holder,
        rater_kind=RaterKind.AGREED,
        rater=own.rater,
    )
    return {"pk": agreed.pk}


def agreed_item_of(school, who):
    found = agreed_of(school, who)
    template = TemplateFactory._meta.model.objects.get(checklists=found["pk"])
    return {**found, "item": template.items.get().pk}


CASES = {
    "GET checklists:window-observers": Case(kwargs=window_at, shared=True),
    "POST checklists:observers-take": Case(kwargs=window_at, shared=True),
    "GET checklists:observers-draw": Case(kwargs=window_at, shared=True),
    "POST checklists:observers-draw": Case(
        kwargs=window_at, shared=True, data={"percent": "20", "seed": "fall"}
    ),
    "GET checklists:observers-drawn": Case(kwargs=draw_of, shared=True),
    "GET checklists:observer-choose": Case(kwargs=seat_at),
    "POST checklists:observer-choose": Case(kwargs=seat_at, data={"observer": ""}),
    "GET checklists:compare": Case(kwargs=own_of),
    "POST checklists:agree-begin": Case(kwargs=own_of),
    "GET checklists:agree": Case(kwargs=agreed_of),
    "POST checklists:agree": Case(kwargs=agreed_of),
    "POST checklists:agree-item": Case(
        kwargs=agreed_item_of, data=lambda url: {f"value-{url['item']}": "2"}
    ),
    "GET checklists:reopen": Case(kwargs=lambda s, who: {"pk": pair_of(s, UserFactory()).pk}),
    "POST checklists:reopen": Case(
        kwargs=lambda s, who: {"pk": pair_of(s, UserFactory()).pk}, data={"reason": "Mixed up."}
    ),
}
