"""A district's own templates."""

import factory

from roadmap.models import RoadmapTemplate, TemplateLine
from tests.factories.roles import InDistrict, UserFactory, same_district


class RoadmapTemplateFactory(InDistrict):
    class Meta:
        model = RoadmapTemplate

    name = factory.Sequence(lambda n: f"Template {n}")
    made_by = factory.SubFactory(UserFactory)


class TemplateLineFactory(InDistrict):
    class Meta:
        model = TemplateLine

    template = factory.SubFactory(RoadmapTemplateFactory, district=same_district())
    key = factory.Sequence(lambda n: f"L{n}")
    order = factory.Sequence(lambda n: n % 1000)
    phase_key = "P3"
    phase_title = "Readiness"
    title = factory.Sequence(lambda n: f"Line {n}")
    anchor_kind = "first_student_day"
    start_offset = -4
    due_offset = -1
