"""Partner departments: what each is asked for, and its partner's answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles import need_news
from roles.capabilities import Capability
from roles.forms.departments import AnswerForm, DepartmentForm, NeedForm
from roles.models import Department, DepartmentNeed
from roles.pages import DistrictRequest, page
from roles.reports import departments as reports
from roles.services import departments
from roles.services.refusal import Refused
from roles.views.versions import moment

MANAGE = Capability.ROLES_MANAGE
FOUR_WEEKS = dt.timedelta(weeks=4)  # a first proposal for a day


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    context = {
        "overview": reports.overview(request.reach, day),
        "day": day,
        "may_manage": bool(request.access.reach(MANAGE)),
        "may_answer": bool(request.access.reach(Capability.DEPARTMENT_WORK)),
    }
    return render(request, "roles/departments.html", context)


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        made = departments.add_department(form.cleaned_data["name"], by=request.reach)
        messages.success(request, f"{made} is added. Give it a position for its partner next.")
        return _back(request, made)
    return _form(request, form, heading="Add a department", button="Add the department")


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    form = DepartmentForm(request.POST or None, reach=request.reach, department=department)
    if request.method == "POST" and form.is_valid():
        if departments.rename_department(department, form.cleaned_data["name"], by=request.reach):
            messages.success(request, f"The department is called {department} now.")
        return _back(request, department)
    heading = f"Rename {department.name}"
    return _form(request, form, heading=heading, button="Rename it", department=department)


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    if request.method == "POST":
        name = department.name
        try:
            departments.remove_department(department, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{name} is removed.")
        return _back(request)
    context = {"department": department, "needs": department.needs.count()}
    return render(request, "roles/department_remove.html", context)


@page("GET", "POST", requires=MANAGE)
def need_add(request: DistrictRequest, pk: int) -> HttpResponse:
    """`?duty=` takes the words of one of the suggestions."""
    department, today = _department(request, pk), request.district.today()
    suggestions = reports.suggestions(department, request.reach)
    chosen = {str(duty.pk): duty.text for duty in suggestions}.get(request.GET.get("duty", ""), "")
    start = {"text": chosen, "due_on": today + FOUR_WEEKS}
    form = NeedForm(request.POST or None, today=today, need=None, initial=start)
    if request.method == "POST" and form.is_valid():
        departments.ask(department, **form.cleaned_data, by=request.reach)
        told = departments.partners(department, today)
        messages.success(request, _asked(department, [str(a.holder) for a in told]))
        return _back(request, department)
    context = {"form": form, "department": department, "suggestions": suggestions}
    return render(request, "roles/need.html", context, status=_status(form))


@page("GET", "POST", requires=MANAGE)
def need_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    need = _need(request, pk)
    form = NeedForm(request.POST or None, today=request.district.today(), need=need)
    if request.method == "POST" and form.is_valid():
        seen = moment(request.POST.get("seen", ""))
        try:
            changed = departments.change(need, **form.cleaned_data, seen=seen, by=request.reach)
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("roles:need-edit", district=request.district.slug, pk=pk)
        if changed:
            messages.success(request, f"{need.department} is asked anew and told what changed.")
        return _back(request, need.department)
    context = {"form": form, "department": need.department, "need": need}
    return render(request, "roles/need.html", context, status=_status(form))


@page("GET", "POST", requires=MANAGE)
def need_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    need = _need(request, pk)
    if request.method == "POST":
        if departments.withdraw(need, by=request.reach):
            messages.success(request, f"{need.department} is not asked for this any more.")
        return _back(request, need.department)
    return render(request, "roles/need_remove.html", {"need": need})


@page("GET", "POST", requires=Capability.DEPARTMENT_WORK)
def need_answer(request: DistrictRequest, pk: int) -> HttpResponse:
    """For those who hold a position of the department, and nobody in their place."""
    need, today = _need(request, pk), request.district.today()
    if not departments.speaks_for(need.department, request.user, today):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, need=need, initial={"answer": request.GET.get("say")})
    if request.method == "POST" and form.is_valid():
        seen = moment(request.POST.get("seen", ""))
        try:
            departments.answer(need, **form.cleaned_data, seen=seen, by=request.reach)
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("roles:need-answer", district=request.district.slug, pk=pk)
        messages.success(request, f"Thank you. {need.asked_by} is told your answer.")
        return _back(request, need.department)
    context = {"form": form, "row": reports.request_of(need, today)}
    return render(request, "roles/need_answer.html", context, status=_status(form))


def _asked(department: Department, names: list[str]) -> str:
    if not names:
        return f"{department} has no partner yet: nobody was told. Whoever takes it up will see it."
    return f"{department} is asked. {' and '.join(names)} gets a letter."


def _department(request: DistrictRequest, pk: int) -> Department:
    return get_object_or_404(Department.objects.reachable(request.reach), pk=pk)


def _need(request: DistrictRequest, pk: int) -> DepartmentNeed:
    found = DepartmentNeed.objects.reachable(request.reach)
    return get_object_or_404(found.select_related("department", "asked_by", "answered_by"), pk=pk)


def _form(request: DistrictRequest, form: DepartmentForm, **context: Any) -> HttpResponse:
    context["form"] = form
    return render(request, "roles/department.html", context, status=_status(form))


def _back(request: DistrictRequest, department: Department | None = None) -> HttpResponse:
    if department:
        return redirect(need_news.page(request.district, department))
    return redirect("roles:departments", district=request.district.slug)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
