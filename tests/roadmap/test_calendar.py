from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from roadmap.models import Milestone
from roles.capabilities import AccessLevel
from roles.models import Closure
from tests.factories.roadmap_calendar import counted, first_student_day
from tests.factories.roles import ClosureFactory, SchoolYearFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(client, year):
    user = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(user)
    return user


def at(year, name="calendar"):
    return reverse(f"roadmap:{name}", args=[year.district.slug])


def typed(*closures, first="2026-08-17", last="2027-05-28", **more):
    data = {
        "days-first_student_day": first,
        "days-last_student_day": last,
        "closure-TOTAL_FORMS": str(len(closures)),
        "closure-INITIAL_FORMS": "0",
        "own-TOTAL_FORMS": "0",
        "own-INITIAL_FORMS": "0",
    }
    for number, (label, a, z) in enumerate(closures):
        row = {"label": label, "first_day": a, "last_day": z}
        data |= {f"closure-{number}-{key}": value for key, value in row.items()}
    return data | more


def hidden(response):
    form = response.context["form"]
    return dict(form.hidden) | {"seen": response.context["found"].fingerprint}


def test_the_page_says_what_the_year_holds(client, lead, year):
    ClosureFactory(district=year.district, school_year=year)
    counted(first_student_day(year), 13)

    page = client.get(at(year)).content.decode()

    assert "Thanksgiving break" in page
    assert "202 school days" in page  # 205 weekdays but three
    assert "Change the days" in page


def test_a_reader_sees_the_calendar_and_no_button(client, year):
    client.force_login(member(AccessLevel.AUDITOR, at=year.district))

    page = client.get(at(year)).content.decode()

    assert "School calendar 2026\u201327" in page
    assert "Change the days" not in page


def test_typed_days_are_shown_with_what_moves_then_confirmed(client, lead, year):
    milestone = counted(first_student_day(year), 18)
    data = typed(("Winter break", "2026-12-21", "2027-01-01"))

    shown = client.post(at(year, "calendar-edit"), data)

    assert shown.status_code == HTTPStatus.OK
    assert "1 milestone would move" in shown.content.decode()
    assert not Closure.objects.exists()

    client.post(at(year, "calendar-edit"), hidden(shown))

    assert str(Closure.objects.get()) == "Winter break"
    assert str(Milestone.objects.get(pk=milestone.pk).due_on) == "2026-12-18"


def test_going_back_keeps_what_was_typed(client, lead, year):
    shown = client.post(at(year, "calendar-edit"), typed(("Snow", "2027-02-01", "")))
    again = hidden(shown) | {"back": "1"}
    del again["seen"]

    page = client.post(at(year, "calendar-edit"), again)

    assert 'value="Snow"' in page.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (typed(first="2027-06-01"), "comes after the first"),
        (typed(first="2025-08-17"), "not in the school year"),
        (typed(("Snow", "2028-02-01", "")), "not in the school year"),
        (typed(("Snow", "2027-02-03", "2027-02-01")), "on or after the first"),
        (typed(("", "2027-02-03", "")), "Say what it is"),
        (typed(("Snow", "soon", "")), "Enter a valid date"),
    ],
)
def test_days_that_cannot_be_are_asked_again(client, lead, year, data, words):
    response = client.post(at(year, "calendar-edit"), data)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in response.content.decode()


def test_the_same_days_change_nothing(client, lead, year):
    response = client.post(at(year, "calendar-edit"), typed(), follow=True)

    assert "Nothing was changed" in response.content.decode()


def test_an_archived_year_offers_no_change(client, lead, year):
    year.archived_at = timezone.now()
    year.save()

    assert "Change the days" not in client.get(at(year)).content.decode()
    assert client.get(at(year, "calendar-edit")).status_code == HTTPStatus.NOT_FOUND


def test_what_changed_in_between_is_shown_again(client, lead, year):
    milestone = counted(first_student_day(year), 18)
    shown = client.post(
        at(year, "calendar-edit"), typed(("Winter break", "2026-12-21", "2027-01-01"))
    )
    Milestone.objects.filter(pk=milestone.pk).update(hand_dated=True)

    response = client.post(at(year, "calendar-edit"), hidden(shown))

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Look at it again" in response.content.decode()
    assert not Closure.objects.exists()


def upload(client, year, text, name="calendar.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(at(year, "calendar-import"), {"file": file})


def rows_as_shown(response, **changed):
    rows = response.context["rows"]
    data = {"row-TOTAL_FORMS": len(rows), "row-INITIAL_FORMS": len(rows)}
    for row in rows:
        data |= {field.html_name: str(field.value()) for field in row}
    return data | changed


def test_a_file_is_taken_over_in_one_step_after_its_rows_and_moves_were_seen(client, lead, year):
    milestone = counted(first_student_day(year), 18)
    ClosureFactory(district=year.district, school_year=year)
    text = "Name,First day,Last day\nWinter break,2026-12-21,2027-01-01\nSnow,soon,\n"

    rows = upload(client, year, text)
    page = rows.content.decode()
    assert "Winter break" in page
    assert all(words in page for words in ("First day", "a date such as", "soon"))
    moves = client.post(at(year, "calendar-import"), rows_as_shown(rows))
    assert "1 milestone would move" in moves.content.decode()
    assert Closure.objects.count() == 1
    client.post(at(year, "calendar-edit"), hidden(moves))

    assert {str(c) for c in Closure.objects.all()} == {"Thanksgiving break", "Winter break"}
    assert str(Milestone.objects.get(pk=milestone.pk).due_on) == "2026-12-18"


def test_closures_that_the_file_does_not_name_can_go(client, lead, year):
    ClosureFactory(district=year.district, school_year=year)
    rows = upload(client, year, "Name,Date\nSnow,2027-02-01\n")

    moves = client.post(at(year, "calendar-import"), rows_as_shown(rows, replace="on"))
    client.post(at(year, "calendar-edit"), hidden(moves))

    assert [str(closure) for closure in Closure.objects.all()] == ["Snow"]


@pytest.mark.parametrize("text", ["", "Who,Where\nA,B\n"])
def test_a_file_that_is_no_calendar_is_asked_for_again(client, lead, year, text):
    response = upload(client, year, text)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.context["form"].errors["file"]
    assert client.post(at(year, "calendar-import")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
