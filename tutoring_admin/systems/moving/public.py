"""The certificate of a removal, for whoever has its number. It names nobody."""

from __future__ import annotations

import uuid

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from roles.models import Certificate
from roles.throttling import allowed
from tutoring_admin.systems.moving.certifying import pdf_of, words_of

LOOKS = (60, 300)  # so many in so many seconds
KEPT_APART = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@login_not_required
@require_safe
def certificate(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """404 before the district is removed, and for numbers that are none."""
    found = Certificate.objects.filter(number=number).first()
    status = 200 if found else 404
    context = words_of(found) if found else {}
    if not _may_look(request):
        context, status = {"too_often": True}, 429
    answer = render(request, "systems/moving_certificate.html", context, status=status)
    return _apart(answer)


@login_not_required
@require_safe
def certificate_pdf(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = Certificate.objects.filter(number=number).first() if _may_look(request) else None
    if found is None:
        return _apart(render(request, "systems/moving_certificate.html", {}, status=404))
    answer = HttpResponse(pdf_of(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="deletion-{found.slug}.pdf"'
    return _apart(answer)


def _may_look(request: HttpRequest) -> bool:
    return allowed(f"certificate:{get_adapter().get_client_ip(request)}", *LOOKS)


def _apart(answer: HttpResponse) -> HttpResponse:
    for name, value in KEPT_APART.items():
        answer[name] = value
    return answer
