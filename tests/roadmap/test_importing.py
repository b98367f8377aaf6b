"""Milestones out of a file: shown row by row first, then taken over, and nothing before that."""

import csv
import datetime as dt
import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from roadmap import sheet_exports, spreadsheets
from roadmap.models import DateChange, Milestone, RoadmapTemplate
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from roles.uploads import MOST_BYTES
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_templates import TemplateLineFactory
from tests.factories.roles import (
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def year(district):
    return SchoolYearFactory(district=district)


@pytest.fixture
def phase(district, year):
    return PhaseFactory(district=district, school_year=year, key="P4", title="Launch")


@pytest.fixture
def lead(client, district):
    user = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(user)
    return user


def at(district, name, **which):
    return reverse(f"roadmap:{name}", kwargs={"district": district.slug, **which})


def hand_in(client, district, *rows, to="import", file="plan.csv", **fields):
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    upload = SimpleUploadedFile(file, table.getvalue().encode())
    return client.post(at(district, to), {"file": upload, **fields})


def take(client, district, shown):
    sealed = {"rows": shown.context["sealed"], "seen": shown.context.get("seen", "")}
    return client.post(at(district, "import"), sealed)


def test_nothing_is_written_before_the_last_step(client, district, lead, phase):
    head, row = ["Phase", "Title", "Due date"], ["Launch", "Kickoff held", "2026-11-20"]

    shown = hand_in(client, district, head, row)

    assert shown.status_code == HTTPStatus.OK
    assert "Kickoff held" in shown.content.decode()
    assert not Milestone.objects.exists()
    assert not AuditEvent.objects.exists()
    take(client, district, shown)
    milestone = Milestone.objects.get()
    assert (milestone.title, milestone.due_on, milestone.hand_dated) == (
        "Kickoff held", dt.date(2026, 11, 20), True,
    )  # fmt: skip


def test_a_counted_row_gets_its_date_owner_and_phase(client, district, lead, year):
    role = RoleFactory(district=district, key="PROJECT_MANAGER", title="Project Manager")
    seat = PositionFactory(district=district, role=role)
    head = ["Key", "Phase", "Title", "Due", "Unit", "Owner role", "After"]
    rows = [
        ["K1", "Opening", "Rooms booked", "1", "", "project manager", ""],
        ["K2", "Opening", "Tutors greeted", "3", "school days", "", "K1"],
    ]

    take(client, district, hand_in(client, district, head, *rows))

    first, second = Milestone.objects.order_by("key")
    assert (first.due_on, first.owner, first.phase.title) == (
        dt.date(2026, 8, 24), seat, "Opening",
    )  # fmt: skip
    assert (second.due_on, second.phase) == (dt.date(2026, 8, 20), first.phase)
    assert second.precedences.get().before == first


def test_a_row_of_the_same_key_changes_what_is_not_done(client, district, lead, phase):
    fields = {"district": district, "phase": phase}
    still = MilestoneFactory(**fields, key="K1", title="Kickoff", due_on=dt.date(2026, 11, 20))
    done = MilestoneFactory(**fields, key="K2", title="Chosen", done=True)
    head = ["Key", "Phase", "Title", "Why", "Due date"]
    rows = [
        ["K1", "Launch", "Kickoffs held", "", "2026-12-01"],
        ["K2", "Launch", "Another", "", "2026-12-01"],
    ]

    shown = hand_in(client, district, head, *rows)
    take(client, district, shown)

    (change,) = shown.context["kinds"]["changed"]
    assert change.fields == (
        ("Title", "Kickoff", "Kickoffs held"),
        ("Due date", "Nov 20, 2026", "Dec 1, 2026"),
    )
    assert [c.milestone for c in shown.context["kinds"]["settled"]] == [done]
    still.refresh_from_db()
    done.refresh_from_db()
    assert (still.title, still.due_on, done.title) == (
        "Kickoffs held", dt.date(2026, 12, 1), "Chosen",
    )  # fmt: skip
    assert DateChange.objects.get().reason == "Imported from plan.csv"


def test_a_roadmap_that_comes_back_unchanged_changes_nothing(client, district, lead, year, phase):
    anchor = year.anchors.create(district=district, kind="first_student_day")
    counted = {"anchor": anchor, "start_offset": 2, "due_offset": 14}
    MilestoneFactory(district=district, phase=phase, key="M37", supports=["2a"], **counted)
    MilestoneFactory(district=district, phase=phase, title="=cmd|' /C calc'!A0")
    table = client.get(at(district, "roadmap-file", kind="xlsx")).content

    shown = client.post(at(district, "import"), {"file": SimpleUploadedFile("roadmap.xlsx", table)})

    assert shown.status_code == HTTPStatus.OK
    assert set(shown.context["kinds"]) == {"same"}


def test_a_date_and_a_count_that_both_change_are_refused(client, district, lead, year, phase):
    anchor = year.anchors.create(district=district, kind="first_student_day")
    MilestoneFactory(
        district=district, phase=phase, key="K1", anchor=anchor, start_offset=1, due_offset=2
    )
    head = ["Key", "Phase", "Title", "Starts", "Due", "Due date"]

    shown = hand_in(client, district, head, ["K1", "Launch", "X", "1", "3", "2026-12-01"])

    assert shown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    (wrong,) = shown.context["wrong"]
    assert (wrong.row, wrong.column, wrong.got) == (2, "Due date", "both changed")


@pytest.mark.parametrize(
    ("row", "column", "got"),
    [
        (["", "Launch", "X", "3", "Snow day", ""], "Counted from", "Snow day"),
        (["#999999", "Launch", "X", "3", "", ""], "Key", "#999999"),
        (["", "Launch", "X", "", "", "1926-11-05"], "Due date", "Nov 5, 1926"),
    ],
)
def test_what_does_not_fit_the_year_is_named(client, district, lead, phase, row, column, got):
    head = ["Key", "Phase", "Title", "Due", "Counted from", "Due date"]

    shown = hand_in(client, district, head, row)

    (wrong,) = shown.context["wrong"]
    assert (wrong.row, wrong.column, wrong.got) == (2, column, got)
    take(client, district, shown)
    assert not Milestone.objects.exists()


def test_what_changed_since_the_look_is_shown_again(client, district, lead, phase):
    milestone = MilestoneFactory(district=district, phase=phase, key="K1", title="Kickoff")
    head, row = ["Key", "Phase", "Title", "Due date"], ["K1", "Launch", "Other", "2026-11-05"]
    shown = hand_in(client, district, head, row)
    Milestone.objects.filter(pk=milestone.pk).update(title="Somebody's word")

    again = take(client, district, shown)

    milestone.refresh_from_db()
    assert again.status_code == HTTPStatus.CONFLICT
    assert milestone.title == "Somebody's word"


@pytest.mark.parametrize("change", ["forged", "of another person"])
def test_rows_that_were_not_shown_to_this_person_are_not_taken(
    client, district, lead, phase, change
):
    head, row = ["Phase", "Title", "Due date"], ["Launch", "Kickoff", "2026-11-20"]
    shown = hand_in(client, district, head, row)
    sealed = shown.context["sealed"]
    if change == "forged":
        sealed = f"x{sealed}"
    else:
        client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    answer = client.post(at(district, "import"), {"rows": sealed, "seen": shown.context["seen"]})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Milestone.objects.exists()


def test_a_template_goes_out_and_comes_in_elsewhere(client, district, lead, year):
    role = RoleFactory(district=district)
    line = TemplateLineFactory(
        district=district, owner_role=role, title="Kickoff", after=["L0"], supports=["6b.2"]
    )
    table = client.get(at(district, "template-file", pk=line.template.pk, kind="csv"))
    upload = SimpleUploadedFile("theirs.csv", table.content)
    page = at(district, "template-import")

    shown = client.post(page, {"name": "Theirs", "file": upload})
    before = RoadmapTemplate.objects.count()
    client.post(page, {"rows": shown.context["sealed"], "name": "Theirs"})

    copied = RoadmapTemplate.objects.get(name="Theirs").lines.get()
    told = ("key", "phase_key", "title", "owner_role", "due_offset", "after", "supports")
    assert before == 1
    assert [getattr(copied, name) for name in told] == [getattr(line, name) for name in told]


def test_a_template_with_a_wrong_cell_is_not_made(client, district, lead):
    head, row = ["Phase", "Title", "Due"], ["Launch", "Kickoff", "soon"]

    shown = hand_in(client, district, head, row, to="template-import", name="Theirs")

    page = shown.content.decode()
    assert shown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for words in ("Expected", "a whole number between -400 and 400", "soon"):
        assert words in page


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("plan.docx", b"PK\x03\x04", "inside it is something else"),
        ("plan.pdf", b"%PDF-1.4\n%%EOF", "This is no table"),
        ("plan.exe", b"MZ", "cannot be added"),
        ("plan.csv", b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        ("plan.csv", b"Phase,Title,Due\r\n", "There is no row"),
    ],
)
def test_a_file_that_will_not_do_is_said_beside_the_field(
    client, district, lead, year, file, content, says
):
    answer = client.post(at(district, "import"), {"file": SimpleUploadedFile(file, content)})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in answer.content.decode()


def test_a_leader_at_a_school_gets_the_milestones_they_see(district, year, phase):
    here, there = SchoolFactory(district=district), SchoolFactory(district=district)
    for school in (here, there, None):
        MilestoneFactory(
            district=district, phase=phase, school=school, title=f"At {school or 'all'}"
        )

    rows = sheet_exports.of_year(year, reach(district, schools=[here]))

    title = [column.name for column in spreadsheets.OF_A_ROADMAP].index("Title")
    assert {row[title] for row in rows} == {f"At {here}", "At all"}


def test_a_spreadsheet_named_csv_hears_only_of_files_that_are_taken_here(
    client, district, lead, year
):
    answer = client.post(
        at(district, "import"), {"file": SimpleUploadedFile("plan.csv", b"PK\x03\x04\x00")}
    )

    page = answer.content.decode()
    assert "inside it is something else" in page
    assert "PowerPoint" not in page
