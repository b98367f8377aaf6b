"""What leaves through a token, and what never does."""

import datetime as dt
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.models import Checklist, Window
from roles.capabilities import AccessLevel
from roles.models import JobDescriptionVersion
from selfassessment.models import IndicatorRating
from tests.factories.checklists import ChecklistFactory, RatingFactory, TemplateFactory, lock
from tests.factories.roles import (
    AssignmentFactory,
    SchoolFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.factories.rosters import RosterEntryFactory
from tests.factories.selfassessment import HandEvidenceFactory, RoundFactory
from tests.factories.selfassessment import RatingFactory as IndicatorFactory
from tests.factories.tokens import EVERYTHING, bearer, one_of_each, secret_for
from tests.reach import reach
from tutoring_admin.api.routes import RESOURCES
from tutoring_admin.systems.rosters.confirming import join_school

pytestmark = pytest.mark.django_db
WITHOUT_PEOPLE = [scope for scope in EVERYTHING if scope != "people"]


@pytest.fixture
def rows():
    return one_of_each()


@pytest.fixture
def ask(client, rows):
    def asked(address, *scopes):
        response = client.get(address, headers=bearer(secret_for(rows["districts"], *scopes)))
        assert response.status_code == HTTPStatus.OK
        return response.json()

    return asked


def test_staff_have_names_only_with_the_scope_people(ask, rows):
    person = UserFactory(first_name="Canary", last_name="Finch", email="canary@example.org")
    AssignmentFactory(
        district=rows["districts"],
        position=rows["positions"],
        holder=person,
        starts_on=dt.date(2020, 7, 1),
        ends_on=dt.date(2020, 7, 31),
    )
    addresses = [f"/api/v1/{each.kind}" for each in RESOURCES]

    named = str(ask("/api/v1/assignments"))
    bare = "".join(str(ask(address, *WITHOUT_PEOPLE)) for address in addresses)

    assert all(word in named for word in ("Canary", "Finch", "canary@example.org"))
    assert not any(word in bare for word in ("Canary", "Finch", "canary@"))


def test_no_e_mail_is_anywhere_but_where_staff_are_named(ask, rows):
    for resource in RESOURCES:
        if resource.kind != "assignments":
            assert "@" not in str(ask(f"/api/v1/{resource.kind}")["data"])


def test_what_people_typed_about_progress_needs_the_scope_people(ask, rows):
    milestone = rows["milestones"]
    milestone.state, milestone.reason = "blocked", "Waiting for Jordan Ellis"
    milestone.save()
    HandEvidenceFactory(district=rows["districts"], says__text="Jordan Ellis approved it")

    bare = str(ask("/api/v1/milestones", *WITHOUT_PEOPLE)) + str(
        ask("/api/v1/evidence", *WITHOUT_PEOPLE)
    )

    assert "Jordan" not in bare
    assert "Jordan" in str(ask("/api/v1/milestones"))
    assert "Jordan" in str(ask("/api/v1/evidence"))


def test_drafts_of_job_descriptions_stay_inside(ask, rows):
    described = rows["job-descriptions"].job_description
    VersionFactory(district=described.district, job_description=described, title="Draft canary")

    told = ask("/api/v1/job-descriptions")["data"]

    assert [row["id"] for row in told] == [rows["job-descriptions"].pk]
    assert JobDescriptionVersion.objects.count() == 2


def test_ratings_of_an_open_round_are_not_told(ask, rows):
    open_ = RoundFactory(district=rows["districts"], label="Open")
    IndicatorFactory(district=rows["districts"], round=open_, value=3)

    values = {row["round"]["label"]: row["value"] for row in ask("/api/v1/indicators")["data"]}

    assert values.pop("Open") is None
    assert list(values.values()) == [IndicatorRating.objects.get(pk=rows["indicators"].pk).value]


def filled(window, template, number, band="on_track"):
    """So many people of one checklist whose ratings are in."""
    for _ in range(number):
        school = SchoolFactory(district=window.district)
        form = ChecklistFactory(
            district=window.district, window=window, template=template, school=school
        )
        item = template.items.first()
        if item:
            RatingFactory(district=window.district, checklist=form, item=item)
        else:
            RatingFactory(district=window.district, checklist=form)
        lock(form, band=band)
        # In before the window closed.
        Checklist.objects.filter(pk=form.pk).update(
            submitted_at=dt.datetime.combine(window.opens_on, dt.time(12), tzinfo=dt.UTC)
        )


def test_results_are_told_of_three_people_and_not_of_two(ask, rows):
    window = rows["windows"]
    few, enough = TemplateFactory.create_batch(2, district=window.district)
    filled(window, few, 2)
    filled(window, enough, 3, band="developing")

    said = ask(f"/api/v1/windows/{window.pk}/results")

    groups = {group["checklistKey"]: group for group in said["groups"]}
    assert said["isTold"]
    assert groups[few.key]["isTold"] is False
    assert groups[few.key]["bands"] is None
    assert groups[few.key]["forms"] is None
    assert groups[enough.key]["bands"]["developing"] == 3
    assert {item["checklistKey"] for item in said["items"]} == {enough.key}


def test_results_of_an_open_window_are_not_told(ask, rows):
    window = rows["windows"]
    filled(window, TemplateFactory(district=window.district), 4)
    Window.objects.filter(pk=window.pk).update(
        closes_on=window.district.today() + dt.timedelta(days=2)
    )

    said = ask(f"/api/v1/windows/{window.pk}/results")

    assert (said["isTold"], said["groups"], said["items"]) == (False, [], [])


def test_a_window_tells_counts_and_no_results(ask, rows):
    window = rows["windows"]
    filled(window, TemplateFactory(district=window.district), 3)

    said = ask("/api/v1/windows", "windows")["data"][0]

    assert (said["formsAsked"], said["formsSubmitted"]) == (4, 3)
    assert "onTrack" not in str(said)
    assert "on_track" not in str(said)


def test_schools_and_the_district_carry_their_numbers_with_whose_they_are(ask, rows):
    district, school = rows["districts"], rows["schools"]
    assert ask("/api/v1/schools")["data"][0]["identificationCodes"] == []
    assert ask("/api/v1/districts")["data"][0]["identificationCodes"] == []
    as_of = ask("/api/v1/schools")["asOf"]

    leader = member(AccessLevel.DISTRICT_LEAD, at=district)
    org = {"district": district, "kind": "org"}
    entry = RosterEntryFactory(
        **org, key="s1", said={"type": "school", "identifier": "481234500012"}
    )
    RosterEntryFactory(**org, key="d1", said={"type": "district", "identifier": "4812345"})
    join_school(entry, school, by=reach(district, leader))

    since = ask(f"/api/v1/schools?updated_since={quote(as_of)}")["data"]
    assert [each["id"] for each in since] == [school.pk]
    assert since[0]["identificationCodes"] == [
        {"identificationCode": "481234500012", "identificationSystem": "NCES"},
        {"identificationCode": "s1", "identificationSystem": "OneRoster sourcedId"},
    ]
    told = ask("/api/v1/districts")["data"][0]["identificationCodes"]
    assert {"identificationCode": "4812345", "identificationSystem": "NCES"} in told


def test_a_token_reads_in_a_transaction_that_cannot_write(client, rows):
    secret = secret_for(rows["districts"])
    for address in ("schools", f"schools/{rows['schools'].pk}", "deletions"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/{address}", headers=bearer(secret))
        said = [each["sql"] for each in queries]
        shut = said.index("SET TRANSACTION READ ONLY")
        assert not any(sql.startswith(("UPDATE", "INSERT", "DELETE")) for sql in said[shut:])
