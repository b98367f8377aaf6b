"""The next talk and attendance nobody took are told of until they are settled."""

import datetime as dt

import pytest

from roadmap.learning_notices import Talks, Unmarked, attendance_subject
from roadmap.services import attendance, coaching
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Notice
from roles.services import notices
from tests.factories.roadmap_learning import CoachingEntryFactory, seat, session_with_guests
from tests.factories.roles import AssignmentFactory, RoleFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
SPAN = (dt.date(2026, 8, 1), dt.date(2027, 1, 31))


def test_both_hear_of_the_next_talk_until_another_one_is_noted():
    role = RoleFactory()
    position, coach = seat(role), UserFactory()
    person = position.assignments.get().holder
    entry = CoachingEntryFactory(
        district=role.district, coached=position, coach=coach, coached_person=person,
        next_on=dt.date(2026, 10, 30),
    )  # fmt: skip
    due = list(Talks().due(role.district, *SPAN))

    assert {each.reader_id for each in due} == {coach.pk, person.pk}
    assert all(each.words == f"Next step: {entry.next_step}" for each in due)
    assert len(Talks().still(role.district, [each.subject for each in due])) == 2

    notices.owe(role.district, TODAY)
    assert Notice.objects.waiting().count() == 2

    by = Reach(coach, role.district, Capability.ROADMAP_WORK, EVERYWHERE)
    coaching.log(
        position, on=TODAY, minutes_long=20, focus="Calls", next_step="Go on",
        next_on=dt.date(2027, 3, 1), by=by,
    )  # fmt: skip

    assert not Notice.objects.waiting().exists()
    assert Talks().still(role.district, [each.subject for each in due]) == {}


def test_the_leader_hears_of_a_session_without_attendance_until_it_is_taken():
    session, _ = session_with_guests(on=dt.date(2026, 10, 28))
    AssignmentFactory(district=session.district, position=session.leader)
    notices.owe(session.district, TODAY)
    (notice,) = Notice.objects.waiting()
    assert notice.subject == attendance_subject(session.pk)

    by = Reach(UserFactory(), session.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    attendance.mark_rest(session, by=by)

    assert not Notice.objects.waiting().exists()
    assert list(Unmarked().due(session.district, *SPAN)) == []
