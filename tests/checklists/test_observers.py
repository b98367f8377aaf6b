import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.models import Checklist, Observation, ObserverDraw, RaterKind, Window
from checklists.reports.observing import seats
from checklists.services import observers, windows
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.checklists import (
    ItemFactory,
    TemplateFactory,
    WindowFactory,
    lock,
    year_of,
)
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    year_of(district)
    return district


@pytest.fixture
def by(district):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    return reach(district, lead, capability=Capability.CHECKLIST_MANAGE)


@pytest.fixture
def principal(district):
    return RoleFactory(district=district, title="Principal")


@pytest.fixture
def template(district, principal):
    """The site lead's checklist, observed by principals in fall windows."""
    role = RoleFactory(district=district, title="Site lead")
    template = TemplateFactory(
        district=district, role=role, observer_role=principal, observed_in=["fall"]
    )
    ItemFactory(district=district, template=template)
    return template


@pytest.fixture
def window(district):
    return WindowFactory(district=district, kind="fall")


def seat(role, school, *, level=AccessLevel.SITE_LEADER, holder=None):
    """A position with a holder who has access there, unless `level` is None."""
    position = PositionFactory(
        district=role.district, role=role, school=school, opened_on="2020-07-01"
    )
    held = AssignmentFactory(
        district=role.district,
        position=position,
        starts_on="2020-07-01",
        **({"holder": holder} if holder else {}),
    )
    if level:
        member(level, at=school or role.district, user=held.holder)
    return position


@pytest.fixture
def school(district, template, principal):
    school = SchoolFactory(district=district)
    seat(template.role, school)
    seat(principal, school)
    return school


def holder_of(position):
    return position.assignments.get().holder


def site_lead(school, template):
    return school.positions.get(role=template.role)


def only_seat(window, by):
    (found,) = seats(window, by)
    return found


def open_it(window):
    windows.open_window(window)
    return Checklist.objects.filter(window=window, rater_kind=RaterKind.OBSERVER).current()


def test_the_holder_of_the_observing_role_at_the_school_is_proposed(
    window, by, school, principal, district
):
    seat(principal, None, level=AccessLevel.EXECUTIVE)

    assert only_seat(window, by).proposal == holder_of(school.positions.get(role=principal))


def test_without_one_at_the_school_the_one_of_the_district_is_proposed(
    window, by, district, template, principal
):
    seat(template.role, SchoolFactory(district=district))
    central = seat(principal, None, level=AccessLevel.EXECUTIVE)

    assert only_seat(window, by).proposal == holder_of(central)


def test_a_position_whose_observing_role_is_vacant_is_listed_with_the_reason(
    window, by, district, template
):
    seat(template.role, SchoolFactory(district=district, name="Lincoln ES"))

    assert only_seat(window, by).why_none == "Principal is vacant at Lincoln ES."


def test_nobody_is_proposed_to_observe_themselves(window, by, district, template, principal):
    school = SchoolFactory(district=district)
    both = holder_of(seat(template.role, school))
    seat(principal, school, level=None, holder=both)

    found = only_seat(window, by)

    assert found.proposal is None
    assert "nobody observes themselves" in found.why_none


def test_someone_without_access_is_not_proposed_and_the_list_says_so(
    window, by, district, template, principal
):
    school = SchoolFactory(district=district)
    seat(template.role, school)
    seat(principal, school, level=None)

    assert "no access" in only_seat(window, by).why_none


def test_a_fall_window_lists_only_what_its_checklists_ask_for(by, district, school):
    spring = WindowFactory(district=district, kind="spring")

    assert seats(spring, by) == []


def test_in_a_monthly_window_a_person_may_choose_any(by, district, school):
    assert len(seats(WindowFactory(district=district, kind="monthly"), by)) == 1


def test_taking_proposals_names_observers_once_and_makes_their_forms_when_open(window, by, school):
    windows.open_window(window)

    assert observers.take_proposals(window, seats(window, by), by=by) == 1
    assert observers.take_proposals(window, seats(window, by), by=by) == 0

    form = Checklist.objects.get(rater_kind=RaterKind.OBSERVER)
    own = Checklist.objects.get(rater_kind=RaterKind.SELF)
    assert (form.position, form.template, form.holder) == (own.position, own.template, own.holder)
    assert form.rater == Observation.objects.get().observer
    assert form.told_at is None
    assert AuditEvent.objects.filter(verb="checklist_observers.taken").count() == 1


def test_observers_named_before_get_their_form_when_the_window_opens(window, by, school):
    observers.take_proposals(window, seats(window, by), by=by)

    assert open_it(window).count() == 1
    assert open_it(window).count() == 1


def test_a_position_that_is_not_asked_gets_no_observers_form(district, by, template, principal):
    vacant = PositionFactory(district=district, role=template.role, opened_on="2020-07-01")
    window = WindowFactory(district=district, kind="fall")
    someone = member(AccessLevel.EXECUTIVE, at=district)
    observers.choose(window, vacant, someone, by=by)

    assert open_it(window).count() == 0


def test_choosing_another_observer_sets_the_first_ones_form_aside(window, by, school, template):
    observers.take_proposals(window, seats(window, by), by=by)
    first = open_it(window).get()
    other = member(AccessLevel.SITE_LEADER, at=school)

    observers.choose(window, site_lead(school, template), other, by=by)

    first.refresh_from_db()
    assert first.withdrawn_at
    assert open_it(window).get().rater == other


def test_naming_nobody_sets_the_form_aside(window, by, school, template):
    observers.take_proposals(window, seats(window, by), by=by)
    open_it(window)

    observers.choose(window, site_lead(school, template), None, by=by)

    assert open_it(window).count() == 0
    assert not Observation.objects.exists()


def test_naming_the_same_observer_again_keeps_the_form(window, by, school, template):
    observers.take_proposals(window, seats(window, by), by=by)
    form = open_it(window).get()

    observers.choose(window, site_lead(school, template), form.rater, by=by)

    assert open_it(window).get() == form


def test_an_observer_who_has_submitted_is_not_replaced(window, by, school, template):
    observers.take_proposals(window, seats(window, by), by=by)
    lock(open_it(window).get())
    other = member(AccessLevel.SITE_LEADER, at=school)

    with pytest.raises(Refused, match="submitted already"):
        observers.choose(window, site_lead(school, template), other, by=by)


def test_the_holder_is_not_taken_as_observer(window, by, school, template):
    position = site_lead(school, template)

    with pytest.raises(Refused, match="Nobody observes themselves"):
        observers.choose(window, position, holder_of(position), by=by)


def test_who_cannot_open_the_form_is_not_taken_as_observer(window, by, school, template):
    elsewhere = member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=school.district))

    for person in (elsewhere, UserFactory()):
        with pytest.raises(Refused, match="cannot open a checklist there"):
            observers.choose(window, site_lead(school, template), person, by=by)


def test_a_closed_window_keeps_its_observers(by, school, template, district):
    over = WindowFactory(district=district, kind="fall", over=True)
    other = member(AccessLevel.SITE_LEADER, at=school)

    for act in (
        lambda: observers.choose(over, site_lead(school, template), other, by=by),
        lambda: observers.take_proposals(over, seats(over, by), by=by),
        lambda: observers.draw_schools(over, seed="fall", percent=20, by=by),
    ):
        with pytest.raises(Refused, match="window is closed"):
            act()


def test_an_observer_who_manages_is_not_blind_once_the_own_rating_is_in(
    window, by, school, template, district
):
    windows.open_window(window)
    lock(Checklist.objects.get())

    observers.choose(window, site_lead(school, template), by.user, by=by)
    assert not Checklist.objects.get(rater_kind=RaterKind.OBSERVER).is_blind

    someone = member(AccessLevel.SITE_LEADER, at=school)
    observers.choose(window, site_lead(school, template), someone, by=by)
    assert Checklist.objects.current().get(rater_kind=RaterKind.OBSERVER).is_blind


@pytest.fixture
def ten_schools(district, template, principal):
    schools = [SchoolFactory(district=district) for _ in range(10)]
    for school in schools:
        seat(template.role, school)
        seat(principal, school)
    return schools


def test_a_draw_keeps_seed_pool_and_schools_and_names_their_observers(window, by, ten_schools):
    draw = observers.draw_schools(window, seed="fall-2026", percent=20, by=by)

    assert draw.pool == sorted(school.pk for school in ten_schools)
    assert len(draw.drawn) == 2
    named = Observation.objects.filter(draw=draw).values_list("position__school", flat=True)
    assert sorted(named) == draw.drawn
    assert observers.draw_again(draw)


def test_a_second_draw_is_kept_beside_the_first(window, by, ten_schools):
    first = observers.draw_schools(window, seed="one", percent=20, by=by)
    second = observers.draw_schools(window, seed="two", percent=20, by=by)

    assert ObserverDraw.objects.count() == 2
    named = set(Observation.objects.values_list("position__school", flat=True))
    assert named == {*first.drawn, *second.drawn}
    assert Observation.objects.filter(draw=first).count() == 2


def test_a_draw_leaves_who_was_chosen_by_a_person(window, by, ten_schools, template):
    chosen = {}
    for school in ten_schools:
        chosen[school.pk] = member(AccessLevel.SITE_LEADER, at=school)
        observers.choose(window, site_lead(school, template), chosen[school.pk], by=by)

    observers.draw_schools(window, seed="one", percent=100, by=by)

    assert not Observation.objects.filter(draw__isnull=False).exists()


def test_a_draw_from_nobody_is_refused(window, by, district):
    with pytest.raises(Refused, match="No school"):
        observers.draw_schools(window, seed="one", percent=20, by=by)


def test_the_list_costs_as_many_queries_for_ten_schools_as_for_one(
    window, by, school, template, principal, district
):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            seats(window, by)
        return len(queries)

    one = cost()
    for _ in range(9):
        more = SchoolFactory(district=district)
        seat(template.role, more)
        seat(principal, more)

    assert cost() == one <= 8


def test_a_position_that_rests_in_an_open_window_is_not_listed(window, by, school):
    Window.objects.filter(pk=window.pk).update(opened_at=dt.datetime.now(dt.UTC))
    window.refresh_from_db()

    assert seats(window, by) == []
