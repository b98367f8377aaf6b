"""Handing a roster in: a OneRoster zip goes straight to its dry run, a list by way of a mapping."""

from __future__ import annotations

from typing import IO, Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.models import RosterImport
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.uploads import refused_files
from tutoring_admin.systems.rosters import lists, oneroster, staging
from tutoring_admin.systems.rosters.forms import MappingForm, UploadForm
from tutoring_admin.systems.rosters.lists import COLUMNS, Sheet
from tutoring_admin.systems.rosters.tables import Unreadable

MANAGE = Capability.SYSTEMS_MANAGE
SALT, LIFE = "systems.rosters.list", 60 * 60 * 4
MOST_OF_A_LIST = 10_000_000
SHOWN = 5
STALE = "The page was open for too long. Choose the file once more."


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    """Take a file in. It is read at once and kept nowhere; what may be kept are its lines."""
    if request.method == "GET":
        return _ask(request, UploadForm())
    files = request.FILES  # taken in first: only then it is known what was too large
    form = UploadForm(request.POST, files, refused=refused_files(request))
    if not form.is_valid():
        return _ask(request, form)
    given: UploadedFile = form.cleaned_data["file"]
    try:
        if _is_list(given):
            return _map(request, _sheet(given))
        roster = _take_zip(request, given)
    except (Unreadable, Refused) as why:
        form.add_error("file", str(why))
        return _ask(request, form)
    return redirect("systems:roster", request.district.slug, roster.pk)


def _ask(request: DistrictRequest, form: UploadForm) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "columns": COLUMNS}
    return render(request, "systems/roster_add.html", context, status=status)


def _is_list(given: UploadedFile) -> bool:
    """A workbook is a zip as well: it has a table of its parts."""
    file: IO[bytes] = given.file  # type: ignore[assignment]  # Django's own stub says less
    head = file.read(4)
    file.seek(0)
    if head[:2] != b"PK":
        return not (given.name or "").lower().endswith(".zip")
    return (given.name or "").lower().endswith(".xlsx")


def _sheet(given: UploadedFile) -> Sheet:
    if (given.size or 0) > MOST_OF_A_LIST:
        raise Unreadable("A list may have 10 MB and 5,000 rows. Send a OneRoster zip instead.")
    return lists.read(given.read(), _name(given))


def _name(given: UploadedFile) -> str:
    return (given.name or "roster")[-100:]


def _take_zip(request: DistrictRequest, given: UploadedFile) -> RosterImport:
    file: IO[bytes] = given.file  # type: ignore[assignment]  # as above
    known = staging.known_people(request.district)
    opened = oneroster.Zip(file, _name(given), known)
    return staging.stage(
        opened.origin(), opened.records(), district=request.district, actor=request.user
    )


@page("POST", requires=MANAGE)
def take_list(request: DistrictRequest) -> HttpResponse:
    """The list comes back with the page that maps its columns; only chosen ones are read."""
    try:
        told = signing.loads(request.POST.get("sealed", ""), salt=_salt(request), max_age=LIFE)
    except signing.BadSignature:
        stale = UploadForm({}, {})
        stale.add_error("file", STALE)
        return _ask(request, stale)
    rows = tuple((number, tuple(cells)) for number, cells in told["rows"])
    sheet = Sheet(told["name"], tuple(told["header"]), rows, told["remark"])
    form = MappingForm(request.POST, header=sheet.header)
    if not form.is_valid():
        return _map(request, sheet, form)
    narrow = lists.narrowed(sheet, form.mapping)
    roster = staging.stage(
        lists.origin(sheet, sheet.header, form.mapping),
        lists.records(narrow),
        district=request.district,
        actor=request.user,
    )
    return redirect("systems:roster", request.district.slug, roster.pk)


def _map(request: DistrictRequest, sheet: Sheet, form: MappingForm | None = None) -> HttpResponse:
    initial = {key: str(at) for key, at in lists.proposed(sheet.header).items()}
    shown: Any = form or MappingForm(header=sheet.header, initial=initial)
    context = {
        "form": shown,
        "sheet": sheet,
        "first": [cells for _, cells in sheet.rows[:SHOWN]],
        "sealed": signing.dumps(
            {"name": sheet.name, "header": sheet.header, "rows": sheet.rows,
             "remark": sheet.remark},
            salt=_salt(request),
            compress=True,
        ),
    }  # fmt: skip
    status = 422 if shown.errors else 200
    return render(request, "systems/roster_map.html", context, status=status)


def _salt(request: DistrictRequest) -> str:
    return f"{SALT}.{request.district.pk}.{request.user.pk}"


@page("GET", requires=MANAGE)
def sample(request: DistrictRequest) -> HttpResponse:
    """A list to write over."""
    headers = {"Content-Disposition": 'attachment; filename="staff-list-sample.csv"'}
    return HttpResponse(
        "\ufeff" + lists.sample(), content_type="text/csv; charset=utf-8", headers=headers
    )
