"""Endpoints and what became of each message."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.models import WebhookDelivery, WebhookEndpoint
from roles.pages import DistrictRequest, page
from roles.sealing import seal, unseal
from roles.services.refusal import Refused
from tutoring_admin.systems.webhooks import endpoints, reading
from tutoring_admin.systems.webhooks.forms import EndpointForm

PER_PAGE = 25
HELD = "webhook_secret"  # in the session, sealed, between making a secret and showing it once
MANAGE = Capability.SYSTEMS_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    return render(request, "systems/webhooks.html", {"rows": reading.rows(request.reach)})


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            endpoint, secret = endpoints.add(
                told["name"], told["url"], told["kinds"], by=request.reach
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _show_once(request, endpoint, secret)
    return render(request, "systems/webhook_edit.html", {"form": form}, status=_status(form))


@page("GET", requires=MANAGE)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One endpoint with its log. Right after a secret was made it is shown, once."""
    endpoint = _endpoint(request, pk)
    show = request.GET.get("show", "")
    log = reading.log(request.reach, endpoint, only=show)
    shown = Paginator(log, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "endpoint": endpoint,
        "page": shown,
        "show": show,
        "again": endpoints.AGAIN,
        "unfinished": any(row.is_unfinished and not row.tries for row in shown),
        "lost": reading.lost(endpoint),
        "kinds": reading.kinds_of(endpoint),
        "both": reading.both_secrets(endpoint),
    }
    if request.htmx and "live" in request.GET:
        return render(request, "systems/_webhook_log.html", {**context, "is_update": True})
    context["secret"] = _held(request, endpoint)
    return render(request, "systems/webhook.html", context)


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    form = EndpointForm(request.POST or None, reach=request.reach, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        endpoints.change(endpoint, told["name"], told["url"], told["kinds"], by=request.reach)
        messages.success(request, "Saved.")
        return _back(request, pk)
    context = {"form": form, "endpoint": endpoint}
    return render(request, "systems/webhook_edit.html", context, status=_status(form))


@page("POST", requires=MANAGE)
def switch(request: DistrictRequest, pk: int) -> HttpResponse:
    endpoint, on = _endpoint(request, pk), request.POST.get("on") == "yes"
    if endpoints.switch(endpoint, on=on, by=request.reach):
        what = "is switched on" if on else "is switched off. It is told nothing"
        messages.success(request, f"{endpoint.name} {what}.")
    return _back(request, pk)


@page("POST", requires=MANAGE)
def example(request: DistrictRequest, pk: int) -> HttpResponse:
    endpoints.send_example(_endpoint(request, pk), by=request.reach)
    messages.success(request, "An example is on its way. The log says what comes of it.")
    return _back(request, pk)


@page("GET", "POST", requires=MANAGE)
def renew(request: DistrictRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    if request.method == "POST":
        return _show_once(request, endpoint, endpoints.renew_secret(endpoint, by=request.reach))
    context = {"endpoint": endpoint, "both": reading.both_secrets(endpoint)}
    return render(request, "systems/webhook_renew.html", context)


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(request, pk)
    if request.method == "POST":
        endpoints.remove(endpoint, by=request.reach)
        messages.success(request, f"{endpoint.name} is removed, with its log.")
        return redirect("systems:webhooks", district=request.district.slug)
    return render(request, "systems/webhook_remove.html", {"endpoint": endpoint})


@page("GET", requires=MANAGE)
def delivery(request: DistrictRequest, pk: int) -> HttpResponse:
    """One message: its body, and what the other side said."""
    found = _delivery(request, pk)
    context = {
        "delivery": found,
        "endpoint": found.endpoint,
        "again": endpoints.AGAIN,
        "pretty": json.dumps(json.loads(found.body), indent=2, ensure_ascii=False),
    }
    return render(request, "systems/webhook_delivery.html", context)


@page("POST", requires=MANAGE)
def again(request: DistrictRequest, pk: int) -> HttpResponse:
    found = _delivery(request, pk)
    try:
        if endpoints.send_again(found, by=request.reach):
            messages.success(request, "It goes out again, under the same id.")
        else:
            messages.warning(request, "It is on its way already.")
    except Refused as refused:
        messages.warning(request, str(refused))
    return _back(request, found.endpoint_id)


@page("POST", requires=MANAGE)
def all_again(request: DistrictRequest, pk: int) -> HttpResponse:
    try:
        sent = endpoints.send_all_again(_endpoint(request, pk), by=request.reach)
        messages.success(request, f"{sent} messages go out again, each under its own id.")
    except Refused as refused:
        messages.warning(request, str(refused))
    return _back(request, pk)


def _endpoint(request: DistrictRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.reachable(request.reach), pk=pk)


def _delivery(request: DistrictRequest, pk: int) -> WebhookDelivery:
    found = WebhookDelivery.objects.reachable(request.reach).select_related("endpoint")
    return get_object_or_404(found, pk=pk)


def _back(request: DistrictRequest, pk: int) -> HttpResponse:
    return redirect("systems:webhook", district=request.district.slug, pk=pk)


def _show_once(request: DistrictRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    request.session[HELD] = [endpoint.pk, seal(secret)]
    return _back(request, endpoint.pk)


def _held(request: DistrictRequest, endpoint: WebhookEndpoint) -> str:
    """The secret that was just made for this endpoint; "" at any later look."""
    pk, sealed = request.session.get(HELD) or (0, "")
    if pk != endpoint.pk:
        return ""
    del request.session[HELD]
    return unseal(sealed)


def _status(form: EndpointForm) -> int:
    return 422 if form.errors else 200
