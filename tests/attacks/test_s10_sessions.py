"""S10: sessions change when someone proves more, and end within one request when they should."""

import datetime as dt

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from roles import signed_in
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Membership, User
from roles.wall import district_scope
from tests.factories.roles import DistrictFactory, SchoolFactory, SchoolYearFactory, member
from tutoring_admin import shared_devices

pytestmark = pytest.mark.django_db
PASSWORD = "seven quiet lanterns"  # noqa: S105 -- of nobody
CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537"
OUT = "/accounts/login/"


@pytest.fixture
def school():
    school = SchoolFactory()
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


@pytest.fixture
def person(school):
    someone = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    someone.password = make_password(PASSWORD)
    someone.save()
    return someone


def browser_of(person, **headers):
    """A browser in which that person has just signed in, by the form."""
    browser = Client(HTTP_USER_AGENT=CHROMEBOOK)
    browser.post(OUT, {"login": person.email, "password": PASSWORD}, headers=headers)
    return browser


def manages(school):
    return reverse("roles:people-invite", args=[school.district.slug])


def is_out(browser, school):
    """Whether the next request is sent to the sign-in page, and shows nothing."""
    answer = browser.get(manages(school))
    return answer.status_code == 302 and answer["Location"].startswith(OUT)


def key(browser):
    return browser.cookies["sessionid"].value


def test_it_changes_at_log_in(person):
    browser = Client()
    browser.get("/invitations/nobody-made-this/")
    before = key(browser)
    browser.post(OUT, {"login": person.email, "password": PASSWORD})
    assert key(browser) != before
    assert not Session.objects.filter(session_key=before).exists()


def test_it_changes_at_the_second_step_and_is_good_for_nothing_before(person, school):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    browser = browser_of(person)
    before = key(browser)
    assert browser.get(manages(school)).status_code in {302, 404}
    assert "_auth_user_id" not in browser.session

    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    browser.post(reverse("mfa_authenticate"), {"code": code})

    assert key(browser) != before
    assert browser.get(manages(school)).status_code == 200
    assert not Session.objects.filter(session_key=before).exists()


def test_disabling_a_person_ends_it_at_the_next_request(person, school):
    browser = browser_of(person)
    assert browser.get(manages(school)).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert is_out(browser, school)
    assert browser.get(reverse("usersessions_list"))["Location"].startswith(OUT)


def test_a_new_password_ends_all_others_at_the_next_request(person, school):
    here, elsewhere = browser_of(person), browser_of(person)
    new = "another long sentence"
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert here.get(manages(school)).status_code == 200
    assert is_out(elsewhere, school)


def test_ended_access_bites_at_the_next_request(person, lead, school):
    browser, ending = browser_of(person), Client()
    assert browser.get(manages(school)).status_code == 200
    ending.force_login(lead)
    held = Membership.objects.get(user=person)
    ending.post(reverse("roles:people-end", args=[school.district.slug, held.pk]))
    assert browser.get(manages(school)).status_code == 404


def test_another_level_bites_at_the_next_request(person, lead, school):
    browser, changing = browser_of(person), Client()
    assert browser.get(manages(school)).status_code == 200
    changing.force_login(lead)
    held = Membership.objects.get(user=person)
    changing.post(
        reverse("roles:people-change", args=[school.district.slug, held.pk]),
        {"level": "auditor", "school": "", "confirm": "yes"},
    )
    assert browser.get(manages(school)).status_code == 403


def test_logging_out_ends_it_on_the_server(person, school):
    browser = browser_of(person)
    kept = key(browser)
    browser.post(reverse("account_logout"))

    thief = Client()
    thief.cookies["sessionid"] = kept
    assert is_out(thief, school)
    assert not Session.objects.filter(session_key=kept).exists()


@pytest.mark.parametrize("name", ["roles:people", "roles:index", "dashboards:today"])
def test_the_back_button_shows_nothing(person, school, name):
    """No page of a district may be kept, so there is nothing to go back to."""
    answer = browser_of(person).get(reverse(name, args=[school.district.slug]))
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


def test_a_lead_sees_devices_in_plain_words_and_no_address(person, lead, school):
    browser_of(person, **{"X-Forwarded-For": "203.0.113.77"})
    reading = Client()
    reading.force_login(lead)
    held = Membership.objects.get(user=person)
    page = reading.get(reverse("roles:people-person", args=[school.district.slug, held.pk]))
    said = page.content.decode()
    assert "Chrome on Chromebook" in said
    assert "203.0.113.77" not in said
    assert "127.0.0.1" not in said


def sign_out(lead, person, school):
    acting = Client()
    acting.force_login(lead)
    held = Membership.objects.get(user=person, district=school.district)
    where = reverse("roles:people-sign-out", args=[school.district.slug, held.pk])
    return acting.post(where, follow=True).content.decode()


def test_a_lead_signs_someone_out_everywhere_within_one_request(person, lead, school):
    first, second = browser_of(person), browser_of(person)
    assert "signed out on 2 devices" in sign_out(lead, person, school)

    assert is_out(first, school)
    assert is_out(second, school)
    assert AuditEvent.objects.get(verb="person.signed_out").detail["sessions"] == 2
    assert browser_of(person).get(manages(school)).status_code == 200  # may sign in again


@pytest.mark.parametrize("where", ["another district", "the installation"])
def test_someone_who_works_elsewhere_too_is_not_signed_out_from_here(person, lead, school, where):
    if where == "another district":
        member(AccessLevel.COACH, at=SchoolFactory(), user=person)
    else:
        User.objects.filter(pk=person.pk).update(is_staff=True)
    browser = browser_of(person)
    assert "works outside this district" in sign_out(lead, person, school)
    assert browser.get(manages(school)).status_code == 200


def test_the_database_reads_and_ends_no_session_of_another_district(person, school):
    browser_of(person)
    elsewhere = DistrictFactory()
    with district_scope(elsewhere):
        assert signed_in.signed_in([person.pk]) == []
        assert not signed_in.works_elsewhere(person.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            signed_in.end_sessions(person.pk)
        for table in ("django_session", "usersessions_usersession"):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
    with district_scope(school.district):
        assert [each.person for each in signed_in.signed_in([person.pk])] == [person.pk]


SHARED = {"shared_device": "on"}


def shared_browser_of(person, **more):
    browser = Client(HTTP_USER_AGENT=CHROMEBOOK)
    browser.post(OUT, {"login": person.email, "password": PASSWORD, **SHARED, **more})
    return browser


def minutes(number):
    return dt.timedelta(minutes=number)


@pytest.mark.parametrize("more", [{}, {"remember": "on"}])
def test_a_shared_device_is_signed_out_after_half_an_hour_without_a_request(person, school, more):
    with travel(timezone.now(), tick=False) as clock:
        browser, own = shared_browser_of(person, **more), browser_of(person)
        assert browser.cookies["sessionid"]["max-age"] == ""  # it goes with the browser
        for _ in range(3):
            clock.shift(minutes(29))
            assert browser.get(manages(school)).status_code == 200
        clock.shift(minutes(31))
        assert is_out(browser, school)
        assert own.get(manages(school)).status_code == 200


def test_a_shared_device_is_signed_out_on_the_same_day_however_much_it_is_used(person, school):
    with travel(timezone.now(), tick=False) as clock:
        browser = shared_browser_of(person)
        for _ in range(shared_devices.LONGEST // (20 * 60) - 1):
            clock.shift(minutes(20))
            assert browser.get(manages(school)).status_code == 200
        clock.shift(minutes(20))
        assert is_out(browser, school)


def test_what_was_said_of_the_device_holds_through_the_second_step(person, school):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    with travel(timezone.now(), tick=False) as clock:
        browser = shared_browser_of(person)
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert browser.get(manages(school)).status_code == 200
        assert browser.cookies["sessionid"]["max-age"] == ""
        clock.shift(minutes(31))
        assert is_out(browser, school)


def test_what_was_said_for_an_earlier_try_does_not_hold_for_a_later_one(person, school):
    browser = Client()
    wrong = {"login": person.email, "password": "not it", **SHARED}
    browser.post(OUT, wrong)
    browser.post(OUT, {"login": person.email, "password": PASSWORD})
    assert not shared_devices.is_shared(browser.session)


def test_the_list_of_sessions_says_which_device_is_shared(person):
    shared_browser_of(person)
    page = browser_of(person).get(reverse("usersessions_list")).content.decode()
    assert page.count("shared device") == 1
