"""Decisions that are asked for: one answer, by who may give it; nothing said or typed is lost."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import sampled_from

from roadmap.models import AgendaItem, DecisionRequest, DecisionTurn
from roadmap.services import agendas, commitments, decisions
from roadmap.services.decision_wording import Question, Share, Way
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent, Notice
from roles.services.refusal import Refused, Stale
from tests.factories.roadmap_decisions import (
    CommitmentFactory,
    asked_of,
    seat_of,
)
from tests.factories.roadmap_meetings import MeetingFactory, SeriesFactory
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DistrictFactory,
    SchoolYearFactory,
    UserFactory,
)

TODAY = dt.date(2026, 10, 29)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def reach(district, user, capability=Capability.DECISION_ASK):
    return Reach(user, district, capability, EVERYWHERE)


def nobody(district):
    """Who does not run the roadmap."""
    return Reach(UserFactory(), district, Capability.ROADMAP_MANAGE, frozenset())


def seen(request):
    return DecisionTurn.objects.filter(request=request).latest("pk").pk


def question(decider, **fields):
    usual = {
        "question": "Fund a second tutor coach?",
        "decider": decider,
        "due_on": TODAY + dt.timedelta(days=7),
        "ways": (Way("A coach for 0.4 of a position", "$24,800", is_advised=True), Way("Not now")),
    }
    return Question(**(usual | fields))


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def champion():
    return UserFactory(first_name="Helen", last_name="Okafor")


@pytest.fixture
def waiting(year, champion):
    return asked_of(champion, year.district, school_year=year)


def approve(request, champion, **fields):
    by = reach(request.district, champion, Capability.DECISION_ANSWER)
    usual = {"seen": seen(request), "by": by}
    return decisions.approve(request, request.options.first(), **(usual | fields))


def test_asking_tells_the_holder_of_the_position_and_leaves_a_turn_and_an_audit_row(year, champion):
    asker, decider = UserFactory(), seat_of(champion, year.district)
    department = DepartmentFactory(district=year.district)
    asked = question(decider, shares=(Share(department, "One recruiter"),))

    made = decisions.ask(asked, year=year, by=reach(year.district, asker))

    assert (made.state, made.options.count(), made.commitments.count()) == ("waiting", 2, 1)
    assert list(made.turns.values_list("kind", "by")) == [("asked", asker.pk)]
    assert Notice.objects.get(subject=f"decision:{made.pk}").reader == champion
    assert AuditEvent.objects.get(verb="decision.asked").detail["question"] == made.question


@pytest.mark.parametrize(
    "wrong",
    [
        {"ways": (Way("The only one"),)},
        {"ways": (Way("Yes"), Way("yes"))},
        {"ways": (Way("Yes", is_advised=True), Way("No", is_advised=True))},
        {"question": ""},
        {"due_on": TODAY - dt.timedelta(days=1)},
    ],
)
def test_what_cannot_be_decided_is_not_asked(year, champion, wrong):
    decider = seat_of(champion, year.district)

    with pytest.raises(Refused):
        decisions.ask(question(decider, **wrong), year=year, by=reach(year.district, UserFactory()))

    assert not DecisionRequest.objects.exists()


def test_nobody_asks_the_position_that_they_hold(year, champion):
    decider = seat_of(champion, year.district)
    with pytest.raises(Refused, match="cannot decide"):
        decisions.ask(question(decider), year=year, by=reach(year.district, champion))


def test_an_approval_chooses_an_option_tells_who_asked_and_asks_the_departments(waiting, champion):
    department = DepartmentFactory(district=waiting.district)
    partner = UserFactory()
    seat_of(partner, waiting.district, level="department", department=department)
    row = CommitmentFactory(district=waiting.district, request=waiting, department=department)

    assert approve(waiting, champion, words="Yes.")
    assert not approve(waiting, champion, words="Yes.")  # the button pressed twice

    waiting.refresh_from_db()
    assert (waiting.state, waiting.chosen, waiting.answered_by) == (
        "approved", waiting.options.first(), champion,
    )  # fmt: skip
    told = set(Notice.objects.filter(status="waiting").values_list("subject", "reader"))
    assert told == {
        (f"decision_news:{waiting.pk}", waiting.asked_by_id),
        (f"commitment:{row.pk}", partner.pk),
    }
    assert AuditEvent.objects.filter(verb="decision.approved").count() == 1


def test_only_the_present_holder_answers_and_never_who_asked(waiting, champion):
    before = UserFactory()
    AssignmentFactory(
        district=waiting.district, position=waiting.decider, holder=before,
        starts_on=dt.date(2025, 7, 1), ends_on=dt.date(2026, 6, 30),
    )  # fmt: skip
    DecisionRequest.objects.filter(pk=waiting.pk).update(asked_by=champion)
    waiting.refresh_from_db()

    for person in (before, UserFactory(), champion):
        with pytest.raises(decisions.NotTheirs):
            approve(waiting, person)

    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_who_answers_what_was_changed_meanwhile_reads_what_happened(waiting, champion):
    read, asker = seen(waiting), waiting.asked_by
    anew = question(waiting.decider, cost="$30,000")
    by = reach(waiting.district, asker)
    assert decisions.change(waiting, anew, seen=read, by=by, manages=nobody(waiting.district))

    with pytest.raises(Stale, match=f"{asker} changed what is asked at 10:00 AM.*cost"):
        approve(waiting, champion, seen=read)

    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_what_is_answered_cannot_be_changed_and_says_by_whom(waiting, champion):
    read = seen(waiting)
    approve(waiting, champion, words="Yes, from Title I.")
    by, anew = reach(waiting.district, waiting.asked_by), question(waiting.decider)

    with pytest.raises(Stale, match=r"Helen Okafor approved it.*Yes, from Title I"):
        decisions.change(waiting, anew, seen=read, by=by, manages=nobody(waiting.district))
    with pytest.raises(Refused, match="approved already"):
        decisions.change(waiting, anew, seen=seen(waiting), by=by, manages=nobody(waiting.district))


def test_an_option_whose_words_stay_is_the_same_one_after_a_change(waiting):
    kept = waiting.options.get(text="Leave it as it is")
    ways = (Way("Half a position"), Way("Leave it as it is"))
    by = reach(waiting.district, waiting.asked_by)

    decisions.change(
        waiting, question(waiting.decider, ways=ways), seen=seen(waiting), by=by,
        manages=nobody(waiting.district),
    )  # fmt: skip

    assert list(waiting.options.values_list("text", flat=True)) == [way.text for way in ways]
    assert waiting.options.get(text="Leave it as it is").pk == kept.pk


def test_asking_back_and_replying_bring_it_to_and_fro(waiting, champion):
    by = reach(waiting.district, champion, Capability.DECISION_ANSWER)
    asker = reach(waiting.district, waiting.asked_by)
    assert decisions.ask_back(waiting, "Which schools?", seen=seen(waiting), by=by)
    back = Notice.objects.get(subject=f"decision_news:{waiting.pk}")

    assert decisions.reply(
        waiting, "Harbor View.", seen=seen(waiting), by=asker, manages=nobody(waiting.district)
    )

    kinds = list(waiting.turns.values_list("kind", flat=True))
    back.refresh_from_db()
    assert (kinds, back.status) == (["asked", "asked_back", "replied"], "withdrawn")
    assert Notice.objects.get(subject=f"decision:{waiting.pk}").reader == champion


def test_no_without_words_and_no_withdrawing_by_others(waiting, champion):
    by = reach(waiting.district, champion, Capability.DECISION_ANSWER)
    with pytest.raises(Refused, match="Say why not"):
        decisions.decline(waiting, "  ", seen=seen(waiting), by=by)
    with pytest.raises(decisions.NotTheirs):
        decisions.withdraw(
            waiting, "Not needed.", seen=seen(waiting), by=reach(waiting.district, UserFactory()),
            manages=nobody(waiting.district),
        )  # fmt: skip


def test_a_department_confirms_by_its_own_partner_and_may_change_its_mind(waiting, champion):
    department = DepartmentFactory(district=waiting.district)
    partner, other = UserFactory(), UserFactory()
    seat_of(partner, waiting.district, level="department", department=department)
    seat_of(other, waiting.district, level="department", department=department, seat=2)
    row = CommitmentFactory(district=waiting.district, request=waiting, department=department)
    by = reach(waiting.district, partner, Capability.DEPARTMENT_WORK)
    with pytest.raises(Refused, match="not approved"):
        commitments.answer(row, "confirmed", seen="", by=by)
    approve(waiting, champion)

    with pytest.raises(decisions.NotTheirs):
        commitments.answer(row, "confirmed", seen="", by=reach(waiting.district, champion))
    assert commitments.answer(row, "confirmed", seen="", by=by)
    assert not commitments.answer(row, "confirmed", seen="", by=by)
    with pytest.raises(Stale, match=f"{partner} confirmed it"):
        commitments.answer(
            row, "declined", note="Not in December.", seen="", by=reach(waiting.district, other)
        )

    row.refresh_from_db()
    stamp = commitments.stamp(row)
    assert commitments.answer(row, "declined", note="Not in December.", seen=stamp, by=by)
    assert Notice.objects.filter(subject=f"commitment_news:{row.pk}", status="waiting").count() == 1


def test_the_agenda_of_the_deciders_meeting_offers_it_and_says_the_answer(waiting, champion):
    series = SeriesFactory(
        district=waiting.district, school_year=waiting.school_year, chair=waiting.decider
    )
    meeting = MeetingFactory(district=waiting.district, series=series)
    elsewhere = MeetingFactory(district=waiting.district, series__school_year=waiting.school_year)
    agendas.draft(meeting)
    agendas.draft(elsewhere)

    approve(waiting, champion, words="Yes.")
    agendas.draft(meeting)

    item = AgendaItem.objects.get(subject=f"decision:{waiting.pk}")
    assert (item.meeting, item.source, item.title) == (meeting, "decision", waiting.question)
    assert item.note == (
        "Approved by Helen Okafor, Oct 29: A coach for 0.4 of a position. \u201cYes.\u201d"
    )
    assert item.settled_at is not None


class Conversation(RuleBasedStateMachine):
    """Asker and decider act in any order on what they see or on what they saw long ago."""

    @initialize()
    def begin(self):
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.champion, self.asker = UserFactory(), UserFactory()
        district = DistrictFactory()
        self.request = asked_of(self.champion, district, asked_by=self.asker)
        self.by = reach(district, self.champion, Capability.DECISION_ANSWER)
        self.asks = reach(district, self.asker)
        self.none = nobody(district)
        self.words, self.ends = 0, set()

    def attempt(self, act, *args, **kwargs):
        self.words += 1
        try:
            return act(self.request, *args, **kwargs)
        except Refused:
            return False

    def turn_seen(self, fresh):
        turns = DecisionTurn.objects.filter(request=self.request).order_by("pk")
        return (turns.last() if fresh else turns.first()).pk

    @rule(fresh=sampled_from([True, True, False]))
    def ask_back(self, fresh):
        text = f"Which? {self.words}"
        self.attempt(decisions.ask_back, text, seen=self.turn_seen(fresh), by=self.by)

    @rule(fresh=sampled_from([True, True, False]))
    def reply(self, fresh):
        seen_now = self.turn_seen(fresh)
        text = f"These. {self.words}"
        self.attempt(decisions.reply, text, seen=seen_now, by=self.asks, manages=self.none)

    @rule(fresh=sampled_from([True, True, False]))
    def change(self, fresh):
        anew = question(self.request.decider, cost=f"${self.words}")
        seen_now = self.turn_seen(fresh)
        self.attempt(decisions.change, anew, seen=seen_now, by=self.asks, manages=self.none)

    @rule(fresh=sampled_from([True, False]), say=sampled_from(["approve", "decline"]))
    def answer(self, fresh, say):
        seen_now = self.turn_seen(fresh)
        if say == "approve":
            option = self.request.options.first()
            self.attempt(decisions.approve, option, words="Yes", seen=seen_now, by=self.by)
        else:
            self.attempt(decisions.decline, f"No {self.words}", seen=seen_now, by=self.by)

    @rule()
    def withdraw(self):
        self.attempt(
            decisions.withdraw, f"Gone {self.words}", seen=self.turn_seen(fresh=True), by=self.asks,
            manages=self.none,
        )  # fmt: skip

    @invariant()
    def an_end_stays_and_each_state_has_its_turn(self):
        self.request.refresh_from_db()
        turns = list(self.request.turns.order_by("at", "pk").values_list("kind", "pk"))
        kinds = [kind for kind, _ in turns]
        state, closing = self.request.state, {"approved", "declined", "withdrawn"}
        assert kinds[0] == "asked"
        assert [pk for _, pk in turns] == sorted(pk for _, pk in turns)
        assert [kind for kind in kinds if kind in closing] == ([state] if state in closing else [])
        if state in closing:
            assert kinds[-1] == state
            self.ends.add(state)
        talk = [kind for kind in kinds if kind in ("asked_back", "replied")]
        assert talk == ["asked_back", "replied"] * (len(talk) // 2) + talk[len(talk) // 2 * 2 :]
        if state in ("waiting", "asked_back"):
            assert (state == "asked_back") == (talk[-1:] == ["asked_back"])
        assert len(self.ends) <= 1
        assert not self.ends or state in self.ends

    def teardown(self):
        if hasattr(self, "scope"):
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)


def test_whatever_asker_and_decider_do_the_turns_tell_it_and_an_answer_stays():
    few = settings(
        max_examples=10,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Conversation, settings=few)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_wins_and_the_other_reads_which():
    champion = UserFactory(first_name="Helen", last_name="Okafor")
    waiting = asked_of(champion, DistrictFactory())
    read, results, start = seen(waiting), [], threading.Barrier(2)

    def say(act, *args):
        by = reach(waiting.district, champion, Capability.DECISION_ANSWER)
        start.wait(10)
        try:
            results.append(act(waiting, *args, seen=read, by=by))
        except Refused as why:
            results.append(str(why))
        finally:
            connection.close()

    both = [
        threading.Thread(target=say, args=(decisions.approve, waiting.options.first())),
        threading.Thread(target=say, args=(decisions.decline, "Not this year.")),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(30)

    waiting.refresh_from_db()
    lost = next(each for each in results if each is not True)
    assert results.count(True) == 1
    assert "Meanwhile: Helen Okafor" in lost
    assert waiting.turns.exclude(kind="asked").values_list("kind", flat=True).get() == waiting.state
