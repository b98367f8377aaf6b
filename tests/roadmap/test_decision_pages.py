"""The pages of decisions: asked, answered on a phone after a second look, confirmed, searched."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from roadmap import decision_reports
from roadmap.models import DecisionRequest, DecisionTurn
from roadmap.services import agendas, decisions, minutes
from roadmap.services.decision_wording import Question, Way
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Notice
from roles.notices import sources
from roles.open_work import open_items
from roles.services import notices
from tests.factories.roadmap_decisions import (
    CommitmentFactory,
    DecisionRequestFactory,
    asked_of,
    seat_of,
)
from tests.factories.roadmap_meetings import MeetingFactory, SeriesFactory
from tests.factories.roles import (
    DepartmentFactory,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def champion(year):
    user = UserFactory(first_name="Helen", last_name="Okafor")
    return member(AccessLevel.EXECUTIVE, at=year.district, user=user)


@pytest.fixture
def manager(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def waiting(year, champion, manager):
    return asked_of(champion, year.district, school_year=year, asked_by=manager)


def at(name, district, **kwargs):
    return reverse(f"roadmap:{name}", kwargs={"district": district.slug, **kwargs})


def sent(request, say, **fields):
    seen = DecisionTurn.objects.filter(request=request).latest("pk").pk
    option = request.options.first()
    return {"say": say, "option": option.pk, "seen": seen, "words": "", **fields}


def test_a_question_is_asked_in_one_form_and_stands_in_the_log(client, year, champion, manager):
    decider, department = (
        seat_of(champion, year.district),
        DepartmentFactory(district=year.district),
    )
    client.force_login(manager)
    data = {
        "question": "Fund a coach?", "background": "One is too few.", "cost": "$9,000 once",
        "due_on": "2026-11-12", "decider": decider.pk, "ways": "3", "shares": "2",
        "way-1": "Half a coach", "way-cost-1": "$9,000", "way-2": "None", "advised": "1",
        "department-1": department.pk, "people-1": "A recruiter", "time-1": "Two days",
    }  # fmt: skip

    answer = client.post(at("decision-ask", year.district), data, follow=True)

    made = DecisionRequest.objects.get()
    assert answer.redirect_chain[-1][0] == at("decision", year.district, pk=made.pk)
    assert made.options.get(is_advised=True).text == "Half a coach"
    assert "Helen Okafor hears of it" in answer.content.decode()
    assert made.question in client.get(at("decisions", year.district)).content.decode()


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(
    client, year, champion, manager
):
    seat_of(champion, year.district)
    client.force_login(manager)
    data = {"question": "Fund a coach?", "way-1": "Half a coach", "people-1": "A recruiter"}

    answer = client.post(at("decision-ask", year.district), data)
    more = client.post(at("decision-ask", year.district), data | {"more": "ways"})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert {"way-2", "due_on", "decider", "department-1"} <= set(form.errors)
    assert "A recruiter" in answer.content.decode()
    assert more.status_code == 200
    assert len(more.context["form"].way_rows) == 5
    assert "A recruiter" in more.content.decode()


def test_an_answer_binds_only_after_a_second_look(client, waiting, champion):
    client.force_login(champion)
    address = at("decision-answer", waiting.district, pk=waiting.pk)
    page = client.get(address)

    look = client.post(address, sent(waiting, "approve", words="Yes."))
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    back = client.post(address, sent(waiting, "approve", words="Yes.", back="1"))
    done = client.post(address, sent(waiting, "approve", words="Yes.", sure="1"), follow=True)

    waiting.refresh_from_db()
    assert (page.status_code, look.status_code, waiting.state) == (200, 200, "approved")
    assert str(waiting.asked_by) in look.content.decode()
    assert "Yes." in back.content.decode()
    assert "Approved by Helen Okafor" in done.content.decode()


@pytest.mark.parametrize(
    ("say", "fields", "field"),
    [
        ("approve", {"option": ""}, "option"),
        ("decline", {}, "words"),
        ("ask-back", {}, "words"),
        ("", {}, "say"),
    ],
)
def test_an_answer_without_what_it_needs_says_so(client, waiting, champion, say, fields, field):
    client.force_login(champion)
    address = at("decision-answer", waiting.district, pk=waiting.pk)

    answer = client.post(address, sent(waiting, say, sure="1", **fields))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_who_does_not_hold_the_position_cannot_answer(client, waiting, manager):
    other = member(AccessLevel.EXECUTIVE, at=waiting.district)
    for person in (manager, other):
        client.force_login(person)
        address = at("decision-answer", waiting.district, pk=waiting.pk)
        assert client.get(address).status_code == 403
        assert client.post(address, sent(waiting, "approve", sure="1")).status_code == 403


def test_words_of_who_answers_what_was_changed_stay_in_the_box(client, waiting, champion):
    client.force_login(champion)
    data = sent(waiting, "decline", words="Not with this grant.", sure="1")
    asker = Reach(waiting.asked_by, waiting.district, Capability.DECISION_ASK, EVERYWHERE)
    reworded = Question(
        question="Fund half a coach?", decider=waiting.decider, due_on=waiting.due_on,
        ways=(Way("Yes"), Way("No")),
    )  # fmt: skip
    decisions.change(waiting, reworded, seen=data["seen"], by=asker, manages=asker)

    answer = client.post(at("decision-answer", waiting.district, pk=waiting.pk), data)

    page = answer.content.decode()
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (422, "waiting")
    assert "Not with this grant." in page
    assert "changed what is asked" in page
    assert "Fund half a coach?" in page


def test_words_of_who_changes_what_was_answered_are_shown_to_copy(
    client, waiting, champion, manager
):
    client.force_login(manager)
    by = Reach(champion, waiting.district, Capability.DECISION_ANSWER, EVERYWHERE)
    seen = sent(waiting, "")["seen"]
    decisions.approve(waiting, waiting.options.first(), words="Go.", seen=seen, by=by)
    data = {
        "question": "Fund half a coach?", "due_on": "2026-11-12", "decider": waiting.decider_id,
        "way-1": "Half a coach", "way-2": "None", "seen": seen,
    }  # fmt: skip

    answer = client.post(at("decision-change", waiting.district, pk=waiting.pk), data)

    page = answer.content.decode()
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.question != "Fund half a coach?") == (409, True)
    assert "Fund half a coach?" in page
    assert "Helen Okafor" in page


def test_the_decider_asks_back_at_once_and_the_asker_replies(client, waiting, champion, manager):
    client.force_login(champion)
    answer = at("decision-answer", waiting.district, pk=waiting.pk)
    client.post(answer, sent(waiting, "ask-back", words="Which schools?"))
    client.force_login(manager)
    address = at("decision-reply", waiting.district, pk=waiting.pk)

    asked = client.get(address).content.decode()
    client.post(address, {"words": "Harbor View.", "seen": sent(waiting, "")["seen"]})

    waiting.refresh_from_db()
    assert "Which schools?" in asked
    assert waiting.state == "waiting"
    assert waiting.turns.last().words == "Harbor View."


def test_a_partner_confirms_for_their_department_alone(client, waiting, champion):
    department = DepartmentFactory(district=waiting.district)
    partner = member(AccessLevel.DEPARTMENT_PARTNER, at=waiting.district)
    other = member(AccessLevel.DEPARTMENT_PARTNER, at=waiting.district)
    seat_of(partner, waiting.district, level="department", department=department)
    row = CommitmentFactory(district=waiting.district, request=waiting, department=department)
    by = Reach(champion, waiting.district, Capability.DECISION_ANSWER, EVERYWHERE)
    seen = sent(waiting, "")["seen"]
    decisions.approve(waiting, waiting.options.first(), seen=seen, by=by)
    address = at("commitment-answer", waiting.district, pk=row.pk)

    client.force_login(other)
    refused = client.post(address, {"answer": "confirmed"}).status_code
    client.force_login(partner)
    wordless = client.post(address, {"answer": "declined", "seen": ""}).status_code
    client.post(address, {"answer": "confirmed", "seen": ""})

    row.refresh_from_db()
    assert (refused, wordless, row.state, row.answered_by) == (403, 422, "confirmed", partner)


def test_the_log_is_searched_and_narrowed_and_its_file_holds_the_same(client, waiting, champion):
    other = DecisionRequestFactory(
        district=waiting.district, school_year=waiting.school_year, decider=waiting.decider,
        question="=Buy headsets?", state="withdrawn", background="",
    )  # fmt: skip
    row = CommitmentFactory(district=waiting.district, request=waiting)
    client.force_login(champion)
    log = at("decisions", waiting.district)

    def shown(**narrowed):
        return [each.pk for each in client.get(log, narrowed).context["page"]]

    assert shown() == [waiting.pk, other.pk]
    assert shown(q="headsets buy") == [other.pk]
    assert shown(q="0.4 of a position", state="open") == [waiting.pk]
    assert shown(state="answered") == []
    assert shown(department=row.department_id) == [waiting.pk]
    assert shown(school_year=waiting.school_year_id) == [waiting.pk, other.pk]
    files = {
        kind: client.get(at("decisions-file", waiting.district, kind=kind), {"q": "headsets"})
        for kind in ("csv", "xlsx")
    }
    lines = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(files["xlsx"].content)).worksheets[0]
    assert [line[0] for line in lines] == ["Question", "'=Buy headsets?"]
    assert (sheet.max_row, sheet["A2"].data_type, sheet["A2"].value) == (2, "s", "=Buy headsets?")


@pytest.mark.parametrize("many", [1, 6])
def test_the_log_costs_the_same_queries_however_long_it_is(
    client, waiting, champion, many, django_assert_max_num_queries
):
    for _ in range(many):
        each = DecisionRequestFactory(district=waiting.district, school_year=waiting.school_year)
        CommitmentFactory(district=waiting.district, request=each)
    client.force_login(champion)

    with django_assert_max_num_queries(22):
        client.get(at("decisions", waiting.district))


def test_what_waits_for_the_reader_and_what_is_open_for_the_board(waiting, champion, manager):
    mine = Reach(champion, waiting.district, Capability.DECISION_VIEW, EVERYWHERE)
    theirs = Reach(manager, waiting.district, Capability.PACKET_VIEW, EVERYWHERE)

    (open_one,) = decision_reports.open_for_packet(theirs)

    assert list(decision_reports.waiting_for(mine, TODAY)) == [waiting]
    assert list(decision_reports.waiting_for(theirs, TODAY)) == []
    assert [(way.text, way.is_advised) for way in open_one.ways] == [
        ("A coach for 0.4 of a position", True),
        ("Leave it as it is", False),
    ]
    assert "Okafor" not in repr(open_one)


def test_open_decisions_hang_on_the_positions_of_asker_and_decider(waiting, manager):
    seat = seat_of(manager, waiting.district, level="administrative")
    by = Reach(manager, waiting.district, Capability.ROLES_MANAGE, EVERYWHERE)

    items = open_items(by, [waiting.decider_id, seat.pk])

    assert {(item.kind, item.position_id, item.title) for item in items} == {
        ("Decision", waiting.decider_id, waiting.question),
        ("Decision asked for", seat.pk, waiting.question),
    }


def test_the_decider_is_reminded_before_the_day_and_nobody_of_what_is_answered(
    waiting, champion, year
):
    vacant = PositionFactory(district=year.district)
    DecisionRequestFactory(district=year.district, school_year=year, decider=vacant)
    source = sources()["decision"]
    subject = f"decision:{waiting.pk}"

    notices.owe(year.district, dt.date(2026, 11, 3))
    notices.owe(year.district, dt.date(2026, 11, 3))

    owed = Notice.objects.filter(source="decision")
    assert [(n.subject, n.reader, n.rung) for n in owed] == [(subject, champion, -2)]
    assert source.still(year.district, [subject])[subject].verb == "Decide"
    DecisionRequest.objects.filter(pk=waiting.pk).update(state="asked_back")
    assert source.still(year.district, [subject]) == {}


def test_minutes_lead_to_the_decision_and_say_its_answer(client, waiting, champion):
    series = SeriesFactory(
        district=waiting.district, school_year=waiting.school_year, chair=waiting.decider
    )
    meeting = MeetingFactory(district=waiting.district, series=series, on=TODAY)
    agendas.draft(meeting)
    by = Reach(champion, waiting.district, Capability.DECISION_ANSWER, EVERYWHERE)
    seen = sent(waiting, "")["seen"]
    decisions.approve(waiting, waiting.options.first(), words="Yes.", seen=seen, by=by)
    minutes.close(meeting, by=by)
    client.force_login(champion)

    page = client.get(at("meeting", waiting.district, pk=meeting.pk)).content.decode()

    assert f'href="{at("decision", waiting.district, pk=waiting.pk)}"' in page
    assert "Approved by Helen Okafor, Oct 29: A coach for 0.4 of a position" in page
