"""How to knock at the pages about actions, learning topics, the relaxed rhythm and papers."""

from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    ItemFactory,
    RatingFactory,
    RelaxedRhythmFactory,
    TemplateFactory,
    WindowFactory,
    lock,
)
from tests.factories.roles import PositionFactory, SchoolFactory
from tests.guards.case import Case


def action_of(school, who):
    return {"pk": ActionFactory(district=school.district, school=school, owner=who).pk}


def offered_item(school, who):
    """An item that three people rated low in a closed window."""
    window = WindowFactory(district=school.district, over=True)
    item = ItemFactory(district=school.district, template=TemplateFactory(district=school.district))
    for _ in range(3):
        form = ChecklistFactory(
            district=school.district,
            window=window,
            template=item.template,
            school=SchoolFactory(district=school.district),
        )
        RatingFactory(district=school.district, checklist=form, item=item, value=0)
        lock(form)
    return {"pk": window.pk, "item": item.pk}


def position_at(school, who):
    return {"pk": PositionFactory(district=school.district, school=school).pk}


def relaxed_at(school, who):
    position = PositionFactory(district=school.district, school=school)
    return {"pk": RelaxedRhythmFactory(district=school.district, position=position).pk}


CASES = {
    "GET checklists:actions": Case(),
    "GET checklists:action": Case(kwargs=action_of),
    "POST checklists:action-finish": Case(kwargs=action_of, data={"outcome": "It holds."}),
    "POST checklists:action-move": Case(kwargs=action_of, data={"reason": "The room is shut."}),
    "POST checklists:action-drop": Case(kwargs=action_of, data={"reason": "Not needed now."}),
    "GET checklists:topics": Case(),
    "GET checklists:topic-take-up": Case(kwargs=offered_item, shared=True),
    "POST checklists:topic-take-up": Case(
        kwargs=offered_item, shared=True, data={"as_topic": "on", "title": "Covering"}
    ),
    "GET checklists:rhythm": Case(),
    "POST checklists:rhythm-answer": Case(kwargs=position_at),
    "POST checklists:rhythm-end": Case(kwargs=relaxed_at),
}
