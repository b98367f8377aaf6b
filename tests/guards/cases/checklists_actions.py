"""How to knock at the pages about actions, learning topics, the relaxed rhythm and papers."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from roles.models import OwedStatus
from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    ItemFactory,
    PaperFactory,
    RatingFactory,
    RelaxedRhythmFactory,
    TemplateFactory,
    WindowFactory,
    form_with_items,
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


def blank_of(school, who):
    template = TemplateFactory(district=school.district)
    return {"pk": template.pk}


def submitted_form_of(school, who):
    form = form_with_items(1, ratings=[2], district=school.district, school=school, holder=who)
    return {"pk": lock(form).pk}


def opened_window(school, who):
    window = WindowFactory(district=school.district, over=True, opened_at=timezone.now())
    return {"pk": window.pk}


def own_paper(school, who):
    """A PDF that is there, of a checklist of the library."""
    name = default_storage.save("papers/blank.pdf", ContentFile(b"%PDF-1.7"))
    paper = PaperFactory(
        district=school.district,
        template=TemplateFactory(district=school.district),
        asked_by=who,
        status=OwedStatus.DONE,
        done_at=timezone.now(),
        file=name,
    )
    return {"pk": paper.pk}


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
    "GET checklists:paper-blank": Case(kwargs=blank_of, shared=True),
    "POST checklists:paper-blank": Case(kwargs=blank_of, shared=True),
    "GET checklists:paper-form": Case(kwargs=submitted_form_of),
    "POST checklists:paper-form": Case(kwargs=submitted_form_of),
    "GET checklists:paper-window": Case(kwargs=opened_window, shared=True),
    "POST checklists:paper-window": Case(kwargs=opened_window, shared=True),
    "GET checklists:paper": Case(kwargs=own_paper, shared=True),
    "GET checklists:paper-file": Case(kwargs=own_paper, shared=True),
}
