"""Notes of visits, arranged by the owner of the tables, outside the wall."""

import datetime as dt

import factory

from roadmap.models import SchoolVisit
from tests.factories.roles import InDistrict, SchoolFactory, UserFactory, same_district


class VisitFactory(InDistrict):
    class Meta:
        model = SchoolVisit

    school = factory.SubFactory(SchoolFactory, district=same_district())
    by = factory.SubFactory(UserFactory)
    on = dt.date(2026, 10, 27)
    seen = "Two groups share one table in the library."
    next_step = "Principal finds a second table"
    next_on = dt.date(2026, 11, 10)
