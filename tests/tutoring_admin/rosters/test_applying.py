"""Making a roster true, undoing it, and what it never does."""

import datetime as dt

import pytest
from django.utils import timezone
from time_machine import travel

from roles.models import AuditEvent, Membership, RosterEntry, RosterImport, User
from roles.services.refusal import Refused
from roles.wall import district_scope
from tests.factories.roles import SchoolFactory
from tests.tutoring_admin.rosters.corpus import SCHOOLS, STAFF, files_11, files_12, with_status
from tutoring_admin.systems.rosters import applying, carrying, directory

pytestmark = pytest.mark.django_db
A_MONTH = dt.timedelta(days=31)


def test_a_dry_run_changes_nothing(desk):
    roster = desk.read(files_11())

    assert roster.state == "ready"
    assert roster.summary["person"]["added"] == len(STAFF)
    assert not RosterEntry.objects.exists()


def test_applying_makes_no_account_and_gives_no_right(desk):
    users, memberships = User.objects.count(), Membership.objects.count()

    roster = desk.brought(files_12())

    assert (User.objects.count(), Membership.objects.count()) == (users, memberships)
    verbs = AuditEvent.objects.filter(district=desk.district).values_list("verb", flat=True)
    assert set(verbs) == {"roster.read", "roster.apply_asked", "roster.applied"}
    assert roster.applied_at


def test_applying_twice_applies_once(desk):
    roster = desk.brought(files_11())

    desk.apply(roster)

    assert AuditEvent.objects.filter(verb="roster.applied").count() == 1


def test_who_is_missing_from_a_full_roster_is_ended_not_gone(desk):
    desk.brought(files_11())

    roster = desk.read(files_11(STAFF[:2]))

    assert roster.summary["person"] == {"same": 2, "ended": 1, "kept_ours": 0}
    desk.apply(roster)
    assert desk.entry("u3").ended_on == desk.district.today()
    assert desk.people(ended_on=None) == {"Delgado, Rosa", "Haddad, Amir"}


def test_whose_row_is_rejected_is_not_missing(desk):
    desk.brought(files_11())

    roster = desk.brought(files_11([*STAFF[:2], {**STAFF[2], "givenName": "", "familyName": ""}]))

    assert roster.rejected == 1
    assert desk.entry("u3").ended_on is None


def test_who_comes_back_is_the_same_person(desk):
    desk.brought(files_11())
    desk.brought(files_11(STAFF[:2]))

    roster = desk.brought(files_11())

    assert roster.summary["person"]["returned"] == 1
    assert desk.entry("u3").ended_on is None


def test_a_disabled_account_has_ended(desk):
    desk.brought(files_11())

    desk.brought(files_11([*STAFF[:2], {**STAFF[2], "enabledUser": "false"}]))

    assert desk.entry("u3").ended_on == desk.district.today()
    assert not RosterEntry.objects.filter(kind="role", about_key="u3", ended_on=None).exists()


@pytest.mark.parametrize("files", [files_11, files_12])
def test_a_file_of_changes_touches_only_what_is_in_it(desk, files):
    desk.brought(files())
    rosa, amir = with_status([{**STAFF[0], "familyName": "Delgado-Ruiz"}, STAFF[1]])
    changes = files(
        [rosa, {**amir, "status": "tobedeleted"}], with_status(SCHOOLS[1:2]), mode="delta"
    )

    desk.brought(changes)

    assert desk.people(ended_on=None) == {"Delgado-Ruiz, Rosa", "Okafor, June"}
    assert desk.entry("s2", "org").ended_on is None


def test_in_1_1_a_change_of_school_ends_the_role_at_the_old_one(desk):
    desk.brought(files_11())

    desk.brought(files_11(with_status([{**STAFF[1], "org": "s2"}]), [], [], mode="delta"))

    roles = RosterEntry.objects.filter(kind="role", about_key="u2", ended_on=None)
    assert list(roles.values_list("place_key", flat=True)) == ["s2"]


def test_in_a_file_of_1_2_changes_a_person_we_know_may_come_without_a_role(desk):
    desk.brought(files_12())
    rosa = with_status([{**STAFF[0], "familyName": "Ruiz", "role": ""}])
    stranger = with_status([{**STAFF[0], "sourcedId": "new", "role": ""}])

    desk.brought(files_12([*rosa, *stranger], [], mode="delta"))

    assert desk.people() == {"Ruiz, Rosa", "Haddad, Amir", "Okafor, June"}


def test_undoing_puts_everything_back(desk, state):
    desk.brought(files_11())
    before = state(desk.district)
    people = [
        {**STAFF[0], "email": "rosa@maple.example"},
        STAFF[1],
        {**STAFF[1], "sourcedId": "u9"},
    ]
    roster = desk.brought(files_11(people, SCHOOLS[:2]))
    assert state(desk.district) != before

    desk.undo(roster)

    assert roster.state == "undone"
    assert state(desk.district) == before


def test_undoing_the_first_import_leaves_nothing(desk):
    desk.undo(desk.brought(files_11()))

    assert not RosterEntry.objects.exists()


def test_an_import_that_another_builds_on_is_not_undone(desk):
    first = desk.brought(files_11())
    desk.brought(files_11(STAFF[:2]))

    with pytest.raises(Refused, match="later roster"):
        desk.undo(first)


def test_an_old_import_is_not_undone(desk):
    roster = desk.brought(files_11())

    with travel(timezone.now() + A_MONTH), pytest.raises(Refused, match="more than 30 days ago"):
        desk.undo(roster)


def test_what_was_put_to_use_is_ended_by_undoing_and_stays(desk):
    roster = desk.brought(files_11())
    entry = desk.entry("s1", "org")
    entry.school = SchoolFactory(district=desk.district, name="Lincoln Elementary")
    entry.save()

    desk.undo(roster)

    assert desk.entry("s1", "org").ended_on == desk.district.today()
    assert not RosterEntry.objects.exclude(pk=entry.pk).exists()


def test_a_correction_of_the_district_outlives_the_next_roster(desk):
    desk.brought(files_11())
    entry = desk.entry("u1")
    entry.ours = {"preferred_given_name": "Rosie", "email": "rosie@maple.example"}
    directory.settle(entry)

    roster = desk.read(files_11([{**STAFF[0], "email": "new@maple.example"}, *STAFF[1:]]))
    assert roster.summary["person"]["kept_ours"] == 1
    desk.apply(roster)

    entry.refresh_from_db()
    assert (entry.label, entry.email) == ("Delgado, Rosie", "rosie@maple.example")
    assert ("email", "rosie@maple.example", "new@maple.example") in entry.kept


def joined(desk, name):
    desk.brought(files_11())
    entry = desk.entry("s1", "org")
    entry.school = SchoolFactory(district=desk.district, name=name)
    entry.save()
    return entry.school


@pytest.mark.parametrize(
    ("ours", "after"),
    [("Lincoln Elementary", "Lincoln School"), ("Lincoln (main campus)", "Lincoln (main campus)")],
)
def test_a_joined_school_takes_the_new_name_unless_the_district_has_its_own(desk, ours, after):
    school = joined(desk, ours)
    orgs = [{**row, "name": row["name"].replace("Elementary", "School")} for row in SCHOOLS]

    roster = desk.brought(files_11(orgs=orgs))

    school.refresh_from_db()
    assert school.name == after
    desk.undo(roster)
    school.refresh_from_db()
    assert school.name == ours


def many(number):
    return [{**STAFF[1], "sourcedId": f"m{n}", "email": ""} for n in range(number)]


def test_a_roster_that_would_end_a_third_of_the_staff_wants_a_second_word(desk):
    desk.brought(files_11(many(70)))
    roster = desk.read(files_11(many(40)))

    with pytest.raises(Refused, match="30 people would end"):
        desk.apply(roster)

    assert desk.apply(roster, many_end=True).state == "applied"


def test_a_dry_run_that_another_import_overtook_is_made_anew(desk):
    first, second = desk.read(files_11()), desk.read(files_11(STAFF[:2]))
    desk.apply(first)

    desk.apply(second)

    assert second.state == "ready"
    assert second.summary["person"] == {"same": 2, "ended": 1, "kept_ours": 0}
    assert "Another roster" in second.last_error
    assert len(desk.people(ended_on=None)) == 3
    assert desk.apply(second).state == "applied"


def test_a_fault_on_the_way_leaves_nothing_half_done(desk, monkeypatch):
    roster = desk.read(files_11())
    with district_scope(desk.district):
        applying.ask_to_apply(roster, by=desk.by)

    def stop(_roster, **_how):
        raise Refused("The disk is full.")

    monkeypatch.setattr(applying, "_rename_schools", stop)
    carrying.carry(desk.district.pk, roster.pk)

    roster.refresh_from_db()
    assert roster.state == "failed"
    assert not RosterEntry.objects.exists()


def test_a_dry_run_that_is_set_aside_keeps_no_rows(desk):
    roster = desk.read(files_11())

    with district_scope(desk.district):
        assert applying.discard(roster, by=desk.by)
        assert not applying.discard(roster, by=desk.by)

    assert not roster.lines.exists()
    assert RosterImport.objects.get().state == "discarded"
