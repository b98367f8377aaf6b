import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap.models import DateChange, Milestone, State
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def milestone():
    return owned_milestone(title="Quarterly executive brief", proof_hint="Brief")


@pytest.fixture
def lead(client, milestone):
    user = member(AccessLevel.DISTRICT_LEAD, at=milestone.district)
    client.force_login(user)
    return user


def at(milestone, name="detail"):
    place = {"district": milestone.district.slug, "pk": milestone.pk}
    return reverse(f"roadmap:{name}", kwargs=place)


def index(district, query=""):
    return reverse("roadmap:index", kwargs={"district": district.slug}) + query


def shown(response):
    months = response.context["board"].months
    return [row.milestone.title for month in months for row in (*month.before, *month.after)]


def beside(milestone, **fields):
    return MilestoneFactory(district=milestone.district, phase=milestone.phase, **fields)


@pytest.mark.parametrize("day", ["0026-11-05", "2206-11-05", "9999-12-31"])
def test_a_date_in_another_century_is_asked_again(client, lead, milestone, day):
    moved = client.post(at(milestone, "redate"), {"due_on": day, "reason": "Later."})
    added = client.post(
        reverse("roadmap:create", args=[milestone.district.slug]),
        {"title": "Family night", "phase": milestone.phase_id, "due_on": day},
    )

    assert moved.status_code == added.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "due_on" in moved.context["form"].errors
    assert "due_on" in added.context["form"].errors


def test_the_list_goes_by_month_with_now_between_what_was_and_what_comes(client, lead, milestone):
    beside(milestone, title="Launch check", due_on=dt.date(2026, 10, 20))
    beside(milestone, title="Today's", due_on=dt.date(2026, 10, 29))

    response = client.get(index(milestone.district))

    october, november = response.context["board"].months
    assert [row.milestone.title for row in october.before] == ["Launch check"]
    assert [row.milestone.title for row in october.after] == ["Today's"]
    assert (october.is_now, november.is_now) == (True, False)
    assert (october.weeks, november.weeks) == ("weeks 7 to 11", "weeks 12 to 16")
    assert response.context["board"].months[0].before[0].label == "9 days late"


def test_past_months_with_nothing_open_are_folded_until_asked_for(client, lead, milestone):
    beside(milestone, title="Settled", due_on=dt.date(2026, 8, 28), done=True)
    beside(milestone, title="Left open", due_on=dt.date(2026, 9, 4))

    folded = client.get(index(milestone.district))
    unfolded = client.get(index(milestone.district, "?earlier=1"))

    assert shown(folded) == ["Left open", "Quarterly executive brief"]
    assert folded.context["board"].folded == 1
    assert shown(unfolded) == ["Settled", "Left open", "Quarterly executive brief"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?show=late", ["Late"]),
        ("?show=soon", ["Quarterly executive brief"]),
        ("?show=mine", ["Mine"]),
        ("?state=blocked", ["Stuck"]),
        ("?supports=6c.2", ["Stuck"]),
        ("?phase=P-2", ["Mine"]),
        ("?phase=nonsense", ["Late", "Quarterly executive brief", "Stuck", "Mine"]),
    ],
)
def test_the_address_says_which_milestones_are_shown(client, lead, milestone, query, expected):
    beside(milestone, title="Late", due_on=dt.date(2026, 10, 20))
    beside(
        milestone, title="Stuck", due_on=dt.date(2026, 12, 4), state="blocked",
        reason="No room", supports=["6c.2"],
    )  # fmt: skip
    mine = beside(milestone, title="Mine", due_on=dt.date(2026, 12, 11))
    mine.owner = PositionFactory(district=milestone.district)
    mine.phase = PhaseFactory(
        district=milestone.district, school_year=milestone.school_year, key="P-2"
    )
    mine.save()
    AssignmentFactory(district=milestone.district, position=mine.owner, holder=lead)

    assert shown(client.get(index(milestone.district, query))) == expected


def test_the_owner_of_a_list_can_be_picked(client, lead, milestone):
    beside(milestone, title="Somebody else's")

    response = client.get(index(milestone.district, f"?owner={milestone.owner_id}"))

    assert shown(response) == ["Quarterly executive brief"]


def test_a_choice_that_fits_nothing_says_so(client, lead, milestone):
    response = client.get(index(milestone.district, "?state=done"))

    assert "No milestone fits" in response.content.decode()


def test_what_is_set_aside_counts_in_no_figure(client, lead, milestone):
    beside(milestone, state="not_applicable", reason="No provider")
    beside(milestone, done=True)

    counts = client.get(index(milestone.district)).context["counts"]

    assert (counts.total, counts.done, counts.late, counts.soon) == (2, 1, 0, 1)


def test_the_list_costs_the_same_queries_however_long(client, lead, milestone):
    client.get(index(milestone.district))  # the first visit also notes the session
    costs = []
    for more in (0, 3):
        for _ in range(more):
            owned_milestone(district=milestone.district, phase=milestone.phase)
        with CaptureQueriesContext(connection) as queries:
            client.get(index(milestone.district))
        costs.append((len(queries), sum("roadmap_" in query["sql"] for query in queries)))

    assert costs[0] == costs[1]
    assert costs[0][1] == 5  # figures, rows, phases, and the choices of two filters


def test_an_empty_year_offers_the_library_and_takes_it_in_one_step(client):
    year = SchoolYearFactory()
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))

    offer = client.get(index(year.district))
    adopted = client.post(
        reverse("roadmap:adopt", kwargs={"district": year.district.slug}),
        {"set": "all"},
        follow=True,
    )

    assert "Start with all 46" in offer.content.decode()
    assert adopted.context["counts"].total == Milestone.objects.count() == 46


def test_a_district_without_a_school_year_is_told_what_is_missing(client):
    district = DistrictFactory()
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    assert "No school year yet" in client.get(index(district)).content.decode()


def test_a_site_leader_sees_the_districts_and_the_own_schools_milestones(client, milestone):
    school = SchoolFactory(district=milestone.district)
    beside(milestone, title="At my school", school=school)
    beside(milestone, title="At another", school=SchoolFactory(district=milestone.district))
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    response = client.get(index(milestone.district))

    assert sorted(shown(response)) == ["At my school", "Quarterly executive brief"]


def test_the_owner_marks_it_done_with_a_proof(client, milestone):
    holder = milestone.owner.assignments.get().holder
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district, user=holder))

    response = client.post(at(milestone, "done"), {"proof_text": "Sent on October 28"}, follow=True)

    milestone.refresh_from_db()
    assert (milestone.state, milestone.done_by) == (State.DONE, holder)
    assert "Sent on October 28" in response.content.decode()
    assert [entry.what for entry in response.context["history"]] == ["marked it done"]


def test_done_without_a_proof_is_asked_again(client, lead, milestone):
    response = client.post(at(milestone, "done"), {"proof_text": "", "proof_link": ""})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Milestone.objects.get().state == State.NOT_STARTED


@pytest.mark.parametrize("step", ["start", "done", "block", "reopen"])
def test_who_neither_owns_it_nor_runs_the_roadmap_may_not_act(client, milestone, step):
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district))

    answer = client.post(at(milestone, step), {"reason": "x", "proof_text": "x"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert AuditEvent.objects.count() == 0


def test_whoever_may_not_act_is_shown_no_form(client, milestone):
    client.force_login(member(AccessLevel.AUDITOR, at=milestone.district))

    response = client.get(at(milestone))

    assert (response.context["may_work"], response.context["manages"]) == (False, False)
    assert "Mark done" not in response.content.decode()


def test_a_coach_who_owns_a_milestone_elsewhere_cannot_act_as_an_auditor_would(client, milestone):
    """Holding the position is not enough: the access level must allow work as well."""
    holder = milestone.owner.assignments.get().holder
    client.force_login(member(AccessLevel.AUDITOR, at=milestone.district, user=holder))

    assert client.post(at(milestone, "start")).status_code == HTTPStatus.FORBIDDEN


def test_blocking_and_going_on_leave_their_words_in_the_history(client, lead, milestone):
    client.post(at(milestone, "block"), {"reason": "The contract is not signed"})
    response = client.post(at(milestone, "start"), follow=True)

    entries = [(entry.what, entry.note) for entry in response.context["history"]]
    assert entries == [("started it", ""), ("marked it blocked", "The contract is not signed")]


def test_moving_the_date_shows_old_and_new_in_the_history(client, lead, milestone):
    data = {"due_on": "2026-11-19", "reason": "The board meets later"}

    response = client.post(at(milestone, "redate"), data, follow=True)

    assert DateChange.objects.get().by == lead
    note = response.context["history"][0].note
    assert note == "From Nov 5 to Nov 19. The board meets later"


@pytest.mark.parametrize(
    "data",
    [
        {"due_on": "2026-11-05", "reason": "Same day"},
        {"due_on": "2026-11-19", "reason": ""},
        {"due_on": "soon", "reason": "Later"},
    ],
)
def test_a_date_that_is_none_or_the_same_or_without_a_reason_is_asked_again(
    client, lead, milestone, data
):
    answer = client.post(at(milestone, "redate"), data)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Milestone.objects.get().due_on == dt.date(2026, 11, 5)


def test_a_step_that_no_longer_fits_leads_back_with_a_word(client, lead, milestone):
    client.post(at(milestone, "done"), {"proof_text": "Sent"})

    response = client.get(at(milestone, "block"), follow=True)

    assert response.redirect_chain
    assert "moved on already" in response.content.decode()


def test_the_owner_is_a_position_of_the_district_or_none(client, lead, milestone):
    elsewhere = PositionFactory()

    refused = client.post(at(milestone, "assign"), {"owner": elsewhere.pk})
    client.post(at(milestone, "assign"), {"owner": ""})

    milestone.refresh_from_db()
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert milestone.owner is None


def test_setting_aside_and_opening_again(client, lead, milestone):
    client.post(at(milestone, "set-aside"), {"reason": "No provider this year"})
    assert Milestone.objects.get().state == State.NOT_APPLICABLE

    client.post(at(milestone, "reopen"), {"reason": "There is one now"})
    assert Milestone.objects.get().state == State.IN_PROGRESS


def test_an_own_milestone_joins_the_year(client, lead, milestone):
    address = reverse("roadmap:create", kwargs={"district": milestone.district.slug})
    data = {
        "title": "Family night",
        "phase": milestone.phase.pk,
        "due_on": "2026-12-03",
        "supports": ["6c.1"],
    }

    refused = client.post(address, data | {"title": ""})
    client.post(address, data)

    added = Milestone.objects.get(title="Family night")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (added.school_year, added.supports) == (milestone.school_year, ["6c.1"])


def test_the_page_says_when_the_owner_will_be_written_to(client, lead, milestone):
    days = client.get(at(milestone)).context["heard_on"]

    assert days == [dt.date(2026, 10, 29), dt.date(2026, 11, 5),
                    dt.date(2026, 11, 9), dt.date(2026, 11, 12)]  # fmt: skip


def test_a_vacant_position_is_named_as_vacant(client, lead, milestone):
    milestone.owner.assignments.update(ends_on=dt.date(2026, 10, 1))

    page = client.get(at(milestone)).content.decode()

    assert f"Vacant: {milestone.owner.role}" in page


def test_the_history_of_another_milestone_stays_with_it(client, lead, milestone):
    other = beside(milestone)
    client.post(at(other, "start"))

    assert client.get(at(milestone)).context["history"] == []


def test_the_person_who_left_is_no_longer_the_owner(client, milestone):
    leaver = milestone.owner.assignments.get().holder
    milestone.owner.assignments.update(ends_on=dt.date(2026, 10, 28))
    AssignmentFactory(
        district=milestone.district, position=milestone.owner, holder=UserFactory(),
        starts_on=dt.date(2026, 10, 29),
    )  # fmt: skip
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district, user=leaver))

    assert client.post(at(milestone, "start")).status_code == HTTPStatus.FORBIDDEN
