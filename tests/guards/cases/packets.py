"""How to knock at the pages of packets."""

import datetime as dt

from tests.factories.packets import GuestLinkFactory, PacketFactory
from tests.guards.case import Case


def a_packet(school, who):
    return {"pk": PacketFactory(district=school.district).pk}


def a_link(school, who):
    link = GuestLinkFactory(district=school.district)
    return {"pk": link.packet_id, "link": link.pk}


def a_kind(school, who):
    return {"kind": "board"}


def invites(kwargs):
    until = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(30)
    return {"label": "The board", "expires_on": until.isoformat()}


CASES = {
    "GET packets:index": Case(),
    "GET packets:detail": Case(kwargs=a_packet, shared=True),
    "POST packets:pdf": Case(kwargs=a_packet, shared=True),
    "GET packets:xlsx": Case(kwargs=a_packet, shared=True),
    "GET packets:publish": Case(kwargs=a_kind, shared=True),
    "POST packets:publish": Case(
        kwargs=a_kind,
        shared=True,
        data={"purpose": "Well-led tutoring.", "money": "Half is spent.", "act": "look"},
    ),
    "GET packets:guests": Case(kwargs=a_packet, shared=True),
    "POST packets:guests": Case(kwargs=a_packet, shared=True, data=invites),
    "POST packets:guest-end": Case(kwargs=a_link, shared=True),
}
