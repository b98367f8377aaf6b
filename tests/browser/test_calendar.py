"""The school calendar and the rollover in a real browser: axe, widths, and the keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from tests.browser.complaints import complaints
from tests.factories.roadmap_calendar import counted, first_student_day, own_anchor
from tests.factories.roles import ClosureFactory, SchoolYearFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BREAK = {"label": "Winter break", "first_day": "2026-12-21", "last_day": "2027-01-01"}


@pytest.fixture
def year():
    year = SchoolYearFactory()
    ClosureFactory(district=year.district, school_year=year)
    counted(first_student_day(year), 18, held=True, title="Fall window closed")
    counted(own_anchor(year), 2, title="Second provider starts")
    counted(first_student_day(year), 18, hand_dated=True, title="First board report")
    return year


@pytest.fixture
def go(page, live_server, client, year):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)
    address = f"{live_server.url}/d/{year.district.slug}/roadmap/calendar/"
    return lambda path="": page.goto(address + path)


def fill_break(page):
    row = int(page.locator("#id_closure-TOTAL_FORMS").input_value()) - 1
    for name, value in BREAK.items():
        page.fill(f"#id_closure-{row}-{name}", value)


def test_the_calendars_pages_break_no_accessibility_rule_and_fit_a_phone(page, go):
    wrong = []
    for path in ("", "edit/", "import/", "next-year/"):
        go(path)
        wrong += complaints(page, path)

    go("edit/")
    fill_break(page)
    page.get_by_role("button", name="Show what moves").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 milestone would move")
    wrong += complaints(page, "preview")
    go("next-year/")
    page.get_by_role("button", name="Show what comes along").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What 2027\u201328 would hold")
    wrong += complaints(page, "diff")

    assert wrong == []


def test_a_file_is_looked_at_row_by_row_and_taken_over_by_keyboard(page, go, year):
    go("import/")
    text = b"Name,First day,Last day\nWinter break,2026-12-21,2027-01-01\nSnow,soon,\n"
    page.set_input_files("#id_file", {"name": "c.csv", "mimeType": "text/csv", "buffer": text})
    page.get_by_role("button", name="Show the rows").press("Enter")
    expect(page.get_by_role("cell", name="a date such as")).to_be_visible()
    assert complaints(page, "rows") == []
    page.get_by_role("button", name="Show what moves").press("Enter")
    page.get_by_role("button", name="Save and move 1 milestone").press("Enter")

    expect(page.get_by_role("row", name="Winter break")).to_be_visible()
    year.refresh_from_db()
    assert year.closures.get(label="Winter break").last_day == dt.date(2027, 1, 1)
