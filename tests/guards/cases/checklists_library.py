"""Reach table: the checklist library, drafts of checklists, rating scales, alignment."""

from tests.factories.checklists import ItemFactory, RatingScaleFactory, TemplateFactory
from tests.factories.roles import RoleFactory
from tests.guards.case import Case


def a_version(school, who):
    template = TemplateFactory(district=school.district)
    ItemFactory(district=school.district, template=template)
    return {"pk": template.pk}


def a_draft(school, who):
    template = TemplateFactory(district=school.district, status="draft")
    ItemFactory(district=school.district, template=template)
    return {"pk": template.pk}


def an_item(school, who):
    template = TemplateFactory(district=school.district, status="draft")
    item = ItemFactory(district=school.district, template=template)
    return {"pk": template.pk, "key": item.key}


def a_bare_role(school, who):
    return {"pk": RoleFactory(district=school.district).pk}


def a_scale(school, who):
    return {"pk": RatingScaleFactory(district=school.district).pk}


ITEM = {"text": "Held the call in three weeks.", "frequency": "monthly", "scale": "impl_0_2"}
SCALE = {
    "label": "Share of weeks",
    "point-TOTAL_FORMS": "2",
    "point-INITIAL_FORMS": "0",
    "point-0-label": "None",
    "point-0-anchor": "In no week.",
    "point-1-label": "All",
    "point-1-anchor": "In every week.",
}

CASES = {
    "GET checklists:library": Case(),
    "GET checklists:template": Case(kwargs=a_version, shared=True),
    "POST checklists:template-write": Case(kwargs=a_bare_role, shared=True),
    "POST checklists:template-change": Case(kwargs=a_version, shared=True),
    "GET checklists:template-draft": Case(kwargs=a_draft, shared=True),
    "GET checklists:template-frame": Case(kwargs=a_draft, shared=True),
    "POST checklists:template-frame": Case(kwargs=a_draft, shared=True, data={"title": "New"}),
    "POST checklists:template-discard": Case(kwargs=a_draft, shared=True),
    "GET checklists:template-publish": Case(kwargs=a_draft, shared=True),
    "POST checklists:template-publish": Case(kwargs=a_draft, shared=True),
    "GET checklists:item-add": Case(kwargs=a_draft, shared=True),
    "POST checklists:item-add": Case(kwargs=a_draft, shared=True, data=ITEM),
    "GET checklists:item-edit": Case(kwargs=an_item, shared=True),
    "POST checklists:item-edit": Case(kwargs=an_item, shared=True, data=ITEM),
    "POST checklists:item-move": Case(kwargs=an_item, shared=True, data={"up": "1"}),
    "POST checklists:item-retire": Case(kwargs=an_item, shared=True),
    "POST checklists:item-bring-back": Case(kwargs=an_item, shared=True),
    "GET checklists:alignment": Case(),
    "POST checklists:proposal-answer": Case(
        kwargs=a_version, shared=True, data={"answer": "leave", "digest": "0" * 64}
    ),
    "GET checklists:scales": Case(),
    "GET checklists:scale-add": Case(),
    "POST checklists:scale-add": Case(data=SCALE),
    "GET checklists:scale-edit": Case(kwargs=a_scale, shared=True),
    "POST checklists:scale-edit": Case(kwargs=a_scale, shared=True, data=SCALE),
    "POST checklists:scale-retire": Case(kwargs=a_scale, shared=True),
}
