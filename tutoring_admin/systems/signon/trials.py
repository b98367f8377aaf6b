"""A trial: a whole sign-in by the lead that signs nobody in, and tells what would happen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from roles.models import SignOnKind, SignOnProvider
from roles.wall import district_scope
from tutoring_admin.systems.signon import wording
from tutoring_admin.systems.signon.identity import Identity, said_roles
from tutoring_admin.systems.signon.settling import Verdict

RESULT, BEGUN = "sign_on_trial", "sign_on_trial_of"
# Claims that a lead needs to see to set a provider right; all others stay unseen.
SHOWN = {
    SignOnKind.GOOGLE: ("hd",),
    SignOnKind.MICROSOFT: ("tid",),
    SignOnKind.CLASSLINK: ("TenantId", "tenantId", "tenant_id"),
    SignOnKind.CLEVER: ("district",),
}


def begin(request: HttpRequest, row: SignOnProvider) -> None:
    request.session[BEGUN] = row.key
    request.session.pop(RESULT, None)


def data_of(request: HttpRequest, row: SignOnProvider) -> dict[str, Any]:
    """What the protocol's state carries for a trial; {} if none was begun for this provider."""
    if request.session.get(BEGUN) != row.key or not request.user.is_authenticated:
        return {}
    return {"trial": request.user.pk}


def is_of(request: HttpRequest, data: dict[str, Any]) -> bool:
    """Whether this is a trial by the person who is signed in."""
    return bool(data.get("trial")) and data["trial"] == request.user.pk


def end(
    request: HttpRequest,
    row: SignOnProvider,
    identity: Identity,
    verdict: Verdict,
    claims: dict[str, Any],
) -> HttpResponse:
    """Keep what was said and what we would do; note that the provider works."""
    works = verdict.says in wording.WORKS
    if works:
        with district_scope(row.district_id):
            SignOnProvider.objects.filter(pk=row.pk).update(tested_at=timezone.now())
    would = wording.WOULD[verdict.says].format(user=verdict.user)
    said = [
        ("Who", identity.subject),
        ("E-mail that it vouches for", identity.email or "none"),
        ("Name", f"{identity.first_name} {identity.last_name}".strip() or "none"),
        *_also(row, claims),
    ]
    return _keep(request, row, {"works": works, "would": would, "said": said})


def end_badly(
    request: HttpRequest, row: SignOnProvider, why: str, claims: dict[str, Any]
) -> HttpResponse:
    return _keep(request, row, {"works": False, "why": why, "said": _also(row, claims)})


def _also(row: SignOnProvider, claims: dict[str, Any]) -> list[tuple[str, str]]:
    shown = SHOWN.get(SignOnKind(row.kind), ())
    said = [(name, str(claims[name])[:120]) for name in shown if name in claims]
    roles = ", ".join(sorted(said_roles(claims)))
    return [*said, ("Role", roles)] if roles else said


def _keep(request: HttpRequest, row: SignOnProvider, result: dict[str, Any]) -> HttpResponse:
    request.session.pop(BEGUN, None)
    request.session[RESULT] = {"provider": row.pk, **result}
    return redirect("systems:signon-trial", district=row.district.slug, pk=row.pk)
