"""The role library, copies of it, and what a newer edition says."""

from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import Approach, AuditEvent, Duty, Involvement, LeadershipRole, WorkArea
from roles.reports import library as report
from roles.services import library, library_updates
from roles.services.refusal import Refused, Stale
from roles.services.seats import TooFewSeats
from tests.factories.roles import DistrictFactory, PositionFactory, RoleFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    library.adopt(district)
    return district


@pytest.fixture
def by(district):
    return reach(district)


def copy_of(district, key):
    return LeadershipRole.objects.get(district=district, key=key)


def adopted_earlier(role, **said):
    """Put a copy back to an edition that said these things."""
    duties = said.pop("duties", {})
    role.template = {
        **role.template,
        **said,
        "duties": [[key, duties.get(key, text)] for key, text in role.template["duties"]],
    }
    role.library_version = "2025.2"
    for name, value in said.items():
        setattr(role, name, value)
    role.save()
    for key, text in duties.items():
        Duty.objects.filter(role=role, key=key).update(text=text)
    return role


@pytest.fixture
def manager(district):
    return adopted_earlier(
        copy_of(district, "PROJECT_MANAGER"), time_hint="1.0", duties={"PM5": "Collect data."}
    )


def open_at(role, by):
    held = LeadershipRole.objects.select_related("reports_to").get(pk=role.pk)
    return {each.path: each for each in report.open_differences(by, [held])[role.pk]}


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_copy_keeps_the_words_it_started_from(district):
    role = copy_of(district, "PROJECT_MANAGER")

    assert role.template == library.newest()["PROJECT_MANAGER"]
    assert role.template["duties"][0][0] == "PM1"
    assert role.template["reports_to"] == "PROGRAM_LEAD"


def test_a_role_that_one_person_holds_has_one_seat(district):
    seats = dict(LeadershipRole.objects.values_list("key", "seats"))

    assert {key for key, number in seats.items() if number == 1} == {
        "EXEC_CHAMPION",
        "SUPERINTENDENT",
        "PROGRAM_LEAD",
        "COACH_LEAD",
        "PRINCIPAL",
        *(key for key in seats if key.startswith("DEPT_")),
    }
    assert seats["SITE_LEAD"] is None


def test_the_matrix_comes_for_all_three_approaches_with_one_lead_for_each_area(district):
    assert WorkArea.objects.filter(district=district).count() == 12
    for approach in Approach:
        leads = Involvement.objects.filter(approach=approach, part="leads")
        assert len({row.area_id for row in leads}) == leads.count() == 12


def test_the_provider_is_a_party_without_a_role(district):
    leads = Involvement.objects.get(
        area__key="recruiting", approach="partner_provider", part="leads"
    )
    assert leads.role is None


def test_adopting_again_leaves_an_emptied_matrix_empty_but_for_new_roles(district):
    Involvement.objects.all().delete()
    copy_of(district, "TUTOR_COACH").delete()

    assert library.adopt(district) == 1

    rows = Involvement.objects.values_list("role__key", "area__key", "approach")
    assert set(rows) == {
        ("TUTOR_COACH", "coaching", "build_own"),
        ("TUTOR_COACH", "coaching", "leverage_provider"),
    }


def test_a_fresh_copy_has_nothing_to_look_at(by):
    assert report.updates(by).count == 0


def test_what_changed_in_the_library_alone_is_told_apart_from_what_both_changed(manager, by):
    Duty.objects.filter(role=manager, key="PM5").update(text="Collect data on Fridays.")

    changes = {each.name: each for each in report.updates(by).changed[0].changes}

    assert changes["Time"].kind == "changed"
    assert changes["Responsibility PM5"].kind == "both"
    assert [piece.text for piece in changes["Responsibility PM5"].edited if piece.kind == "new"]
    assert report.updates(by).untouched == 1


def test_taking_over_writes_the_librarys_words_and_asks_no_more(manager, by):
    change = open_at(manager, by)["duty.PM5"]

    library_updates.take_over(manager, "duty.PM5", seen=change.seen, by=by)

    assert Duty.objects.get(role=manager, key="PM5").text == change.theirs
    assert list(open_at(manager, by)) == ["time_hint"]
    assert verbs() == ["library.taken_over"]


def test_keeping_ours_leaves_the_copy_and_asks_no_more(manager, by):
    change = open_at(manager, by)["time_hint"]

    library_updates.keep_ours(manager, "time_hint", seen=change.seen, by=by)

    manager.refresh_from_db()
    assert manager.time_hint == "1.0"
    assert "time_hint" not in open_at(manager, by)
    assert verbs() == ["library.kept_ours"]


def test_a_copy_belongs_to_the_newest_edition_once_all_is_answered(manager, by):
    for path, change in open_at(manager, by).items():
        library_updates.keep_ours(manager, path, seen=change.seen, by=by)

    manager.refresh_from_db()
    assert manager.library_version == library.EDITION


def test_an_edit_made_while_the_page_was_open_is_not_overwritten(manager, by):
    seen = open_at(manager, by)["time_hint"].seen
    LeadershipRole.objects.filter(pk=manager.pk).update(time_hint="0.8, by agreement")

    with pytest.raises(Stale):
        library_updates.take_over(manager, "time_hint", seen=seen, by=by)

    manager.refresh_from_db()
    assert manager.time_hint == "0.8, by agreement"


def test_taking_over_all_touches_nothing_that_was_edited(manager, by):
    Duty.objects.filter(role=manager, key="PM5").update(text="Collect data on Fridays.")
    site = adopted_earlier(
        copy_of(manager.district, "SITE_LEAD"), duties={"SL1": "Keep the schedule."}
    )

    assert library_updates.take_over_untouched(by=by) == 2

    assert Duty.objects.get(role=manager, key="PM5").text == "Collect data on Fridays."
    assert Duty.objects.get(role=site, key="SL1").text.startswith("Keep the daily schedule")
    assert list(open_at(manager, by)) == ["duty.PM5"]
    assert verbs() == ["library.taken_over", "library.taken_over"]


def test_a_duty_that_the_library_dropped_is_removed_but_keeps_its_key(manager, by):
    manager.template["duties"].append(["PM9", "File the faxes."])
    manager.save()
    Duty.objects.create(
        district=manager.district, role=manager, key="PM9", text="File the faxes.", order=9
    )
    change = open_at(manager, by)["duty.PM9"]

    library_updates.take_over(manager, "duty.PM9", seen=change.seen, by=by)

    assert change.kind == "removed"
    assert Duty.objects.get(role=manager, key="PM9").removed_at is not None


def test_a_duty_the_district_removed_comes_back_only_when_taken_over(manager, by):
    Duty.objects.filter(role=manager, key="PM5").update(removed_at=timezone.now())
    change = open_at(manager, by)["duty.PM5"]

    assert change.kind == "both"
    library_updates.take_over(manager, "duty.PM5", seen=change.seen, by=by)
    assert Duty.objects.current().filter(role=manager, key="PM5").count() == 1


def test_seats_that_positions_need_are_not_taken_away_by_the_library(district, by):
    role = adopted_earlier(copy_of(district, "COACH_LEAD"), seats=None)
    PositionFactory(district=district, role=role, seat=2)
    change = open_at(role, by)["seats"]

    with pytest.raises(TooFewSeats, match="more than 1 open positions"):
        library_updates.take_over(role, "seats", seen=change.seen, by=by)


def test_a_role_of_the_districts_own_is_never_compared(district, by):
    RoleFactory(district=district, key="OWN_BUS", library_version="")

    assert report.updates(by).count == 0


def test_a_role_the_district_lacks_is_new_until_it_is_declined(district, by):
    copy_of(district, "TEACHER_LIAISON").delete()
    assert [each.key for each in report.updates(by).new] == ["TEACHER_LIAISON"]

    library_updates.decline_role("TEACHER_LIAISON", by=by)

    after = report.updates(by)
    assert after.count == 0
    assert [each.key for each in after.declined] == ["TEACHER_LIAISON"]


def test_a_declined_role_can_still_be_added(district, by):
    copy_of(district, "TEACHER_LIAISON").delete()
    library_updates.decline_role("TEACHER_LIAISON", by=by)

    role = library_updates.add_role("TEACHER_LIAISON", by=by)

    assert role.duties.count() == 5
    assert role.reports_to.key == "SITE_LEAD"
    assert report.updates(by).declined == []


@pytest.mark.parametrize("key", ["NO_SUCH_ROLE", ""])
def test_a_role_that_no_library_knows_is_refused(by, key):
    with pytest.raises(Refused):
        library_updates.add_role(key, by=by)


def test_the_library_costs_two_queries_however_much_changed(
    district, by, django_assert_num_queries
):
    for role in LeadershipRole.objects.filter(district=district):
        adopted_earlier(role, time_hint="Much", duties={role.template["duties"][0][0]: "Do."})

    with django_assert_num_queries(2):
        assert report.updates(by).count == 34


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def test_the_roles_page_tells_those_who_manage_roles_what_is_new(client, district, manager):
    address = reverse("roles:index", args=[district.slug])
    notice = "The role library has 2 changes to look at."

    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    assert notice in client.get(address).content.decode()
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    assert notice not in client.get(address).content.decode()


def test_the_page_offers_each_answer_and_the_answer_counts(lead, district, manager, by):
    page = lead.get(reverse("roles:library", args=[district.slug])).content.decode()
    change = open_at(manager, by)["time_hint"]
    assert change.seen in page
    assert "Take over the 2 that touch nothing you edited" in page

    lead.post(
        reverse("roles:library-answer", args=[district.slug, manager.pk]),
        {"answer": "take", "path": "time_hint", "seen": change.seen},
    )

    manager.refresh_from_db()
    assert manager.time_hint == change.theirs


@pytest.mark.parametrize("answer", ["", "delete"])
def test_an_answer_that_the_page_does_not_offer_is_not_found(lead, district, manager, answer):
    address = reverse("roles:library-answer", args=[district.slug, manager.pk])

    assert lead.post(address, {"answer": answer}).status_code == HTTPStatus.NOT_FOUND
