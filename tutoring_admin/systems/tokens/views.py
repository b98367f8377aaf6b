"""The pages of API tokens: those there are, a new one, and the end of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.models import ApiToken
from roles.pages import DistrictRequest, page
from roles.sealing import seal, unseal
from tutoring_admin.api.scopes import Scope
from tutoring_admin.systems.tokens import services
from tutoring_admin.systems.tokens.forms import TokenForm

MANAGE = Capability.SYSTEMS_MANAGE
PER_PAGE = 25
SHOWN_ONCE = "api-token"


@dataclass(frozen=True)
class Row:
    token: ApiToken
    reads: tuple[str, ...]
    state: str


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """All tokens, the newest first; the one just made is shown this once."""
    found = ApiToken.objects.reachable(request.reach).select_related("made_by", "revoked_by")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    today = request.district.today()
    new, new_for = _taken_out(request)
    context = {
        "page": shown,
        "rows": [Row(token, _words(token), token.state(today)) for token in shown],
        "new": new,
        "new_for": new_for,
    }
    response = render(request, "systems/tokens.html", context)
    if new:
        response["Cache-Control"] = "no-store"
    return response


@page("GET", "POST", requires=MANAGE)
def new(request: DistrictRequest) -> HttpResponse:
    """GET: what to say of a token. POST: make it; its secret is shown on the list, this once."""
    form = TokenForm(request.POST or None, today=request.district.today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        secret = services.make(said["name"], said["scopes"], said["expires_on"], by=request.reach)
        request.session[SHOWN_ONCE] = [request.district.pk, seal(secret), said["name"]]
        return redirect("systems:token-list", request.district.slug)
    status = 422 if form.errors else 200
    return render(request, "systems/token_new.html", {"form": form}, status=status)


@page("GET", "POST", requires=MANAGE)
def revoke(request: DistrictRequest, pk: int) -> HttpResponse:
    """GET: what ending it means. POST: end it."""
    token: ApiToken = get_object_or_404(ApiToken.objects.reachable(request.reach), pk=pk)
    if request.method == "GET":
        context = {"token": token, "reads": _words(token)}
        return render(request, "systems/token_end.html", context)
    if services.revoke(token, by=request.reach):
        messages.success(request, f"The token of {token.name} is ended. It opens nothing now.")
    else:
        messages.info(request, "Nothing was changed: it had been ended before.")
    return redirect("systems:token-list", request.district.slug)


def _words(token: ApiToken) -> tuple[str, ...]:
    return tuple(str(scope.label) for scope in Scope if scope in token.scopes)


def _taken_out(request: DistrictRequest) -> tuple[str, str]:
    """The secret just made, and for which system."""
    district, sealed, name = request.session.get(SHOWN_ONCE, (None, "", ""))
    if district != request.district.pk:
        return "", ""
    del request.session[SHOWN_ONCE]
    return unseal(sealed), name
