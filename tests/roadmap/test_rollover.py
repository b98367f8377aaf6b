import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap import rolling
from roadmap.models import Contribution, Milestone, Phase, Precedence
from roadmap.services import anchors, rollover, year_diff
from roadmap.services.adoption import adopt_library
from roles.capabilities import AccessLevel, Capability
from roles.models import Acknowledgement, AuditEvent, Closure, SchoolYear
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roadmap_calendar import counted, first_student_day, own_anchor
from tests.factories.roles import (
    AssignmentFactory,
    ClosureFactory,
    PositionFactory,
    SchoolFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def old():
    return SchoolYearFactory()  # August 17, 2026 to May 28, 2027


@pytest.fixture
def by(old):
    return reach(old.district, capability=Capability.ROADMAP_MANAGE)


@pytest.fixture
def lead(client, old):
    user = member(AccessLevel.DISTRICT_LEAD, at=old.district)
    client.force_login(user)
    return user


def days_after(old):
    return anchors.days_of(old).a_year_later()


def diff(old, by):
    days = days_after(old)
    return year_diff.preview(old, rollover.to_be(old.district, days), days, by=by)


def roll(old, by, *, take=None, archive=True):
    take = diff(old, by).keys if take is None else take
    return rollover.roll_over(old, days_after(old), take, archive=archive, by=by)


def test_the_next_year_is_proposed_on_the_same_weekdays(old):
    ClosureFactory(district=old.district, school_year=old)
    ClosureFactory(district=old.district, school_year=old, label="Fourth of July",
                   first_day=dt.date(2026, 7, 1), last_day=dt.date(2026, 7, 3))  # fmt: skip

    days = days_after(old)

    assert (days.first, days.last) == (dt.date(2027, 8, 16), dt.date(2028, 5, 26))
    assert [(c.label, c.first) for c in days.closures] == [
        ("Thanksgiving break", dt.date(2027, 11, 24))
    ]  # the other would lie before July


def test_looking_writes_nothing_and_shows_each_date(old, by):
    counted(first_student_day(old), 13, title="Fall window closed")

    found = diff(old, by)

    [line] = found.lines
    assert (line.title, line.due_on, line.proposed) == (
        "Fall window closed",
        dt.date(2027, 11, 15),
        True,
    )
    assert SchoolYear.objects.count() == 1


def test_milestones_come_again_open_counted_from_the_new_days(old, by):
    position = PositionFactory(district=old.district)
    done = counted(first_student_day(old), 4, done=True, key="M32", owner=position)
    helper = PositionFactory(district=old.district)
    Contribution.objects.create(district=old.district, milestone=done, position=helper)
    later = counted(first_student_day(old), 8, phase=done.phase)
    Precedence.objects.create(district=old.district, before=done, milestone=later)

    year = roll(old, by).year

    new = Milestone.objects.get(school_year=year, key="M32")
    assert (new.state, new.due_on, new.owner) == ("not_started", dt.date(2027, 9, 13), position)
    assert new.anchor.day == dt.date(2027, 8, 16)
    assert list(new.contributors.all()) == [helper]
    assert new.successions.get(milestone__title=later.title).milestone.school_year == year
    assert Phase.objects.filter(school_year=year, key=done.phase.key).count() == 1


def test_own_days_and_days_of_their_own_come_along_shifted(old, by):
    counted(own_anchor(old), 2, title="Winter start")
    fixed = MilestoneFactory(
        district=old.district, phase__school_year=old, title="Once", hand_dated=True
    )

    found = diff(old, by)
    roll(old, by)

    assert [(line.title, line.proposed) for line in found.lines] == [
        ("Once", False),
        ("Winter start", True),
    ]
    once = Milestone.objects.get(title="Once", hand_dated=False)
    assert once.due_on == fixed.due_on + dt.timedelta(weeks=52)
    new = Milestone.objects.get(title="Winter start", anchor__isnull=False)
    assert new.anchor.on == dt.date(2028, 1, 10)


def test_open_work_moves_along_and_says_from_where(old, by):
    milestone = counted(first_student_day(old), 11, key="M34", state="in_progress")
    [row] = diff(old, by).open

    rolled = roll(old, by, take={row.key})

    milestone.refresh_from_db()
    assert (rolled.carried, rolled.left) == (1, 0)
    assert milestone.school_year == rolled.year
    assert milestone.phase.school_year == rolled.year
    assert (milestone.due_on, milestone.anchor) == (dt.date(2026, 11, 2), None)
    event = AuditEvent.objects.get(verb="roadmap.milestone_carried")
    assert event.detail["reason"] == "It was open at the end of 2026-27."


def test_open_work_that_is_not_taken_is_set_aside_and_the_old_year_is_read_only(old, by):
    milestone = counted(first_student_day(old), 11)

    rolled = roll(old, by, take=set())

    milestone.refresh_from_db()
    old.refresh_from_db()
    assert (rolled.milestones, rolled.left) == (0, 1)
    assert (milestone.state, milestone.school_year) == ("not_applicable", old)
    assert old.archived_at
    with pytest.raises(Refused, match="archived"):
        anchors.write(old, days_after(old))


def test_without_archiving_open_work_stays_where_it_is(old, by):
    milestone = counted(first_student_day(old), 11)

    roll(old, by, archive=False)

    milestone.refresh_from_db()
    old.refresh_from_db()
    assert (milestone.school_year, milestone.state) == (old, "not_started")
    assert old.archived_at is None


def test_twice_adds_nothing(old, by):
    counted(first_student_day(old), 11, key="M34")
    counted(first_student_day(old), 12, title="Our own")
    roll(old, by, archive=False)
    before = Milestone.objects.count()

    again = roll(old, by, archive=False)

    assert again.milestones == 0
    assert Milestone.objects.count() == before
    assert SchoolYear.objects.count() == 2


def test_the_same_milestone_of_many_schools_is_one_row(old, by):
    anchor = first_student_day(old)
    for _ in range(3):
        counted(anchor, 6, title="Second room ready", school=SchoolFactory(district=old.district))

    [line] = diff(old, by).lines

    assert line.schools == 3
    assert roll(old, by, take={line.key}, archive=False).milestones == 3


def test_a_year_without_a_roadmap_takes_the_library(old, by):
    found = diff(old, by)

    assert len(found.library) > 35
    assert all(line.proposed for line in found.library)
    rolled = roll(old, by)
    assert rolled.milestones == len(found.library)


def test_looking_costs_the_same_queries_for_a_whole_library(old, by):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            diff(old, by)
        return len(queries)

    counted(first_student_day(old), 11, key="M34")
    few = cost()
    adopt_library(old, by=by)

    assert cost() <= few


class Bells:
    kind = "Bells"

    def preview(self, turn, reach):
        return [
            rolling.Copy("bell:1", "Morning bell", f"From {turn.shifted(dt.date(2026, 8, 17))}")
        ]

    def copy(self, turn, keys, *, by):
        assert turn.new.pk
        return len({"bell:1"} & set(keys))


def test_other_parts_show_and_copy_what_they_registered(old, by, monkeypatch):
    monkeypatch.setattr(rolling, "_copiers", [Bells()])

    [(kind, [copy])] = diff(old, by).copies
    rolled = roll(old, by)

    assert (kind, copy.note) == ("Bells", "From 2027-08-16")
    assert rolled.copies == {"Bells": 1}


def test_who_read_their_job_description_is_asked_again_where_it_is_ticked(old, by):
    version = VersionFactory(district=old.district, published=True)
    seat = PositionFactory(district=old.district, role=version.job_description.role)
    held = AssignmentFactory(district=old.district, position=seat)
    Acknowledgement.objects.create(district=old.district, version=version, assignment=held)

    [copy] = [copy for _, copies in diff(old, by).copies for copy in copies]
    assert copy.note.startswith("1 acknowledgement counts until July 1, 2027")
    roll(old, by)

    assert Acknowledgement.every.get().lapses_on == dt.date(2027, 7, 1)


def at(old, query=""):
    return reverse("roadmap:rollover", args=[old.district.slug]) + query


def test_the_wizard_takes_three_clicks(client, lead, old):
    ClosureFactory(district=old.district, school_year=old)
    counted(first_student_day(old), 13, title="Fall window closed")

    form = client.get(at(old)).context["form"]
    days = {field.html_name: "" if field.value() is None else str(field.value()) for part in
            (form.days_form, form.closures.management_form, form.own.management_form,
             *form.closures, *form.own) for field in part}  # fmt: skip
    shown = client.post(at(old), days)
    assert list(shown.context["form"].errors) == []
    assert "Fall window closed" in shown.content.decode()
    assert SchoolYear.objects.count() == 1

    hidden = dict(shown.context["form"].hidden)
    take = list(shown.context["chosen"])
    answer = client.post(at(old), hidden | {"take": take, "roll": "1", "archive": "on"})

    assert answer.status_code == HTTPStatus.FOUND
    new = SchoolYear.objects.get(label="2027-28")
    assert Closure.objects.filter(school_year=new).count() == 1
    assert Milestone.objects.filter(school_year=new).count() == 2  # the new one, and the open one
    page = client.get(answer["Location"]).content.decode()
    assert "1 open milestone came along; 2026\u201327 is archived." in page


def test_days_that_cannot_be_are_asked_again(client, lead, old):
    data = {
        "days-first_student_day": "2026-09-01",
        "days-last_student_day": "2027-05-01",
        "closure-TOTAL_FORMS": "0",
        "closure-INITIAL_FORMS": "0",
        "own-TOTAL_FORMS": "0",
        "own-INITIAL_FORMS": "0",
    }

    response = client.post(at(old), data)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "2026\u201327 is there already" in response.content.decode()


def test_a_year_switched_in_another_window_is_not_rolled_over(client, lead, old):
    answer = client.post(at(old), {"from": "2025-26", "roll": "1"}, follow=True)

    assert "switched in another window" in answer.content.decode()
    assert SchoolYear.objects.count() == 1


def test_an_archived_year_is_opened_again_only_with_a_reason(client, lead, old, by):
    roll(old, by, take=set())
    address = reverse("roadmap:year-reopen", args=[old.district.slug, old.pk])

    client.post(address, {"reason": " "})
    old.refresh_from_db()
    assert old.archived_at

    client.post(address, {"reason": "A proof came late"})
    old.refresh_from_db()
    assert old.archived_at is None
