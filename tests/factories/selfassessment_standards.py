"""Standards read in, and results of the official assessment."""

import datetime as dt

import factory

from selfassessment.models import ImportedStandards, OfficialResult
from selfassessment.standards.checking import digest
from selfassessment.standards.example import EXAMPLE
from tests.factories.roles import InDistrict, UserFactory


class StandardsFactory(InDistrict):
    class Meta:
        model = ImportedStandards

    name = factory.Sequence(lambda n: f"State standards {n}")
    source = "State education agency"
    content = EXAMPLE
    digest = factory.LazyAttribute(lambda o: digest(o.content))
    imported_by = factory.SubFactory(UserFactory)


class OfficialResultFactory(InDistrict):
    class Meta:
        model = OfficialResult

    taken_on = dt.date(2026, 9, 14)
    taken_by = "Program lead"
    clarity = "Developing"
    recorded_by = factory.SubFactory(UserFactory)
