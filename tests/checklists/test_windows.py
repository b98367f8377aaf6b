import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from checklists.models import Checklist, ChecklistTemplate, Window, WindowState
from checklists.services import windows
from checklists.tasks import turn_windows
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Assignment, AuditEvent
from roles.services.refusal import Refused
from tests.factories.checklists import TemplateFactory, WindowFactory, filled_position
from tests.factories.roles import (
    DistrictFactory,
    PositionFactory,
    SchoolFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def by(district):
    return Reach(UserFactory(), district, Capability.CHECKLIST_MANAGE, EVERYWHERE)


def test_opening_makes_one_form_for_the_holder_of_each_filled_position(district):
    school = SchoolFactory(district=district)
    position = filled_position(district, school=school)
    window = WindowFactory(district=district)

    assert windows.open_window(window) == 1

    form = Checklist.objects.get()
    assert (form.position, form.school, form.holder) == (
        position,
        school,
        position.assignments.get().holder,
    )
    assert form.rater == form.holder


def test_opening_twice_makes_nothing_more(district):
    filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)

    assert windows.open_window(window) == 0
    assert AuditEvent.objects.filter(verb="checklist_window.opened").count() == 1


def test_a_position_filled_while_the_window_is_open_gets_its_form_then(district):
    window = WindowFactory(district=district)
    windows.open_window(window)
    filled_position(district)

    assert windows.open_window(window) == 1


def test_a_vacant_position_gets_no_form(district):
    role = TemplateFactory(district=district).role
    PositionFactory(district=district, role=role, opened_on="2020-07-01")

    assert windows.open_window(WindowFactory(district=district)) == 0


def test_a_position_whose_holder_has_left_gets_no_form(district):
    filled_position(district)
    Assignment.objects.update(ends_on=district.today() - dt.timedelta(1))

    assert windows.open_window(WindowFactory(district=district)) == 0


def test_a_closed_position_gets_no_form(district):
    position = filled_position(district)
    type(position).objects.update(closed_on=district.today())

    assert windows.open_window(WindowFactory(district=district)) == 0


def test_a_role_without_a_published_checklist_gets_no_form(district):
    filled_position(district, template=False)

    assert windows.open_window(WindowFactory(district=district)) == 0


def test_any_partner_department_gets_the_checklist_without_a_role(district):
    shared = TemplateFactory(district=district, role=None)
    filled_position(district, template=False, level="department")
    filled_position(district, template=False, level="site")

    windows.open_window(WindowFactory(district=district))

    assert Checklist.objects.get().template == shared


def test_a_department_with_a_checklist_of_its_own_keeps_it(district):
    TemplateFactory(district=district, role=None)
    position = filled_position(district, level="department")

    windows.open_window(WindowFactory(district=district))

    assert Checklist.objects.get().template.role == position.role


def test_another_district_gets_nothing(district):
    filled_position(DistrictFactory())

    assert windows.open_window(WindowFactory(district=district)) == 0


def test_opening_freezes_the_versions_that_are_used(district):
    position = filled_position(district)
    unused = TemplateFactory(district=district)

    windows.open_window(WindowFactory(district=district))

    frozen = {t.pk: t.is_frozen for t in ChecklistTemplate.objects.all()}
    assert frozen == {position.role.checklist_templates.get().pk: True, unused.pk: False}


def test_the_round_opens_by_the_date_in_the_district_not_that_of_the_server():
    west = DistrictFactory(time_zone="Pacific/Honolulu")
    filled_position(west)
    WindowFactory(district=west, opens_on=dt.date(2026, 10, 29), closes_on=dt.date(2026, 11, 13))

    with time_machine.travel(dt.datetime(2026, 10, 29, 5, 0, tzinfo=dt.UTC)):
        assert turn_windows() == 0
    with time_machine.travel(dt.datetime(2026, 10, 29, 11, 0, tzinfo=dt.UTC)):
        assert turn_windows() == 1


def test_the_round_closes_what_has_run_out_once(district):
    window = WindowFactory(district=district, over=True)

    turn_windows()
    turn_windows()

    window.refresh_from_db()
    assert window.closed_at is not None
    assert AuditEvent.objects.filter(verb="checklist_window.closed", actor=None).count() == 1


def test_the_last_day_still_belongs_to_the_window(district):
    today = district.today()
    window = WindowFactory(district=district, closes_on=today)

    assert window.state(today) == WindowState.OPEN
    assert window.state(today + dt.timedelta(1)) == WindowState.CLOSED


def test_planning_a_window_that_holds_today_opens_it_at_once(district, by):
    filled_position(district)
    window = WindowFactory.build(
        district=district, school_year=WindowFactory(district=district).school_year
    )

    windows.plan_window(window, by=by)

    assert Checklist.objects.filter(window=window).count() == 1
    assert AuditEvent.objects.filter(verb="checklist_window.planned", actor=by.user).count() == 1


def test_closing_early_locks_the_window_and_leaves_one_audit_row(district, by):
    window = WindowFactory(district=district)

    assert [windows.close_window(window, by=by), windows.close_window(window, by=by)] == [
        True,
        False,
    ]
    assert window.state(district.today()) == WindowState.CLOSED
    assert AuditEvent.objects.filter(verb="checklist_window.closed", actor=by.user).count() == 1


def test_a_window_closed_while_someone_edits_it_stays_closed(district, by):
    window = WindowFactory(district=district)
    open_in_the_form = Window.objects.get(pk=window.pk)
    windows.close_window(window, by=by)

    open_in_the_form.label = "October"
    with pytest.raises(Refused):
        windows.change_window(open_in_the_form, by=by)

    window.refresh_from_db()
    assert window.closed_at is not None
    assert window.label != "October"


def test_a_planned_window_cannot_be_closed(district, by):
    window = WindowFactory(district=district, planned=True)

    with pytest.raises(Refused, match="not opened yet"):
        windows.close_window(window, by=by)


def test_a_window_cannot_end_before_it_begins(district):
    window = WindowFactory(district=district)

    with pytest.raises(IntegrityError, match="window_days_in_order"), transaction.atomic():
        Window.objects.filter(pk=window.pk).update(closes_on=window.opens_on - dt.timedelta(1))
