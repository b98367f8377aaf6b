"""Packets inside the product: the list, one packet, publishing, and guest addresses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.reports.pdfs import pdf_state
from roles.sealing import seal, unseal
from selfassessment.models import GuestLink, Packet
from tutoring_admin.packets import content as shape
from tutoring_admin.packets import printing, services, workbook
from tutoring_admin.packets.forms import GuestForm, TypedForm
from tutoring_admin.packets.services import Changed, Draft
from tutoring_admin.packets.showing import shown_of

VIEW, PUBLISH = Capability.PACKET_VIEW, Capability.PACKET_PUBLISH
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 25
SHOWN_ONCE = "guest-address"
PURPOSE = "So that every school has well-led tutoring: clear roles, checked practice, a kept plan."


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """All packets, the newest first."""
    today = request.district.today()
    living = Q(guest_links__revoked_at=None, guest_links__expires_on__gte=today)
    found = (
        Packet.objects.reachable(request.reach)
        .defer("content")
        .select_related("published_by")
        .annotate(guests=Count("guest_links", filter=living))
        .order_by("-published_at", "-pk")  # counting drops the model's own order
    )
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Packet.Kind,
        "publishes": bool(request.access.reach(PUBLISH)),
    }
    return render(request, "packets/index.html", context)


@page("GET", requires=VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One packet as it was frozen; `?part=pdf` is the part that asks again for its PDF."""
    packet = _packet(request, pk)
    made = printing.newest_of(packet, by=request.reach)
    context: dict[str, Any] = {"packet": packet, "made": made, "state": pdf_state(made)}
    if request.htmx and request.GET.get("part") == "pdf":
        return render(request, "packets/_pdf.html", context)
    context |= {
        "shown": shown_of(packet.content),
        "is_whole": shape.digest(packet.content) == packet.sha256,
        "publishes": bool(request.access.reach(PUBLISH)),
        "guests": GuestLink.objects.reachable(request.reach)
        .filter(packet=packet)
        .in_force(request.district.today())
        .count(),
    }
    return render(request, "packets/detail.html", context)


@page("POST", requires=VIEW)
def pdf(request: DistrictRequest, pk: int) -> HttpResponse:
    """Have the PDF made."""
    packet = _packet(request, pk)
    printing.ask_for(packet, by=request.reach)
    services.note_download(packet, "PDF", by=request.reach)
    return redirect(_detail(request, pk) + "#files")


@page("GET", requires=VIEW)
def xlsx(request: DistrictRequest, pk: int) -> HttpResponse:
    packet = _packet(request, pk)
    file = workbook.of_packet(packet.content, packet.sha256)
    services.note_download(packet, "XLSX", by=request.reach)
    name = safe(f"{packet.title}, {packet.content['district']}")
    disposition = f'attachment; filename="{name}.xlsx"'
    return HttpResponse(file, content_type=XLSX, headers={"Content-Disposition": disposition})


@page("GET", "POST", requires=PUBLISH)
def publish(request: DistrictRequest, kind: str) -> HttpResponse:
    """GET: the lines to type. POST `look`: what would be frozen; `change`: back to the lines;
    `publish`: freeze what was looked at.
    """
    if kind not in Packet.Kind.values:
        raise Http404
    if request.method == "GET":
        return _lines(request, kind, TypedForm(initial=_last_lines(request, kind), kind=kind))
    form = TypedForm(request.POST, kind=kind)
    if not form.is_valid():
        return _lines(request, kind, form, status=422)
    act = request.POST.get("act")
    if act == "change":
        return _lines(request, kind, TypedForm(initial=form.cleaned_data, kind=kind))
    if act != "publish":
        return _look(request, form, services.draft(kind, form.typed, by=request.reach))
    try:
        seen = request.POST.get("seen", "")
        packet = services.publish(kind, form.typed, seen=seen, by=request.reach)
    except Changed as refusal:
        messages.warning(request, str(refusal))
        now = services.draft(kind, form.typed, by=request.reach)
        return _look(request, form, now, status=422)
    messages.success(request, f"{packet.title} is published. Nothing in it changes any more.")
    return redirect(_detail(request, packet.pk))


@page("GET", "POST", requires=PUBLISH)
def guests(request: DistrictRequest, pk: int) -> HttpResponse:
    """GET: the guest addresses of a packet. POST: make one; it is shown once."""
    packet = _packet(request, pk)
    today = request.district.today()
    form = GuestForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        label, until = form.cleaned_data["label"], form.cleaned_data["expires_on"]
        token = services.invite(packet, label, until, by=request.reach)
        request.session[SHOWN_ONCE] = [packet.pk, seal(token), label]
        return redirect("packets:guests", request.district.slug, pk)
    links = GuestLink.objects.reachable(request.reach).filter(packet=packet)
    new, new_for = _taken_out(request, packet)
    context = {
        "packet": packet,
        "form": form,
        "page": Paginator(links, PER_PAGE).get_page(request.GET.get("page")),
        "today": today,
        "new": new,
        "new_for": new_for,
    }
    return render(request, "packets/guests.html", context, status=422 if form.errors else 200)


@page("POST", requires=PUBLISH)
def guest_end(request: DistrictRequest, pk: int, link: int) -> HttpResponse:
    found = GuestLink.objects.reachable(request.reach).filter(packet=pk).select_related("packet")
    guest: GuestLink = get_object_or_404(found, pk=link)
    if services.revoke(guest, by=request.reach):
        messages.success(request, f"The address for {guest.label} has ended.")
    else:
        messages.info(request, "Nothing was changed: it had ended before.")
    return redirect("packets:guests", request.district.slug, pk)


def _packet(request: DistrictRequest, pk: int) -> Packet:
    found = Packet.objects.reachable(request.reach).select_related("published_by")
    packet: Packet = get_object_or_404(found, pk=pk)
    return packet


def _detail(request: DistrictRequest, pk: int) -> str:
    return reverse("packets:detail", args=[request.district.slug, pk])


def _last_lines(request: DistrictRequest, kind: str) -> dict[str, Any]:
    """The purpose stays from packet to packet; the rest is typed anew."""
    last = services.newest(kind, request.reach)
    for part in last.content["sections"] if last else ():
        if part["key"] == "purpose" and part["says"]:
            return {"purpose": part["says"][0]}
    return {"purpose": PURPOSE}


def _lines(
    request: DistrictRequest, kind: str, form: TypedForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "kind": Packet.Kind(kind)}
    return render(request, "packets/publish.html", context, status=status)


def _look(
    request: DistrictRequest, form: TypedForm, draft: Draft, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "draft": draft, "shown": shown_of(draft.content)}
    return render(request, "packets/look.html", context, status=status)


def _taken_out(request: DistrictRequest, packet: Packet) -> tuple[str, str]:
    """The address just made, which is shown this once, and for whom."""
    of, sealed, label = request.session.get(SHOWN_ONCE, (None, "", ""))
    if of != packet.pk:
        return "", ""
    del request.session[SHOWN_ONCE]
    path = reverse("packet-guest", args=[unseal(sealed)])
    return settings.SITE_URL.rstrip("/") + path, label
