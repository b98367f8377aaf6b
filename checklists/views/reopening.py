"""Opening a submitted form again: what follows, and the reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.forms.agreeing import ReopenForm
from checklists.models import Checklist, RaterKind
from checklists.services import reopening as services
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    rows = Checklist.objects.reachable(request.reach).current().exclude(rater_kind=RaterKind.AGREED)
    related = rows.in_full()
    form: Checklist = get_object_or_404(related, pk=pk)
    asked = ReopenForm(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        try:
            services.reopen(form, asked.cleaned_data["reason"], by=request.reach)
        except Refused as why:
            asked.add_error(None, str(why))
        else:
            messages.success(request, f"Open again. {form.rater} gets a letter with the reason.")
            return redirect("checklists:window-detail", request.district.slug, form.window_id)
    cycle = (
        Checklist.objects.reachable(request.reach)
        .current()
        .filter(window=form.window_id, position=form.position_id, holder=form.holder_id)
    )
    others = {row.rater_kind: row for row in cycle.exclude(pk=form.pk).defer("score", "band")}
    agreed = others.pop(RaterKind.AGREED, None)
    context = {
        "form": asked,
        "checklist": form,
        "refusal": services.why_not(form, agreed, request.reach),
        "other_is_in": any(other.is_submitted for other in others.values()),
        "agreeing": agreed,
    }
    status = 422 if asked.errors else 200
    return render(request, "checklists/reopen.html", context, status=status)
