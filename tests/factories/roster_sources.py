"""A roster's source, and times that it was asked."""

import factory

from roles.models import RosterPull, RosterSource
from roles.sealing import seal
from tests.factories.roles import InDistrict, same_district


class RosterSourceFactory(InDistrict):
    class Meta:
        model = RosterSource
        django_get_or_create = ("district",)

    name = "PowerSchool"
    base_address = "https://sis.example.org/ims/oneroster/rostering/v1p2"
    token_address = "https://sis.example.org/oauth/token"  # noqa: S105 -- an address
    client_id = "tutoring"
    secret = factory.LazyFunction(lambda: seal("sealed-and-never-shown"))


class RosterPullFactory(InDistrict):
    class Meta:
        model = RosterPull

    source = factory.SubFactory(RosterSourceFactory, district=same_district())
    kind = "nightly"
    key = factory.Sequence(lambda n: f"nightly:{n}")
