"""Packets as they were published, and guest addresses."""

import datetime as dt

import factory

from selfassessment.models import GuestLink, Packet
from tests.factories.roles import InDistrict, UserFactory, same_district
from tutoring_admin.packets import content as shape


def content_of(district, number=1, **fields):
    """The least that a packet can hold."""
    glance = shape.section(
        "glance", "At a glance", figures=[shape.figure("late", "Milestones late", 3)]
    )
    return {
        "form": shape.FORM,
        "kind": "board",
        "district": district.name,
        "title": f"Board packet {number}",
        "number": number,
        "year": "2026-27",
        "as_of": "2026-10-29",
        "with_names": False,
        "sections": [shape.section("purpose", "Purpose", ["Well-led tutoring."]), glance],
        "appendix": [],
        "before": None,
        **fields,
    }


class PacketFactory(InDistrict):
    class Meta:
        model = Packet

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda packet: f"Board packet {packet.number}")
    as_of = dt.date(2026, 10, 29)
    content = factory.LazyAttribute(lambda packet: content_of(packet.district, packet.number))
    sha256 = factory.LazyAttribute(lambda packet: shape.digest(packet.content))
    published_by = factory.SubFactory(UserFactory)


class GuestLinkFactory(InDistrict):
    class Meta:
        model = GuestLink

    packet = factory.SubFactory(PacketFactory, district=same_district())
    label = "Board members"
    token_sha256 = factory.Sequence(lambda n: f"{n:064}")
    made_by = factory.SubFactory(UserFactory)
    expires_on = factory.LazyAttribute(lambda link: link.district.today() + dt.timedelta(30))
