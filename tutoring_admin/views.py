"""Pages outside any district."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from roles.models import District, User
from tutoring_admin.forms import ShortcutsForm


def home(request: HttpRequest) -> HttpResponse:
    """To the district where this person has a place; without one, say so."""
    user = cast("User", request.user)
    district = District.objects.filter(pk__in=user.memberships.values("district")).first()
    if district is None:
        return render(request, "account/no_district.html")
    return redirect("dashboards:today", district=district.slug)


@require_http_methods(["GET", "POST"])
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Which keys do something, and whether they do (WCAG 2.1.4)."""
    form = ShortcutsForm(
        request.POST if request.method == "POST" else None, instance=cast("User", request.user)
    )
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("shortcuts")
    return render(request, "account/shortcuts.html", {"form": form})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell the person how to go on; the reason is for the log only."""
    return render(request, "403_csrf.html", status=403)
