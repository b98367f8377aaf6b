"""The closed loop under random work: rounds rated, signed and reopened, gaps explained, planned,
dropped, milestones done and taken back, job descriptions published and withdrawn.
"""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from roadmap.models import Milestone
from roadmap.services import milestones
from roles.capabilities import AccessLevel, Capability
from roles.models import JobDescriptionVersion
from roles.services.refusal import Refused
from selfassessment.causes import causes_of, previous_rating, words
from selfassessment.collecting import collect
from selfassessment.gaps import rows, standing
from selfassessment.loop import GapState
from selfassessment.models import EvidenceSnapshot, Gap, IndicatorRating, Round
from selfassessment.services import agreeing, gaps, rounds, signing
from selfassessment.stories import story_of
from tests.conftest import SCHOOL_DAY
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import HandEvidenceFactory
from tests.reach import reach

CODES = ["6b.1", "6c.2"]
LIBRARY = {"6b.1": ["M06", "M24"], "6c.2": ["M25"]}
SIGNERS = ("PROGRAM_LEAD", "EXEC_CHAMPION")
codes = st.sampled_from(CODES)
values = st.integers(0, 3)


class Loop(RuleBasedStateMachine):
    """One fresh district; the clock goes on by an hour with each step."""

    clock = None

    @initialize()
    def district(self):
        self.clock.move_to(SCHOOL_DAY)
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.year = SchoolYearFactory()
        self.lead = member(AccessLevel.DISTRICT_LEAD, at=self.year.district)
        self.by = reach(self.year.district, self.lead, capability=Capability.ASSESSMENT_RATE)
        roles = [RoleFactory(district=self.year.district, key=k, title=k) for k in SIGNERS]
        for role in roles:
            seat = PositionFactory(district=self.year.district, role=role, school=None)
            AssignmentFactory(district=self.year.district, position=seat, holder=self.lead)
        text = JobDescriptionFactory(district=self.year.district, role=roles[0])
        self.version = VersionFactory(
            district=self.year.district, job_description=text, published=True
        )
        self.round = None
        self.number = 0

    def teardown(self):
        if hasattr(self, "scope"):
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)

    def tries(self, act, *args, **kwargs):
        """What is refused changes nothing and is no failure. True if it was done."""
        self.clock.shift(dt.timedelta(hours=1))
        try:
            with transaction.atomic():
                act(*args, **kwargs, by=self.by)
        except Refused:
            return False
        return True

    def is_(self, state):
        return self.round is not None and self.round.state == state

    def open_gaps(self):
        return list(Gap.objects.filter(district=self.by.district).open())

    # Rounds

    @precondition(lambda self: self.round is None or self.is_("closed"))
    @rule(target_=st.integers(1, 3), some=st.booleans())
    def open_round(self, target_, some):
        self.number += 1
        today = self.by.district.today()
        self.clock.shift(dt.timedelta(hours=1))
        self.round = rounds.open_round(
            f"Round {self.number}", today, today, codes=CODES[:1] if some else CODES,
            mode="room", target=target_, facilitator=self.lead, by=self.by,
        )  # fmt: skip

    @precondition(lambda self: self.is_("open"))
    @rule(data=st.data(), named=st.sampled_from(["new", "said", "none"]))
    def rate(self, data, named):
        for code in CODES:
            self.rate_one(code, data.draw(values), named)

    def rate_one(self, code, value, named):
        rating = IndicatorRating.objects.filter(round=self.round, code=code).first()
        if rating is None:
            return
        before = previous_rating(rating)
        found = causes_of(rating, by=self.by) if named == "new" else []
        causes = [words("We looked again.")] if named == "said" else found
        done = self.tries(agreeing.agree, self.round, code, value, "As we see it.", causes=causes)
        changes = before is not None and before.value != value
        assert done is not (changes and not causes)

    @precondition(lambda self: self.is_("open"))
    @rule()
    def finish(self):
        if self.tries(rounds.finish, self.round):
            self.round.refresh_from_db()

    @precondition(lambda self: self.is_("open") or self.is_("signing"))
    @rule()
    def close(self):
        if self.is_("open") and not self.tries(rounds.finish, self.round):
            return
        self.round.refresh_from_db()
        seen = self.round.snapshots.first().digest
        for capacity in ("program_lead", "champion"):
            self.tries(signing.sign, self.round, capacity, seen=seen)
        self.round.refresh_from_db()
        assert self.round.is_closed

    @precondition(lambda self: self.is_("signing") or self.is_("closed"))
    @rule()
    def reopen_round(self):
        self.tries(rounds.reopen, self.round, "Something was left out.")
        self.round.refresh_from_db()

    # Gaps

    @precondition(lambda self: self.open_gaps())
    @rule(data=st.data(), target_=st.integers(1, 3))
    def explain(self, data, target_):
        gap = data.draw(st.sampled_from(self.open_gaps()))
        self.tries(gaps.explain, gap, "Nobody owned it.", None, target_)

    @precondition(lambda self: self.open_gaps())
    @rule(data=st.data(), own=st.booleans())
    def plan(self, data, own):
        gap = data.draw(st.sampled_from(self.open_gaps()))
        if own:
            due_on = self.by.district.today() + dt.timedelta(days=20)
            self.tries(gaps.new_milestone, gap, {"title": "Write it down", "due_on": due_on})
        else:
            self.tries(gaps.take_from_library, gap, LIBRARY[gap.code])

    @precondition(lambda self: self.open_gaps())
    @rule(data=st.data())
    def drop(self, data):
        self.tries(gaps.drop, data.draw(st.sampled_from(self.open_gaps())), "Not this year.")

    # What the records say

    @precondition(lambda self: Milestone.objects.filter(district=self.by.district).exists())
    @rule(data=st.data(), act=st.sampled_from(["done", "done", "reopen", "aside"]))
    def work(self, data, act):
        found = list(Milestone.objects.filter(district=self.by.district).order_by("pk"))
        milestone = data.draw(st.sampled_from(found))
        if act == "done":
            self.tries(milestones.mark_done, milestone, proof_text="Minutes of the board")
        elif act == "reopen":
            self.tries(milestones.reopen, milestone, reason="It was not over.")
        else:
            self.tries(milestones.set_aside, milestone, reason="Not for us.")

    @rule(published=st.booleans())
    def publish(self, published):
        """Without the service: what counts here is that the text is in force, or is not."""
        status = JobDescriptionVersion.Status
        new = status.PUBLISHED if published else status.SUPERSEDED
        JobDescriptionVersion.objects.filter(pk=self.version.pk).update(status=new)

    @rule(code=codes)
    def add_evidence(self, code):
        HandEvidenceFactory(
            district=self.by.district, code=code, says__dated_on=self.by.district.today()
        )

    # What always holds

    @invariant()
    def no_gap_closes_without_evidence(self):
        for gap in self.gaps_of().filter(closed_at__isnull=False):
            frozen = EvidenceSnapshot.objects.filter(round=gap.closing_rating.round).first()
            assert frozen.content[gap.code]["evidence"]
            assert gap.closing_rating.value >= gap.target
            assert gap.closing_rating.round.is_closed

    @invariant()
    def no_rating_changes_without_a_cause(self):
        for rating in IndicatorRating.objects.filter(round=self.round).rated():
            before = previous_rating(rating)
            if before and before.value != rating.value:
                assert rating.causes.exists()

    @invariant()
    def each_indicator_has_one_open_gap_at_most_and_one_where_it_fell_short(self):
        open_codes = [gap.code for gap in self.open_gaps()]
        assert len(open_codes) == len(set(open_codes))
        given = IndicatorRating.objects.filter(district=self.by.district).rated()
        short = given.filter(round__state=Round.State.CLOSED).select_related("round")
        for rating in short:
            if rating.value < rating.round.target:
                assert self.gaps_of().filter(code=rating.code).exists()

    @invariant()
    def the_story_is_always_readable(self):
        if not self.gaps_of().exists():
            return
        facts = collect(self.by, self.by.district.today())
        for work in standing(self.by, rows(self.by), facts):
            story = story_of(self.by, work, facts)
            assert all(chapter.title for chapter in story.chapters)
            assert [c.kind for c in story.chapters][:5] == [
                "rating", "gap", "milestone", "artefact", "evidence",
            ]  # fmt: skip
            settled = {GapState.CLOSED, GapState.DROPPED}
            assert bool(work.next_step) is (work.state not in settled)

    def gaps_of(self):
        return Gap.objects.filter(district=self.by.district).select_related("closing_rating__round")


@pytest.mark.django_db
def test_the_loop_holds_under_random_work(school_day):
    Loop.clock = school_day
    run_state_machine_as_test(
        Loop,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
