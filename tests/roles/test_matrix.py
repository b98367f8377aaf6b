"""The role matrix: who leads what, what is wrong in it, and changing it."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Approach, AuditEvent, Involvement, LeadershipRole, WorkArea
from roles.reports.matrix import matrix
from roles.reports.matrix_checks import checks
from roles.services import library
from roles.services import matrix as service
from roles.services.matrix import CellChange, CellsTaken
from roles.services.refusal import Refused
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    InvolvementFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    WorkAreaFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 29)
PARTNER, OWN = Approach.PARTNER_PROVIDER, Approach.BUILD_OWN


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def by(district):
    return reach(district)


@pytest.fixture
def area(district):
    return WorkAreaFactory(district=district, name="Recruiting tutors")


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def leads(area, role, approach=PARTNER, part="leads"):
    return InvolvementFactory(
        district=area.district, area=area, role=role, approach=approach, part=part
    )


def a_role(district, *, held=True, positions=1, **kwargs):
    role = RoleFactory(district=district, **kwargs)
    for seat in range(1, positions + 1):
        position = PositionFactory(district=district, role=role, seat=seat)
        if held:
            AssignmentFactory(district=district, position=position)
    return role


def titles(found):
    return [party.title for party in found.parties]


def broken(by, approach=PARTNER):
    """What breaks each rule, by the rule."""
    judged = checks(matrix(by, approach, DAY))
    return {each.rule: [f.sentence for f in each.findings] for each in judged if each.findings}


def test_a_role_has_a_column_if_it_has_a_part_or_positions_under_the_approach(district, by, area):
    part = RoleFactory(district=district, title="Has a part", approaches=[])
    leads(area, part)
    a_role(district, title="Has a position")
    a_role(district, title="Of another approach", approaches=[OWN])
    RoleFactory(district=district, title="Neither")

    found = matrix(by, PARTNER, DAY)

    assert sorted(titles(found)) == ["Has a part", "Has a position", "Tutoring provider"]


def test_a_district_that_builds_its_own_has_no_provider_unless_it_says_so(by, area):
    assert titles(matrix(by, OWN, DAY)) == []
    leads(area, None, approach=OWN)
    assert titles(matrix(by, OWN, DAY)) == ["Tutoring provider"]


def test_the_starting_matrix_of_every_approach_breaks_no_rule_once_all_seats_are_held(by, district):
    library.adopt(district)
    for role in LeadershipRole.objects.filter(district=district):
        AssignmentFactory(district=district, position=PositionFactory(district=district, role=role))

    assert [broken(by, approach) for approach in Approach] == [{}, {}, {}]


def test_an_area_that_nobody_leads_is_told(by, district, area):
    leads(area, a_role(district), part="shares")

    assert broken(by) == {"Every area of work has a lead.": ["Nobody leads “Recruiting tutors”."]}


def test_an_area_that_two_lead_is_told(by, district, area):
    leads(area, a_role(district, title="Manager"))
    leads(area, None)

    assert broken(by) == {
        "No area of work has two leads.": [
            "Manager and Tutoring provider lead “Recruiting tutors”."
        ]
    }


@pytest.mark.parametrize(("number", "told"), [(4, 0), (5, 1)])
def test_a_role_that_leads_more_than_four_areas_is_told(by, district, number, told):
    role = a_role(district)
    for _ in range(number):
        leads(WorkAreaFactory(district=district), role)

    assert len(broken(by)) == told


def test_the_provider_may_lead_as_much_as_it_likes(by, district):
    for _ in range(6):
        leads(WorkAreaFactory(district=district), None)

    assert broken(by) == {}


def test_a_lead_whose_position_is_vacant_is_told(by, district, area):
    leads(area, a_role(district, title="Manager", held=False))

    assert broken(by) == {
        "Every position of a role that leads has a holder today.": [
            "Manager leads “Recruiting tutors”, and the position is vacant."
        ]
    }


def test_vacant_positions_of_a_lead_are_counted_on_the_day(by, district, area):
    role = a_role(district, title="Site lead", positions=3)
    ended = role.positions.first().assignments.get()
    ended.ends_on = DAY - dt.timedelta(days=1)
    ended.save()
    leads(area, role)

    ((sentence,),) = broken(by).values()
    assert sentence.endswith("1 of 3 positions is vacant.")


def test_a_lead_without_any_position_is_told(by, district, area):
    leads(area, a_role(district, title="Manager", positions=0))

    assert broken(by) == {
        "Every role that leads has a position.": [
            "Manager leads “Recruiting tutors”, and the district has no such position."
        ]
    }


def test_the_matrix_costs_four_queries_however_large_the_district(
    by, district, django_assert_num_queries
):
    library.adopt(district)
    for _ in range(5):
        school = SchoolFactory(district=district)
        role = LeadershipRole.objects.get(district=district, key="SITE_LEAD")
        PositionFactory(district=district, role=role, school=school)

    with django_assert_num_queries(4):
        checks(matrix(by, PARTNER, DAY))


def test_parts_are_written_cell_by_cell(by, district, area):
    role, other = RoleFactory(district=district), RoleFactory(district=district)
    leads(area, other, part="shares")

    changes = [CellChange(role.pk, "", "leads"), CellChange(None, "", "supports")]
    assert service.set_parts(area, PARTNER, changes, by=by) == 2

    parts = dict(Involvement.objects.filter(area=area).values_list("role", "part"))
    assert parts == {role.pk: "leads", None: "supports", other.pk: "shares"}
    assert AuditEvent.objects.get().detail["parts"] == f"{role} leads; Provider supports"


def test_a_cell_set_to_not_involved_has_no_row(by, district, area):
    role = RoleFactory(district=district)
    leads(area, role)

    service.set_parts(area, PARTNER, [CellChange(role.pk, "leads", "")], by=by)

    assert Involvement.objects.count() == 0


def test_two_people_who_change_other_cells_of_an_area_both_keep_their_change(by, district, area):
    one, two = RoleFactory(district=district), RoleFactory(district=district)

    service.set_parts(area, PARTNER, [CellChange(one.pk, "", "leads")], by=by)
    service.set_parts(area, PARTNER, [CellChange(two.pk, "", "shares")], by=by)

    assert Involvement.objects.filter(area=area).count() == 2


def test_who_changes_the_same_cell_second_is_told_and_nothing_is_written(by, district, area):
    one, two = RoleFactory(district=district), RoleFactory(district=district)
    service.set_parts(area, PARTNER, [CellChange(one.pk, "", "leads")], by=by)

    changes = [CellChange(one.pk, "", "shares"), CellChange(two.pk, "", "leads")]
    with pytest.raises(CellsTaken) as taken:
        service.set_parts(area, PARTNER, changes, by=by)

    assert taken.value.cells == {one.pk: "leads"}
    assert Involvement.objects.get(area=area).part == "leads"


def test_another_approach_keeps_its_own_parts(by, district, area):
    role = RoleFactory(district=district)
    leads(area, role, approach=OWN)

    service.set_parts(area, PARTNER, [CellChange(role.pk, "", "shares")], by=by)

    parts = dict(Involvement.objects.values_list("approach", "part"))
    assert parts == {OWN: "leads", PARTNER: "shares"}


def test_areas_are_added_renamed_moved_and_removed(by, district):
    first = service.add_area("Telling families", by=by)
    second = service.add_area("Snacks", by=by)
    service.rename_area(second, "Snacks and buses", by=by)
    assert service.move_area(second, -1, by=by)
    assert not service.move_area(second, -1, by=by)

    assert [str(each) for each in WorkArea.objects.all()] == ["Snacks and buses", str(first)]
    service.remove_area(second, by=by)
    assert WorkArea.objects.get() == first
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert [verb.rpartition("_")[2] for verb in verbs] == [
        "added",
        "added",
        "renamed",
        "moved",
        "removed",
    ]


@pytest.mark.parametrize("name", ["Recruiting tutors", "recruiting TUTORS"])
def test_a_name_that_another_area_has_is_refused(by, area, name):
    with pytest.raises(Refused, match="already"):
        service.add_area(name, by=by)


def test_names_that_give_no_key_or_the_same_key_still_get_one_each(by):
    keys = [service.add_area(name, by=by).key for name in ("家族", "家庭", "A b", "A-b")]

    assert keys == ["area", "area-2", "a-b", "a-b-2"]


def at(area, name="matrix-area"):
    return reverse(f"roles:{name}", args=[area.district.slug, area.pk])


def test_the_table_says_each_part_in_full_for_the_ear(lead, district, area):
    leads(area, a_role(district, title="Manager"))

    page = lead.get(reverse("roles:matrix", args=[district.slug])).content.decode()

    assert '<span class="visually-hidden">Leads</span>' in page
    assert '<th scope="row">' in page


def test_each_finding_leads_to_its_fix(lead, district, area):
    vacant, without = a_role(district, held=False), a_role(district, positions=0)
    leads(area, vacant)
    leads(area, without)

    page = lead.get(reverse("roles:matrix", args=[district.slug])).content.decode()

    position = vacant.positions.get()
    assert f'href="{at(area)}?approach=partner_provider#part-' in page
    assert f'href="{reverse("roles:assign", args=[district.slug, position.pk])}"' in page
    assert f"{reverse('roles:position-add', args=[district.slug])}?role={without.pk}" in page


def test_who_may_not_change_the_matrix_gets_no_links_to_change_it(client, district, area):
    client.force_login(member(AccessLevel.AUDITOR, at=district))

    page = client.get(reverse("roles:matrix", args=[district.slug])).content.decode()

    assert "Nobody leads" in page
    assert at(area) not in page


def test_a_site_leader_reads_the_matrix_without_a_judgement_on_other_schools(
    client, district, area
):
    client.force_login(member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=district)))

    page = client.get(reverse("roles:matrix", args=[district.slug])).content.decode()

    assert "thing to look at" not in page


def test_the_page_saves_what_was_chosen_and_no_more(lead, district, area):
    role, other = RoleFactory(district=district), RoleFactory(district=district)
    chosen = {f"part-{role.pk}": "leads", f"was-{role.pk}": ""}
    leads(area, other)

    answer = lead.post(at(area), {"name": area.name, **chosen})

    assert answer["Location"].endswith(f"#area-{area.pk}")
    assert Involvement.objects.filter(area=area, part="leads").count() == 2


def test_who_posts_second_sees_their_choice_beside_the_other_one_and_may_insist(
    lead, district, area
):
    role = RoleFactory(district=district)
    leads(area, role)
    stale = {"name": area.name, f"part-{role.pk}": "shares", f"was-{role.pk}": ""}

    told = lead.post(at(area), stale)
    page = told.content.decode()

    assert told.status_code == HTTPStatus.CONFLICT
    assert "Someone else has just set this to “leads”." in page
    assert f'name="was-{role.pk}" value="leads"' in page
    lead.post(at(area), {**stale, f"was-{role.pk}": "leads"})
    assert Involvement.objects.get(area=area).part == "shares"


@pytest.mark.parametrize("change", [{"part-provider": "rules"}, {"name": ""}, {"name": "x" * 81}])
def test_what_is_no_part_and_no_name_is_refused(lead, area, change):
    answer = lead.post(at(area), {"name": area.name, "part-provider": "", **change})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_name_that_is_taken_saves_neither_name_nor_parts(lead, district, area):
    WorkAreaFactory(district=district, name="Materials")

    answer = lead.post(
        at(area), {"name": "Materials", "part-provider": "leads", "was-provider": ""}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Involvement.objects.count() == 0


def test_an_address_with_an_approach_that_is_none_shows_the_districts_own(lead, district, area):
    page = lead.get(reverse("roles:matrix", args=[district.slug]), {"approach": "magic"})

    assert page.context["approach"] == district.approach


def test_an_empty_matrix_starts_from_the_library(lead, district):
    lead.post(reverse("roles:matrix-adopt", args=[district.slug]))

    assert WorkArea.objects.filter(district=district).count() == 12
