"""The PDF of a packet: made by a worker, out of nothing but the frozen content."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from roles import making
from roles.access import Reach
from roles.capabilities import Capability
from roles.letterhead import logo_data_uri
from roles.making import Page, Work
from roles.models import MadeFile
from roles.packing import safe
from roles.services import making as files
from selfassessment.models import Packet
from tutoring_admin.packets.showing import shown_of

MAKER = "packet-pdf"


def ask_for(packet: Packet, *, by: Reach) -> MadeFile:
    """Owe the reader the PDF; the one that is being made already, if there is one."""
    title = f"{packet.title}, {packet.content['district']}"
    return files.ask(MAKER, {"pk": packet.pk}, title, f"{safe(title)}.pdf", by=by)


def newest_of(packet: Packet, *, by: Reach) -> MadeFile | None:
    """The reader's own PDF of a packet that was asked for last, if it is still kept."""
    mine = MadeFile.objects.reachable(by).filter(
        maker=MAKER, asked_by=by.user.pk, arguments__pk=packet.pk
    )
    found: MadeFile | None = mine.order_by("-pk").first()
    return found


def make(work: Work) -> Page:
    with work.reading() as access:
        packets = Packet.objects.reachable(access.reach(Capability.PACKET_VIEW))
        packet: Packet = packets.select_related("district").get(pk=work.of["pk"])
    return Page(page_of(packet))


def page_of(packet: Packet) -> str:
    """The same packet gives the same page."""
    context = {
        "packet": packet,
        "shown": shown_of(packet.content),
        "district": packet.district,
        "logo": logo_data_uri(packet.district),
        "site": settings.SITE_URL,
    }
    with timezone.override(packet.district.zone):
        return render_to_string("print/packets/packet.html", context)


def register() -> None:
    making.register(MAKER, make)
