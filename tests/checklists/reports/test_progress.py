import pytest

from checklists.reports.progress import (
    progress_of,
    vacant_positions,
    window_progress,
)
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.factories.checklists import (
    ChecklistFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    lock,
    observed,
)
from tests.factories.roles import (
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
)


@pytest.fixture
def district():
    return DistrictFactory()


def reach(district, schools=EVERYWHERE):
    return Reach(UserFactory(), district, Capability.CHECKLIST_VIEW, schools)


def forms(window, number, *, done=0, good=0, begun=0, **fields):
    """Forms of one role in a window, of which some are submitted, at standard, begun."""
    template = TemplateFactory(district=window.district)
    made = [
        ChecklistFactory(
            district=window.district,
            window=window,
            template=template,
            position__seat=seat,
            **fields,
        )
        for seat in range(1, number + 1)
    ]
    for n, form in enumerate(made[:done]):
        lock(form, band="on_track" if n < good else "developing")
    for form in made[done : done + begun]:
        form.started_at = window.district.today().isoformat() + "T12:00:00Z"
        form.save()
    return template.role


@pytest.mark.django_db
def test_without_an_open_window_there_is_no_progress(district):
    WindowFactory(district=district, over=True)
    WindowFactory(district=district, planned=True)

    assert window_progress(district, reach(district)) is None


@pytest.mark.django_db
def test_progress_counts_forms_overall_and_by_role(district):
    window = WindowFactory(district=district, over=True)
    forms(window, 5, done=4, good=3, begun=1)
    forms(window, 3)

    [found] = progress_of([window], reach(district))

    assert (found.expected, found.submitted, found.begun, found.not_begun) == (8, 4, 1, 3)
    assert (found.at_standard, found.percent_submitted, found.percent_at_standard) == (3, 50, 75)
    assert sorted((r.expected, r.submitted, r.at_standard) for r in found.roles) == [
        (3, 0, None),
        (5, 4, 3),
    ]


@pytest.mark.django_db
def test_observers_forms_are_not_counted(district):
    window = WindowFactory(district=district)
    form = ChecklistFactory(district=district, window=window)
    lock(observed(form, UserFactory()))

    found = window_progress(district, reach(district))

    assert (found.expected, found.submitted) == (1, 0)


@pytest.mark.django_db
def test_the_window_that_closes_first_is_the_one_reported(district):
    late = WindowFactory(district=district)
    soon = WindowFactory(district=district, closes_on=district.today())

    assert window_progress(district, reach(district)).window == soon != late


@pytest.mark.django_db
def test_a_school_follows_its_own_forms_and_not_those_of_the_central_office(district):
    window = WindowFactory(district=district)
    here, there = SchoolFactory(district=district), SchoolFactory(district=district)
    for school in (here, there, None):
        forms(window, 1, school=school)

    found = window_progress(district, reach(district, frozenset({here.pk})))

    assert found.expected == 1


@pytest.mark.django_db
def test_while_a_window_is_open_no_result_is_reported_since_two_looks_can_be_compared(district):
    window = WindowFactory(district=district)
    forms(window, 5, done=5, good=2)

    found = window_progress(district, reach(district))

    assert (found.submitted, found.at_standard) == (5, None)
    assert found.roles[0].at_standard is None


@pytest.mark.django_db
def test_the_result_of_two_people_is_not_reported(district):
    window = WindowFactory(district=district, over=True)
    forms(window, 5, done=2, good=2)

    [found] = progress_of([window], reach(district))

    assert (found.at_standard, found.percent_at_standard) == (None, None)


@pytest.mark.django_db
def test_progress_costs_two_queries_however_many_roles(district, django_assert_num_queries):
    window = WindowFactory(district=district)
    for _ in range(4):
        forms(window, 2)
    asking = reach(district)

    with django_assert_num_queries(2):
        window_progress(district, asking)


@pytest.mark.django_db
def test_vacant_positions_are_those_that_would_have_a_form(district):
    filled_position(district)
    with_checklist = TemplateFactory(district=district).role
    TemplateFactory(district=district, role=None)
    department = RoleFactory(district=district, level="department")
    vacant = [
        PositionFactory(district=district, role=role, opened_on="2020-07-01")
        for role in (with_checklist, department)
    ]
    PositionFactory(district=district, opened_on="2020-07-01")

    assert set(vacant_positions(reach(district))) == set(vacant)


@pytest.mark.django_db
def test_a_school_is_not_told_how_many_are_at_standard_since_that_tells_who(district):
    window = WindowFactory(district=district, over=True)
    school = SchoolFactory(district=district)
    forms(window, 4, done=4, good=1, school=school)

    [at_school] = progress_of([window], reach(district, frozenset({school.pk})))
    [in_district] = progress_of([window], reach(district))

    assert (at_school.at_standard, at_school.roles[0].at_standard) == (None, None)
    assert in_district.at_standard == 1


@pytest.mark.django_db
def test_the_whole_less_the_roles_told_does_not_point_at_one_person(district):
    window = WindowFactory(district=district, over=True)
    for size in (6, 4, 1):
        forms(window, size, done=size, good=1)

    [found] = progress_of([window], reach(district))

    assert sorted((r.submitted, r.at_standard) for r in found.roles) == [
        (1, None),
        (4, 1),
        (6, 1),
    ]
    assert (found.at_standard, found.rated, found.percent_at_standard) == (2, 10, 20)


@pytest.mark.django_db
def test_the_observers_rating_stands_before_the_own_one(district):
    window = WindowFactory(district=district, over=True)
    forms(window, 3, done=3, good=3)
    lock(observed(window.checklists.first(), UserFactory()), band="developing")

    assert progress_of([window], reach(district))[0].at_standard == 2


@pytest.mark.django_db
def test_what_is_agreed_after_a_window_closed_does_not_move_its_figures(district):
    """A pair may agree for weeks after: the change would tell what the two agreed on."""
    window = WindowFactory(district=district, over=True)
    forms(window, 3, done=3, good=3)
    asking = reach(district)
    before = progress_of([window], asking)[0].at_standard
    agreed = observed(window.checklists.first(), UserFactory())
    agreed.rater_kind = "agreed"
    agreed.save()
    lock(agreed, band="needs_support")

    assert progress_of([window], asking)[0].at_standard == before == 3


@pytest.mark.django_db
def test_an_observers_rating_counts_only_once_the_own_one_is_in(district):
    window = WindowFactory(district=district, over=True)
    forms(window, 4, done=3, good=3)
    not_in = window.checklists.get(submitted_at=None)
    lock(observed(not_in, UserFactory()), band="on_track")

    [found] = progress_of([window], reach(district))

    assert (found.submitted, found.at_standard) == (3, 3)


@pytest.mark.django_db
def test_departments_share_a_group_and_none_of_them_is_told_alone(district):
    window = WindowFactory(district=district, over=True)
    shared = TemplateFactory(district=district, role=None)
    for _ in range(4):
        role = RoleFactory(district=district, level="department")
        lock(
            ChecklistFactory(district=district, window=window, template=shared, position__role=role)
        )

    [found] = progress_of([window], reach(district))

    assert found.at_standard == 4
    assert [role.at_standard for role in found.roles] == [None] * 4


@pytest.mark.django_db
def test_whoever_is_one_of_three_is_not_told_of_the_other_two(district):
    window = WindowFactory(district=district, over=True)
    forms(window, 3, done=3, good=2)
    one_of_them = window.checklists.first().holder

    inside = Reach(one_of_them, district, Capability.CHECKLIST_VIEW, EVERYWHERE)

    assert progress_of([window], inside)[0].at_standard is None
    assert progress_of([window], reach(district))[0].at_standard == 2
