"""Where a district's lead sets single sign-on up, tries it, and requires it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roles.access import Access
from roles.capabilities import Capability
from roles.models import SignOnKind, SignOnLink, SignOnProvider, SignOnSpare
from roles.models.signon import new_key
from roles.pages import DistrictRequest, page
from roles.services import spare_keys
from roles.services.refusal import Refused
from tutoring_admin.demo.signon import SAMPLE_CLIENT
from tutoring_admin.systems.signon import services, trials
from tutoring_admin.systems.signon.forms import EnforceForm, ProviderForm

MANAGE = Capability.SYSTEMS_MANAGE
NEW_KEY = "sign_on_new_key"
ON_ONE_PAGE = 50


def state(access: Access) -> str:
    """How it stands, for the page “Systems”."""
    reach = access.reach(MANAGE)
    names = [p.name for p in SignOnProvider.objects.reachable(reach) if p.is_on]
    if not names:
        return "Nobody signs in through the district yet."
    must = "must" if access.district.sign_on_only else "may"
    return f"People {must} sign in with {', '.join(names)}."


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """All providers, and whether people must use them."""
    context = {
        "providers": SignOnProvider.objects.reachable(request.reach),
        "spares": _spares(request) if request.district.sign_on_only else [],
        "links": SignOnLink.objects.reachable(request.reach).count(),
        "kinds": SignOnKind.choices,
    }
    return render(request, "systems/signon.html", context)


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest, kind: str) -> HttpResponse:
    """The key is there before the row: providers ask for the return address first."""
    if kind not in SignOnKind:
        raise Http404
    key = request.session.setdefault(NEW_KEY, new_key())
    form = ProviderForm(request.POST or None, kind=SignOnKind(kind))
    if request.method == "POST" and form.is_valid():
        made = services.add(SignOnKind(kind), key, form.values(), by=request.reach)
        del request.session[NEW_KEY]
        messages.success(request, f"{made} is set up, and off. Try it next.")
        return redirect(_page_of(request, made))
    context = {"form": form, "kind": SignOnKind(kind), **_ours(request, kind, key)}
    return render(request, "systems/signon_form.html", context, status=_status(form))


@page("GET", requires=MANAGE)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    provider = _provider(request, pk)
    sample = settings.DEMO and provider.client_id == SAMPLE_CLIENT
    context = {"provider": provider, "is_sample": sample}
    context |= _ours(request, provider.kind, provider.key)
    return render(request, "systems/signon_provider.html", context)


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    provider = _provider(request, pk)
    kind = SignOnKind(provider.kind)
    form = ProviderForm(request.POST or None, kind=kind, provider=provider)
    if request.method == "POST" and form.is_valid():
        try:
            is_off = services.change(provider, form.values(), by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = "It is off until it has been tried." if is_off else "Saved."
            messages.success(request, said)
            return redirect(_page_of(request, provider))
    context = {"form": form, "kind": kind, "provider": provider}
    context |= _ours(request, provider.kind, provider.key)
    return render(request, "systems/signon_form.html", context, status=_status(form))


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest, pk: int) -> HttpResponse:
    provider = _provider(request, pk)
    if request.method == "POST":
        try:
            services.remove(provider, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(_page_of(request, provider))
        messages.success(request, f"{provider.name} is removed.")
        return redirect("systems:signon", district=request.district.slug)
    context = {"provider": provider, "links": provider.links.count()}
    return render(request, "systems/signon_remove.html", context)


@page("POST", requires=MANAGE)
def switch(request: DistrictRequest, pk: int) -> HttpResponse:
    """`on` is 1 or 0."""
    provider = _provider(request, pk)
    on = request.POST.get("on") == "1"
    try:
        services.switch(provider, on=on, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "is on the sign-in page now" if on else "is off the sign-in page"
        messages.success(request, f"{provider} {said}.")
    return redirect(_page_of(request, provider))


@page("GET", requires=MANAGE)
def try_it(request: DistrictRequest, pk: int) -> HttpResponse:
    """To the provider and back. A GET, as the way to any provider is; nothing is changed by it."""
    provider = _provider(request, pk)
    trials.begin(request, provider)
    return redirect("sign-on-start", key=provider.key)


@page("GET", requires=MANAGE)
def trial(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the provider said, and what we would do."""
    provider = _provider(request, pk)
    result = request.session.get(trials.RESULT)
    if not result or result["provider"] != provider.pk:
        return redirect(_page_of(request, provider))
    return render(request, "systems/signon_trial.html", {"provider": provider, "result": result})


@page("GET", "POST", requires=MANAGE)
def enforce(request: DistrictRequest) -> HttpResponse:
    able = spare_keys.able_to_hold(request.district)
    form = EnforceForm(request.POST if request.method == "POST" else None, able=able)
    if request.method == "POST" and form.is_valid():
        try:
            services.enforce(form.cleaned_data["spares"], by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "People sign in through the district only, from now on.")
            return redirect("systems:signon", district=request.district.slug)
    on = [p for p in SignOnProvider.objects.reachable(request.reach) if p.is_on]
    context = {"form": form, "able": able, "providers": on}
    return render(request, "systems/signon_enforce.html", context, status=_status(form))


@page("POST", requires=MANAGE)
def relax(request: DistrictRequest) -> HttpResponse:
    if services.relax(by=request.reach):
        messages.success(request, "Passwords and passkeys of this product work again.")
    return redirect("systems:signon", district=request.district.slug)


@page("GET", requires=MANAGE)
def people(request: DistrictRequest) -> HttpResponse:
    """Who is linked to whom at a provider."""
    links = SignOnLink.objects.reachable(request.reach).select_related("user", "provider")
    found = Paginator(links, ON_ONE_PAGE).get_page(request.GET.get("page"))
    return render(request, "systems/signon_people.html", {"page": found})


@page("POST", requires=MANAGE)
def unlink(request: DistrictRequest, pk: int) -> HttpResponse:
    links = SignOnLink.objects.reachable(request.reach).select_related("user", "provider")
    link = get_object_or_404(links, pk=pk)
    services.unlink(link, by=request.reach)
    messages.success(request, f"The link of {link.user} is taken off.")
    return redirect("systems:signon-people", district=request.district.slug)


def _spares(request: DistrictRequest) -> list[SignOnSpare]:
    """Those that would open the district today: a lead may have left, or lost a factor."""
    able = {user.pk for user in spare_keys.able_to_hold(request.district)}
    spares = SignOnSpare.objects.reachable(request.reach).select_related("user")
    return [spare for spare in spares if spare.user_id in able]


def _provider(request: DistrictRequest, pk: int) -> SignOnProvider:
    return get_object_or_404(SignOnProvider.objects.reachable(request.reach), pk=pk)


def _ours(request: DistrictRequest, kind: str, key: str) -> dict[str, Any]:
    """The addresses that the provider's operator asks for."""

    def full(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[key]))

    is_saml = kind == SignOnKind.SAML
    return {
        "return_address": full("sign-on-saml" if is_saml else "sign-on-callback"),
        "start_address": full("sign-on-start"),
        "entity_id": full("sign-on-metadata") if is_saml else "",
    }


def _page_of(request: DistrictRequest, provider: SignOnProvider) -> str:
    return reverse("systems:signon-provider", args=[request.district.slug, provider.pk])


def _status(form: Any) -> int:
    return 422 if form.errors else 200
