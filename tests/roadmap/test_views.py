import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from roadmap.models import DateChange, Milestone, State
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
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


def test_of_two_positions_with_one_name_a_form_says_who_holds_them(client, lead, milestone):
    seat = milestone.owner
    other = PositionFactory(district=seat.district, role=seat.role, seat=2)
    ana = UserFactory(first_name="Ana", last_name="Silva")
    AssignmentFactory(district=seat.district, position=other, holder=ana)

    address = reverse("roadmap:create", kwargs={"district": seat.district.slug})
    page = client.get(address).content.decode()

    assert f"{other}, Ana Silva<" in page
    assert f"{seat}<" not in page


def test_indicators_are_offered_by_what_they_are_called(client, lead, milestone):
    address = reverse("roadmap:create", kwargs={"district": milestone.district.slug})

    assert "6c.2 Fidelity checklists" in client.get(address).content.decode()


def test_the_page_says_who_will_be_written_to_and_when(client, lead, milestone):
    mailed = client.get(at(milestone)).context["mailed"]

    days = [each.day for each in mailed.others if each.audience == "owner"]
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
