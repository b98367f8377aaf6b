"""What a lead does with a roster on the pages."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from roles import uploads
from roles.capabilities import AccessLevel
from roles.models import (
    AuditEvent,
    ExternalId,
    Invitation,
    Membership,
    RosterEntry,
    RosterImport,
    School,
)
from tests.factories.roles import SchoolFactory, UserFactory, member
from tests.factories.rosters import RosterEntryFactory
from tests.tutoring_admin.rosters.corpus import MARK, SCHOOLS, STAFF, files_11, files_12, zipped
from tutoring_admin.systems.rosters import carrying, lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, desk):
    person = member(AccessLevel.DISTRICT_LEAD, at=desk.district)
    client.force_login(person)
    return person


def address(desk, name, *args):
    return reverse(f"systems:{name}", args=[desk.district.slug, *args])


def hand_in(client, desk, content, name="roster.zip"):
    given = SimpleUploadedFile(name, content)
    return client.post(address(desk, "roster-add"), {"file": given})


def worked(desk):
    roster = RosterImport.objects.latest("pk")
    carrying.carry(desk.district.pk, roster.pk)
    return RosterImport.objects.get(pk=roster.pk)


def test_a_zip_goes_from_its_dry_run_to_the_roster_and_back(client, desk, lead):
    answer = hand_in(client, desk, zipped(files_11()).getvalue())
    roster = RosterImport.objects.get()
    assert answer.url == address(desk, "roster", roster.pk)
    assert b"Nothing changes yet" in client.get(answer.url).content

    worked(desk)
    page = client.get(answer.url + "?show=added")
    assert "Delgado, Rosa" in page.content.decode()
    assert MARK not in page.content.decode()
    client.post(address(desk, "roster-apply", roster.pk))
    assert worked(desk).state == "applied"
    assert desk.people()

    client.post(address(desk, "roster-undo", roster.pk))
    assert worked(desk).state == "undone"
    assert not desk.people()


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(client, desk, lead):
    answer = hand_in(client, desk, b"PK nothing")

    assert answer.status_code == 422
    assert "not a zip" in answer.context["form"].errors["file"][0]
    assert not RosterImport.objects.exists()


def test_a_roster_may_be_larger_than_other_files(desk):
    assert uploads.most_bytes_at(address(desk, "roster-add")) == 200_000_000
    assert uploads.most_bytes_at(address(desk, "rosters")) == uploads.MOST_BYTES


LIST = (
    "Emp ID,Given name,Surname,Work email,Site,Staff type,Shoe size\n"
    "1,Rosa,Delgado,r@x.example,Lincoln,Principal,9\n"
    "2,Amir,Haddad,,Carver,Teacher,10\n"
    f"3,{MARK},{MARK},,Carver,Student,3\n"
)


def mapped(client, desk, content=LIST, **change):
    page = hand_in(client, desk, content.encode(), "staff.csv")
    chosen = {**page.context["form"].initial, "sealed": page.context["sealed"], **change}
    return client.post(address(desk, "roster-list"), chosen)


def test_a_list_is_mapped_by_its_column_names_and_read(client, desk, lead):
    answer = mapped(client, desk)

    roster = worked(desk)
    assert answer.url == address(desk, "roster", roster.pk)
    assert set(roster.lines.filter(kind="person").values_list("label", flat=True)) == {
        "Delgado, Rosa",
        "Haddad, Amir",
    }
    assert roster.left_out == [["staff.csv", "students, guardians, parents and relatives", 1]]
    assert "9" not in {value for line in roster.lines.all() for value in line.said.values()}


def test_a_mapping_without_a_name_keeps_what_was_chosen(client, desk, lead):
    answer = mapped(client, desk, first_name="")

    assert answer.status_code == 422
    assert "first_name" in answer.context["form"].errors
    assert answer.context["form"]["last_name"].value() == "2"


@pytest.mark.parametrize("sealed", ["", "made-up"])
def test_a_list_that_was_not_handed_in_here_is_not_taken(client, desk, lead, sealed):
    answer = mapped(client, desk, sealed=sealed)

    assert answer.status_code == 422
    assert not RosterImport.objects.exists()


def test_the_sample_list_maps_itself_and_is_read_without_a_fault(client, desk, lead):
    sample = client.get(address(desk, "roster-sample")).content.decode("utf-8-sig")

    mapped(client, desk, sample)

    roster = worked(desk)
    assert roster.rejected == 0
    assert roster.summary["person"]["added"] == len(lists.SAMPLE)


def test_rejects_come_as_a_csv_in_which_nothing_calculates(client, desk, lead):
    bad = {**STAFF[1], "enabledUser": "=cmd()"}
    roster = desk.read(files_12([STAFF[0], bad]))

    answer = client.get(address(desk, "roster-rejects", roster.pk))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["File", "Line", "Column", "Expected", "Got", "What happened"]
    assert rows[1] == ["users.csv", "3", "enabledUser", "true or false", "'=cmd()", "taken"]


def propose(client, desk, sort, *entries, **more):
    chosen = {"sort": sort, "entry": [entry.pk for entry in entries], "confirm": "", **more}
    return client.post(address(desk, "roster-proposals"), chosen)


def test_a_school_is_joined_and_its_numbers_are_kept_as_pairs(client, desk, lead):
    school = SchoolFactory(district=desk.district, name="lincoln elementary")
    desk.brought(files_11())

    propose(client, desk, "school-join", desk.entry("s1", "org"))

    assert desk.entry("s1", "org").school == school
    pairs = ExternalId.objects.filter(school=school).values_list("system", "identifier")
    assert set(pairs) == {("OneRoster sourcedId", "s1"), ("NCES", "481234500012")}


def test_only_ticked_schools_come_into_the_program(client, desk, lead):
    desk.brought(files_11())

    propose(client, desk, "school-add", desk.entry("s2", "org"))

    assert list(School.objects.values_list("name", flat=True)) == ["Carver Middle"]


def test_an_account_is_joined_only_when_somebody_says_that_it_is_the_same_person(
    client, desk, lead
):
    rosa = member(
        AccessLevel.EXECUTIVE, at=desk.district, user=UserFactory(email="RDelgado@maple.example")
    )
    UserFactory(email="ahaddad@maple.example")  # of another district: nothing is told of them
    desk.brought(files_11())
    assert desk.entry("u1").user is None

    propose(client, desk, "person", desk.entry("u1"), desk.entry("u2"))

    assert desk.entry("u1").user == rosa
    assert desk.entry("u2").user is None


def test_a_principal_is_invited_when_somebody_ticks_them(client, desk, lead):
    desk.brought(files_12())
    propose(client, desk, "school-add", desk.entry("s1", "org"))
    assert not Invitation.objects.exists()

    propose(client, desk, "site-leader", desk.entry("r-u1", "role"))
    propose(client, desk, "site-leader", desk.entry("r-u1", "role"))

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.level) == ("rdelgado@maple.example", "site_leader")
    assert invitation.school.name == "Lincoln Elementary"
    assert Membership.objects.count() == 1  # the lead's own


def test_what_was_declined_is_not_proposed_again(client, desk, lead):
    desk.brought(files_11())

    propose(client, desk, "school-add", desk.entry("s1", "org"), decline="")

    page = client.get(address(desk, "roster-proposals") + "?sort=school-add")
    assert [entry.key for entry, _, _ in page.context["rows"]] == ["s2"]
    assert AuditEvent.objects.filter(verb="roster.declined").exists()


def test_who_left_the_roster_keeps_access_until_somebody_ends_it(client, desk, lead):
    rosa = member(
        AccessLevel.EXECUTIVE, at=desk.district, user=UserFactory(email="rdelgado@maple.example")
    )
    desk.brought(files_11())
    propose(client, desk, "person", desk.entry("u1"))
    desk.brought(files_11(STAFF[1:]))

    page = client.get(address(desk, "roster-proposals") + "?sort=left")

    assert [entry.user for entry, _, _ in page.context["rows"]] == [rosa]
    assert rosa.memberships.exists()


def test_a_correction_is_kept_and_shown_beside_what_the_roster_says(client, desk, lead):
    desk.brought(files_11())
    url = address(desk, "roster-person", desk.entry("u1").pk)

    client.post(url, {"preferred_given_name": "Rosie", "email": ""})
    roster = desk.read(files_11())

    assert desk.entry("u1").label == "Delgado, Rosie"
    page = client.get(address(desk, "roster", roster.pk) + "?show=kept").content.decode()
    assert "kept as ours; the roster says nothing" in page


@pytest.mark.parametrize("name", ["rosters", "roster-people", "roster-proposals"])
def test_a_page_asks_the_database_no_more_for_more_people(
    client, desk, lead, name, django_assert_max_num_queries
):
    client.get(address(desk, name))  # the first visit of a session is noted
    asked = []
    for people in (1, 6):
        for _ in range(people):
            RosterEntryFactory(district=desk.district)
        with django_assert_max_num_queries(60) as captured:
            client.get(address(desk, name))
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_a_dry_run_is_read_in_as_many_queries_at_any_size(
    client, desk, lead, django_assert_max_num_queries
):
    client.get(address(desk, "rosters"))  # as above
    asked = []
    for people in (STAFF[:1], STAFF):
        roster = desk.read(files_11(people, SCHOOLS))
        with django_assert_max_num_queries(60) as captured:
            client.get(address(desk, "roster", roster.pk) + "?show=added")
        asked.append(len(captured))

    assert asked[0] == asked[1]
    assert RosterEntry.objects.count() == 0
