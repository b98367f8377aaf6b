"""A gap on its way: what opens and closes it, what is planned for it, where it stands."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from roadmap.models import Milestone
from roadmap.services import milestones
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from selfassessment.causes import causes_of
from selfassessment.gap_notices import ReadyGaps
from selfassessment.gaps import open_work
from selfassessment.loop import GapState, Way, next_step, state_of, words
from selfassessment.models import Gap, IndicatorRating, Round, Stage
from selfassessment.services import gaps
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    member,
)
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
)
from tests.factories.selfassessment_gaps import GapFactory, GapMilestoneFactory, SnapshotFactory
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]

EARLIER = dt.datetime(2026, 9, 10, 15, tzinfo=dt.UTC)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def by(year, lead):
    return reach(year.district, lead, capability=Capability.ASSESSMENT_RATE)


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026")


@pytest.fixture
def gap(year):
    """Opened in September by a round that has closed with nothing on file."""
    place = {"district": year.district}
    baseline = RoundFactory(**place, school_year=year, closed=True, label="Baseline")
    rating = RatingFactory(**place, round=baseline, value=1, rated_at=EARLIER, hint=0)
    SnapshotFactory(**place, round=baseline, content={"6b.1": {"evidence": []}})
    return GapFactory(**place, rating=rating, opened_at=EARLIER)


def rated(round_, value, code="6b.1"):
    return RatingFactory(district=round_.district, round=round_, code=code, value=value)


def evidence(label="Minutes of the board", dated_on="2026-10-05"):
    return {
        "label": label, "told": "", "source": "Added by hand", "dated_on": dated_on,
        "view_name": "", "pk": None, "url": "",
    }  # fmt: skip


def frozen(round_, *items):
    return SnapshotFactory(
        district=round_.district, round=round_, content={"6b.1": {"evidence": list(items)}}
    )


def planned(year, **fields):
    """A milestone in the roadmap of the school year."""
    phase = PhaseFactory(district=year.district, school_year=year)
    return MilestoneFactory(district=year.district, phase=phase, **fields)


def stands(by):
    return open_work(by)[0]


def done(milestone, by):
    milestones.mark_done(milestone, proof_text="Approved on October 5.", by=by)


# What opens a gap


def test_a_rating_below_the_target_opens_one_gap(by, opened):
    first = gaps.opened_for(rated(opened, 1), by=by)

    assert (first.code, first.target, first.is_open) == ("6b.1", 2, True)
    assert AuditEvent.objects.filter(verb="gap.opened").count() == 1


def test_a_rating_at_the_target_opens_none(by, opened):
    assert gaps.opened_for(rated(opened, 2), by=by) is None
    assert not Gap.objects.exists()


def test_rating_below_the_target_again_keeps_the_open_gap_and_raises_its_aim(by, gap, year):
    again = RoundFactory(district=year.district, school_year=year, target=3)

    assert gaps.opened_for(rated(again, 1), by=by) == gap
    gap.refresh_from_db()
    assert (Gap.objects.count(), gap.target) == (1, 3)


def test_a_gap_that_nobody_touched_goes_when_the_same_round_rates_higher(by, opened):
    rating = rated(opened, 1)
    gaps.opened_for(rating, by=by)
    rating.value = 2
    rating.save()

    gaps.opened_for(rating, by=by)

    assert not Gap.objects.exists()
    assert AuditEvent.objects.filter(verb="gap.withdrawn").exists()


def test_an_old_round_put_right_opens_no_gap_where_a_later_one_reached_the_target(by, year):
    old = rated(RoundFactory(district=year.district, school_year=year), 1)
    rated(RoundFactory(district=year.district, school_year=year, closed=True), 2)

    assert gaps.opened_for(old, by=by) is None


# What is done about it


def test_explaining_needs_a_cause_and_an_aim_above_the_rating(by, gap, year):
    owner = PositionFactory(district=year.district)

    with pytest.raises(Refused, match="Say why"):
        gaps.explain(gap, " ", owner, 2, by=by)
    with pytest.raises(Refused, match="aim higher"):
        gaps.explain(gap, "Nobody approved it.", owner, 1, by=by)
    assert gaps.explain(gap, "Nobody approved it.", owner, 3, by=by)
    assert not gaps.explain(gap, "Nobody approved it.", owner, 3, by=by)
    assert AuditEvent.objects.filter(verb="gap.explained").count() == 1


def test_what_comes_from_the_library_serves_the_gap_and_has_a_day_to_come(by, gap, year):
    assert gaps.take_from_library(gap, ["M06", "M25"], by=by) == 1  # M25 serves another indicator
    assert gaps.take_from_library(gap, ["M06"], by=by) == 0

    milestone = gap.steps.get().milestone
    assert milestone.key == "M06"
    assert "6b.1" in milestone.supports
    assert by.district.today() < milestone.due_on <= year.ends_on


def test_what_the_roadmap_has_already_is_taken_without_a_copy(by, gap, year):
    there = planned(year, key="M06", supports=["6b.1"])

    gaps.take_from_library(gap, ["M06"], by=by)

    assert gap.steps.get().milestone == there
    assert Milestone.objects.count() == 1


def test_a_milestone_of_the_roadmap_counts_for_the_indicator_once_it_works_on_the_gap(
    by, gap, year
):
    milestone = planned(year, supports=["6c.1"])

    assert gaps.plan(gap, milestone, by=by)
    assert not gaps.plan(gap, milestone, by=by)

    milestone.refresh_from_db()
    assert milestone.supports == ["6b.1", "6c.1"]


def test_a_new_milestone_needs_no_roadmap(by, gap, year):
    gap.owner = PositionFactory(district=year.district)
    gap.save()

    made = gaps.new_milestone(gap, {"title": "Approve it", "due_on": dt.date(2026, 12, 1)}, by=by)

    assert (made.supports, made.owner, made.school_year) == (["6b.1"], gap.owner, year)
    assert gap.steps.get().milestone == made


def test_dropping_says_why_and_settles(by, gap, year):
    with pytest.raises(Refused):
        gaps.drop(gap, "", by=by)
    gaps.drop(gap, "The program ends in June.", by=by)

    gap.refresh_from_db()
    assert (gap.is_open, gap.dropped_by) == (False, by.user)
    with pytest.raises(Refused, match="settled"):
        gaps.plan(gap, planned(year), by=by)


# What closes it


def test_a_round_with_evidence_closes_the_gap_that_it_reached(by, gap, opened):
    rating = rated(opened, 3)
    frozen(opened, evidence())

    assert gaps.settle(opened, by=by) == [gap]
    gap.refresh_from_db()
    assert (gap.closing_rating, gap.is_open) == (rating, False)
    assert gaps.settle(opened, by=by) == []


@pytest.mark.parametrize(("value", "items"), [(3, []), (1, [evidence()])])
def test_no_gap_closes_without_evidence_or_below_its_aim(by, gap, opened, value, items):
    rated(opened, value)
    frozen(opened, *items)

    assert gaps.settle(opened, by=by) == []
    gap.refresh_from_db()
    assert gap.is_open


def test_work_on_a_gap_is_kept_where_its_own_round_comes_to_the_target(by, opened):
    rating = rated(opened, 1)
    gap = gaps.opened_for(rating, by=by)
    gaps.explain(gap, "Nobody approved it.", None, 2, by=by)
    rating.value = 2
    rating.save()
    gaps.opened_for(rating, by=by)
    frozen(opened, evidence())

    assert gaps.settle(opened, by=by) == []

    gap.refresh_from_db()
    assert gap.closed_at is None
    assert gap.dropped_why.startswith("Rated 2 before its round was signed")


def test_a_round_that_is_opened_again_opens_the_gaps_that_it_closed(by, gap, opened):
    rated(opened, 3)
    frozen(opened, evidence())
    gaps.settle(opened, by=by)

    assert gaps.unsettle(opened, by=by) == [gap]
    gap.refresh_from_db()
    assert gap.is_open


# Where it stands


@pytest.mark.parametrize(
    ("way", "state", "says"),
    [
        (Way(2, value=1), GapState.EXPLAIN, "To explain"),
        (Way(2, value=1, explained=True), GapState.PLAN, "To plan"),
        (Way(2, value=1, explained=True, steps=2, aside=2), GapState.PLAN, "To plan"),
        (
            Way(2, value=1, explained=True, steps=3, done=1, aside=1),
            GapState.WORK,
            "In work, 1 of 2 milestones done",
        ),
        (Way(2, value=1, explained=True, steps=1, done=1), GapState.WORK, "Waits for evidence"),
        (Way(2, value=1, steps=2, done=1, aside=1, is_new=True), GapState.READY, None),
        (Way(2, value=1, steps=1, is_new=True, explained=True), GapState.WORK, None),
        (Way(2, value=1, explained=True, hint_above=2), GapState.READY, "Ready to re-rate"),
        (Way(3, value=1, explained=True, steps=1, hint_above=2), GapState.WORK, None),
        (
            Way(2, value=1, explained=True, steps=1, done=1, rated_again=True),
            GapState.PLAN,
            "To plan",
        ),
        (
            Way(2, value=2, rated_again=True, is_final=False),
            GapState.RATED,
            "Rated 2, waits for signatures",
        ),
        (Way(2, value=2, closed=True), GapState.CLOSED, "Closed"),
        (Way(2, value=1, dropped=True), GapState.DROPPED, "Dropped"),
    ],
)
def test_the_state_follows_from_what_is_so(way, state, says):
    assert state_of(way) is state
    assert says is None or words(way) == says
    assert bool(next_step(way)) is (state not in (GapState.CLOSED, GapState.DROPPED))


def test_a_milestone_done_with_proof_makes_the_gap_ready_and_reopening_takes_it_back(by, gap):
    gaps.explain(gap, "Nobody approved it.", None, 2, by=by)
    gaps.take_from_library(gap, ["M06"], by=by)
    milestone = gap.steps.get().milestone
    assert stands(by).state is GapState.WORK

    done(milestone, by)
    assert stands(by).state is GapState.READY

    milestones.reopen(milestone, reason="The board took it back.", by=by)
    assert stands(by).state is GapState.WORK


def test_rated_below_the_aim_again_asks_for_something_new(by, gap, opened):
    gaps.explain(gap, "Nobody approved it.", None, 2, by=by)
    gaps.take_from_library(gap, ["M06"], by=by)
    done(gap.steps.get().milestone, by)
    rating = rated(opened, 1)
    rating.rated_at = timezone.now() + dt.timedelta(minutes=1)
    rating.save()

    work = stands(by)

    assert work.state is GapState.PLAN
    assert "still below the target" in work.next_step


def test_a_gap_whose_rating_is_voted_on_anew_still_stands(by, opened):
    rating = rated(opened, 1)
    gaps.opened_for(rating, by=by)
    blank = {"value": None, "rated_by": None, "rated_at": None, "rationale": ""}
    IndicatorRating.objects.update(stage=Stage.VOTING, **blank)

    assert stands(by).state is GapState.EXPLAIN


# What a new rating may name


def test_causes_are_what_is_new_and_the_work_on_the_gap(by, gap, opened):
    HandEvidenceFactory(
        district=by.district, code="6b.1", says__label="Old", says__dated_on=dt.date(2026, 9, 1)
    )
    new = HandEvidenceFactory(
        district=by.district, code="6b.1", says__label="New", says__dated_on=dt.date(2026, 10, 1)
    )
    gaps.take_from_library(gap, ["M06"], by=by)
    done(gap.steps.get().milestone, by)
    rating = rated(opened, 2)

    found = causes_of(rating, by=by)

    assert [each.kind for each in found][:1] == ["gap"]
    labels = {each.label for each in found}
    assert new.revisions.get().label in labels
    assert "Program Lead job description approved" in labels
    assert found[0].row(rating).gap == gap


# Who is asked


def ready_gap(by, gap):
    gaps.take_from_library(gap, ["M06"], by=by)
    done(gap.steps.get().milestone, by)
    return gap


def asked(by):
    today = by.district.today()
    return list(ReadyGaps().due(by.district, today - dt.timedelta(days=9), today))


def test_a_ready_gap_asks_the_district_lead_where_nobody_facilitated(by, gap, lead):
    ready_gap(by, gap)

    (due,) = asked(by)

    assert (due.reader_id, due.verb, due.title) == (lead.pk, "Rate", "6b.1 again")
    assert due.path.endswith(f"/gaps/{gap.pk}/")
    assert set(ReadyGaps().still(by.district, [due.subject])) == {due.subject}


def test_while_a_round_takes_the_indicator_its_team_is_asked(by, gap, opened):
    ready_gap(by, gap)
    RatingFactory(
        district=by.district, round=opened, stage=Stage.WAITING, value=None, rated_by=None,
        rated_at=None,
    )  # fmt: skip
    team = RoundMemberFactory(district=by.district, round=opened)

    (due,) = asked(by)

    assert due.reader_id == team.user_id
    assert due.path.endswith("/room/")


def test_once_it_is_rated_nobody_is_asked_any_more(by, gap, opened):
    ready_gap(by, gap)
    rating = rated(opened, 2)
    rating.rated_at = timezone.now() + dt.timedelta(minutes=1)
    rating.save()

    assert asked(by) == []


# Pages


@pytest.fixture
def visitor(client, lead):
    client.force_login(lead)
    return client


def at(gap, name, **kwargs):
    kwargs = {"district": gap.district.slug, **({"pk": gap.pk} if name != "gaps" else {}), **kwargs}
    return reverse(f"selfassessment:{name}", kwargs=kwargs)


def test_without_any_round_the_list_says_where_gaps_come_from(visitor, year):
    page = visitor.get(reverse("selfassessment:gaps", args=[year.district.slug]))

    assert "Gaps come from a round" in page.content.decode()


def test_the_page_of_a_gap_leads_from_cause_to_milestone_to_rating_again(visitor, gap, by):
    RoleFactory(district=gap.district, key="DEPT_HR", title="Human resources")
    assert "Say why" in visitor.get(at(gap, "gap")).content.decode()

    cause = {"cause": "Nobody approved it.", "target": "3", "owner": ""}
    visitor.post(at(gap, "gap-explain"), cause)
    visitor.post(at(gap, "gap-take"), {"keys": ["M06"]})
    done(gap.steps.get().milestone, by)
    page = visitor.get(at(gap, "gap"))

    assert page.context["work"].state is GapState.READY
    assert f"{reverse('selfassessment:round-open', args=[gap.district.slug])}?codes=6b.1" in (
        page.content.decode()
    )


def test_a_refused_form_keeps_what_was_typed(visitor, gap):
    page = visitor.post(
        at(gap, "gap-new-milestone"), {"title": "Approve it", "due_on": "2026-10-01"}
    )

    assert page.status_code == 422
    assert page.context["new_form"]["title"].value() == "Approve it"
    assert "still to come" in page.content.decode()
    assert not gap.steps.exists()


def test_ticking_nothing_is_said_beside_the_list(visitor, gap):
    page = visitor.post(at(gap, "gap-take"), {})

    assert page.status_code == 422
    assert "Tick at least one milestone" in page.content.decode()


def test_a_milestone_comes_off_the_gap_and_stays_in_the_roadmap(visitor, gap, year):
    step = GapMilestoneFactory(district=gap.district, gap=gap, milestone=planned(year))

    visitor.post(at(gap, "gap-unplan", milestone_pk=step.milestone_id))

    assert not gap.steps.exists()
    assert Milestone.objects.filter(pk=step.milestone_id).exists()


def test_a_reader_sees_the_gap_without_any_form(client, gap):
    client.force_login(member(AccessLevel.AUDITOR, at=gap.district))

    page = client.get(at(gap, "gap"))

    assert "explain_form" not in page.context
    assert client.post(at(gap, "gap-drop"), {"why": "No."}).status_code == 403


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("name", ["gaps", "gap", "gap-story"])
def test_pages_cost_the_same_queries_at_any_size(
    visitor, gap, year, size, name, django_assert_max_num_queries
):
    place = {"district": gap.district}
    for code in ("6b.2", "6b.3", "6c.1", "6c.2", "6b.4")[:size]:
        rating = RatingFactory(**place, round=gap.rating.round, code=code, value=0)
        other = GapFactory(**place, rating=rating, owner=PositionFactory(**place))
        for each in (gap, other):
            milestone = planned(year, owner=PositionFactory(**place), done=True)
            GapMilestoneFactory(**place, gap=each, milestone=milestone)
    visitor.get(at(gap, name))

    with django_assert_max_num_queries(48 if name == "gap" else 32):
        visitor.get(at(gap, name))


def test_a_rounds_gap_list_keeps_what_is_settled(visitor, gap, by):
    gaps.drop(gap, "The program ends in June.", by=by)

    page = visitor.get(at(gap, "gaps"))

    assert [work.gap for work in page.context["settled"]] == [gap]
    assert Round.objects.count() == 1


def test_a_milestones_page_names_the_gap_that_it_was_planned_for(client, visitor, year):
    step = GapMilestoneFactory(
        district=year.district,
        milestone__school_year=year,
        milestone__phase__school_year=year,
        gap__rating__round__school_year=year,
    )
    page = reverse(
        "roadmap:detail", kwargs={"district": year.district.slug, "pk": step.milestone_id}
    )
    gap_page = reverse(
        "selfassessment:gap", kwargs={"district": year.district.slug, "pk": step.gap_id}
    )

    told = visitor.get(page).content.decode()
    client.force_login(member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=year.district)))
    untold = client.get(page).content.decode()

    assert f'<a href="{gap_page}">Closes the gap in 6b.1' in told
    assert "the gap in" not in untold
