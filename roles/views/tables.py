"""Tables to take along: a list of all that the reader may have, and each as a file."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.table_files import TYPES
from roles.tables import files
from roles.tables.registry import Asked, Table, find, tables_for
from roles.years import PARAMETER, chosen_year

VIEW = Capability.HOME_VIEW


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """What can be had, with the page where it can be narrowed first."""
    rows = [
        (table, reverse(table.page, args=[request.district.slug]))
        for table in sorted(tables_for(request.access), key=lambda table: table.title)
        if not table.needs
    ]
    return render(request, "roles/tables.html", {"rows": rows})


@page("GET", "POST", requires=VIEW)
def table_file(request: DistrictRequest, name: str, kind: str) -> HttpResponseBase:
    """GET: a table as it is narrowed in the address, or a page that offers to make a long one.
    POST: have that made.
    """
    table = find(name)
    if table is None or kind not in TYPES:
        raise Http404
    if not request.access.reach(table.requires):
        raise PermissionDenied
    return answer(request, table, kind)


def answer(request: DistrictRequest, table: Table, kind: str) -> HttpResponseBase:
    """The same for addresses that are older than this module."""
    asked = asked_of(request)
    if request.method == "POST":
        files.ask(table, asked, kind)
        messages.success(request, f"“{table.title}” is being made. It will stand here.")
        return redirect("roles:made-files", district=request.district.slug)
    content = files.at_once(table, asked, kind)
    if content is None:
        context = {
            "table": table,
            "kind": kind,
            "count": table.count(table.rows(asked)),
            "most": files.MOST,
            "query": asked.given.urlencode(),
        }
        return render(request, "roles/table_long.html", context)
    name = files.name_of(table, asked, kind)
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[kind])


def asked_of(request: DistrictRequest) -> Asked:
    """The filters of the address without the page shown, and the year that the reader looks at."""
    given = QueryDict(mutable=True)
    given.update(request.GET)
    for name in ("page", "csrfmiddlewaretoken"):
        given.pop(name, None)
    year = chosen_year(request)
    if year is not None:
        given[PARAMETER] = year.label
    return Asked(request.access, given)
