"""Editing the district's own copy of a role."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.contents import content_of, digest
from roles.models import AuditEvent, Duty, LeadershipRole
from roles.services import drafts, library, role_copies
from roles.services.refusal import Refused
from roles.services.role_copies import DutyLine, state_of
from tests.factories.roles import (
    DistrictFactory,
    InvolvementFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    VersionFactory,
    member,
)
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


@pytest.fixture
def role(district):
    return LeadershipRole.objects.get(district=district, key="PROJECT_MANAGER")


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def lines(role):
    return [DutyLine(duty.text, duty.pk) for duty in role.duties.current()]


def save(role, by, duties, **fields):
    return role_copies.save_role(role, fields, duties, seen=state_of(role), by=by)


def typed(role, **changed):
    """What the page posts for a role as it stands."""
    duties = list(role.duties.current())
    data = {
        "title": role.title,
        "level": role.level,
        "reports_to": role.reports_to_id or "",
        "typical_holder": role.typical_holder,
        "time_hint": role.time_hint,
        "seats": role.seats or "",
        "approaches": role.approaches,
        "required": "\n".join(role.required),
        "preferred": "\n".join(role.preferred),
        **{f"note_{approach}": text for approach, text in role.by_approach.items()},
        "seen": state_of(role),
        "duty-TOTAL_FORMS": len(duties),
        "duty-INITIAL_FORMS": len(duties),
        "save": "1",
    }
    for n, duty in enumerate(duties):
        data |= {f"duty-{n}-text": duty.text, f"duty-{n}-duty": duty.pk}
    return {**data, **changed}


def edit(client, role, **changed):
    data = {name: value for name, value in typed(role, **changed).items() if value is not None}
    return client.post(reverse("roles:role-edit", args=[role.district.slug, role.pk]), data)


def test_saving_a_page_on_which_nothing_was_changed_changes_nothing(lead, role):
    answer = edit(lead, role)

    assert answer.status_code == HTTPStatus.FOUND
    assert AuditEvent.objects.count() == 0


def test_an_edit_is_one_row_in_the_audit_trail_that_names_what_changed(lead, role):
    edit(lead, role, **{"time_hint": "0.8", "duty-1-text": "Run the weekly call."})

    event = AuditEvent.objects.get()
    assert event.verb == "role.edited"
    assert event.detail["what"] == "Time, Responsibility PM2"
    assert role.duties.get(key="PM2").text == "Run the weekly call."


def test_an_edit_leaves_what_the_library_said_alone(lead, role):
    before = role.template

    edit(lead, role, title="Tutoring Coordinator")

    role.refresh_from_db()
    assert (role.title, role.template) == ("Tutoring Coordinator", before)


def test_a_removed_duty_keeps_its_key_and_the_published_text_its_digest(role, by):
    job = JobDescriptionFactory(district=role.district, role=role)
    version = VersionFactory(district=role.district, job_description=job)
    duty = role.duties.get(key="PM8")
    ResponsibilityFactory(district=role.district, version=version, duty=duty, text=duty.text)
    before = digest(content_of(version))

    save(role, by, lines(role)[:-1])

    assert digest(content_of(version)) == before
    assert [line.duty_id for line in drafts.first_lines(role) if line.duty_id == duty.pk] == []


def test_the_key_of_a_removed_duty_is_not_given_again(role, by):
    save(role, by, [*lines(role), DutyLine("Order the buses.")])
    save(role, by, lines(role)[:-1])
    save(role, by, [*lines(role), DutyLine("Order the lunches.")])

    keys = dict(Duty.objects.filter(role=role, text__startswith="Order").values_list("text", "key"))
    assert keys == {"Order the buses.": "PM-1", "Order the lunches.": "PM-2"}


def test_duties_stand_in_the_order_they_were_put(role, by):
    turned = list(reversed(lines(role)))

    save(role, by, turned)

    assert [duty.pk for duty in role.duties.current()] == [line.duty for line in turned]
    assert AuditEvent.objects.get().detail["what"] == "order of responsibilities"


def test_a_duty_of_another_role_is_not_moved_over(role, by):
    other = Duty.objects.get(district=role.district, key="SL1")

    save(role, by, [DutyLine("Mine now.", other.pk)])

    other.refresh_from_db()
    assert other.role.key == "SITE_LEAD"
    assert other.text != "Mine now."


@pytest.mark.parametrize("above", ["PROJECT_MANAGER", "PROVIDER_MANAGER"])
def test_a_role_cannot_report_to_itself_by_any_way(lead, role, above):
    under = LeadershipRole.objects.get(district=role.district, key=above)

    answer = edit(lead, role, reports_to=under.pk)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    role.refresh_from_db()
    assert role.reports_to.key == "PROGRAM_LEAD"


def test_a_circle_is_refused_by_the_service_too(role, by):
    top = LeadershipRole.objects.get(district=role.district, key="SUPERINTENDENT")

    with pytest.raises(Refused, match="cannot report to one that reports to it"):
        save(top, by, lines(top), reports_to=role)


def test_fewer_seats_than_positions_are_told_beside_the_field(lead, role):
    PositionFactory(district=role.district, role=role, seat=3)

    answer = edit(lead, role, seats="2")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "more than 2 open positions" in answer.content.decode()
    role.refresh_from_db()
    assert role.seats is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "  "}, "This field is required."),
        ({"title": "site tutoring lead"}, "There is a role with this title already."),
        ({"seats": "0"}, "A place has from 1 to 99 seats"),
        ({"approaches": None}, "Choose at least one approach."),
        ({"duty-0-text": " "}, "Write the responsibility, or remove it."),
        ({"duty-0-text": "x" * 301}, "at most 300 characters"),
        ({"duty-TOTAL_FORMS": "2000"}, "Please submit at most 60 forms."),
        ({"required": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_saved_is_said_in_words(lead, role, changed, words):
    answer = edit(lead, role, **changed)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert AuditEvent.objects.count() == 0


def test_who_saves_second_is_told_and_sees_both_texts(lead, role, by):
    seen = state_of(role)
    role_copies.save_role(role, {"time_hint": "Half a day"}, lines(role), seen=seen, by=by)

    answer = edit(lead, role, seen=seen, time_hint="A whole day")

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Half a day" in page
    assert "A whole day" in page
    role.refresh_from_db()
    assert role.time_hint == "Half a day"


@pytest.mark.parametrize(
    ("act", "order"),
    [("up-1", [1, 0, 2]), ("down-0", [1, 0, 2]), ("remove-0", [1, 2]), ("up-0", [0, 1, 2])],
)
def test_buttons_of_a_line_rearrange_what_is_typed_and_save_nothing(lead, role, act, order):
    save(role, reach(role.district), lines(role)[:3])
    duties = list(role.duties.current())

    answer = edit(lead, role, **{"act": act, "title": "Typed, not saved"})

    initial = [row.initial["duty"] for row in answer.context["duties"]]
    assert initial == [duties[n].pk for n in order]
    assert "Typed, not saved" in answer.content.decode()
    role.refresh_from_db()
    assert role.title == "Tutoring Project Manager"
    assert role.duties.current().count() == 3


@pytest.mark.parametrize("act", ["up-99", "down-x", "sideways-1", "", "up-99999999999999"])
def test_a_button_that_no_page_has_changes_nothing(lead, role, act):
    answer = edit(lead, role, act=act)

    assert answer.status_code == HTTPStatus.OK
    assert role.duties.current().count() == 8


def test_a_line_can_be_added_and_becomes_a_duty_once_saved(lead, role):
    page = edit(lead, role, act="add")
    assert len(page.context["duties"].forms) == 9

    edit(lead, role, **{"duty-TOTAL_FORMS": 9, "duty-8-text": "Order the buses."})

    assert role.duties.current().last().text == "Order the buses."


def test_a_role_of_ones_own_gets_a_key_that_no_library_has(lead, district):
    role = RoleFactory.build(title="Bus Coordinator")
    data = {
        "title": role.title,
        "level": "administrative",
        "approaches": ["build_own"],
        "duty-TOTAL_FORMS": 2,
        "duty-INITIAL_FORMS": 2,
        "duty-0-text": "Order the buses.",
        "duty-1-text": "",
    }

    lead.post(reverse("roles:role-add", args=[district.slug]), data)

    made = LeadershipRole.objects.get(district=district, title="Bus Coordinator")
    assert (made.key, made.template) == ("OWN_BUS_COORDINATOR", {})
    assert [duty.key for duty in made.duties.all()] == ["BC-1"]
    assert AuditEvent.objects.get().verb == "role.added"


def test_a_role_on_which_nothing_hangs_is_removed_with_its_parts_in_the_matrix(district, by):
    role = RoleFactory(district=district)
    InvolvementFactory(district=district, role=role)

    role_copies.remove_role(role, by=by)

    assert not LeadershipRole.objects.filter(pk=role.pk).exists()
    assert AuditEvent.objects.get().verb == "role.removed"


def test_a_role_stays_while_something_hangs_on_it(lead, role):
    PositionFactory(district=role.district, role=role)
    address = reverse("roles:role-remove", args=[role.district.slug, role.pk])

    page = lead.get(address).content.decode()
    lead.post(address)

    assert "1 position" in page
    assert "1 role that reports to it" in page
    assert LeadershipRole.objects.filter(pk=role.pk).exists()
