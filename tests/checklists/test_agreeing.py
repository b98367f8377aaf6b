import datetime as dt

import pytest
import time_machine

from checklists.models import Checklist, RaterKind, Rating, Window
from checklists.services import agreeing
from checklists.services.actions import NewAction
from checklists.services.filling import Given
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Notice
from roles.notices import sources
from roles.services.refusal import Refused
from tests.checklists.pairs import pair_at
from tests.factories.checklists import ItemFactory, year_of
from tests.factories.roles import ClosureFactory, SchoolFactory, UserFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory()
    year_of(school.district)
    return school


@pytest.fixture
def pair(school):
    return pair_at(school)


@pytest.fixture
def own(pair):
    return pair[0]


@pytest.fixture
def by(own):
    return reach(own.district, own.rater)


@pytest.fixture
def other_by(pair):
    return reach(pair[1].district, pair[1].rater)


@pytest.fixture
def agreed(own, by):
    return agreeing.begin(own, by=by)


@pytest.fixture
def items(own):
    return list(own.template.items.all())


def action(form, **fields):
    given = {
        "text": "Set the cover list.",
        "owner": form.holder,
        "due_on": form.district.today() + dt.timedelta(7),
    }
    return NewAction(**{**given, **fields})


def agree_on_all(agreed, items, by, value=2):
    for item in items:
        kept = agreed.ratings.filter(item=item).first()
        base = kept.version if kept else 0
        agreeing.agree_on(agreed, item, Given(value), base=base, by=by)


def test_equal_ratings_are_agreed_and_the_others_wait(agreed, items):
    assert list(agreed.ratings.values_list("item", "value")) == [(items[0].pk, 2)]
    assert agreed.rater_kind == RaterKind.AGREED


def test_two_times_not_applicable_is_agreed_too(school):
    own, _ = pair_at(school, own=(None, 2), other=(None, None))

    agreed = agreeing.begin(own, by=reach(own.district, own.rater))

    assert [rating.not_applicable for rating in agreed.ratings.all()] == [True]


def test_whoever_comes_second_finds_the_form_that_is_there(agreed, own, other_by):
    assert agreeing.begin(own, by=other_by) == agreed
    assert AuditEvent.objects.filter(verb="checklist.agreeing_begun").count() == 1


def test_nobody_agrees_before_both_ratings_are_in(school):
    own, other = pair_at(school, both_in=False)

    for form in (own, other):
        with pytest.raises(Refused, match="Both ratings must be in"):
            agreeing.begin(form, by=reach(form.district, form.rater))


def test_only_the_two_agree_a_district_lead_does_not(own, agreed, items):
    lead = reach(own.district, member(AccessLevel.DISTRICT_LEAD, at=own.district))

    for act in (
        lambda: agreeing.begin(own, by=lead),
        lambda: agreeing.agree_on(agreed, items[1], Given(2), base=0, by=lead),
        lambda: agreeing.close_cycle(agreed, [action(own)], by=lead),
    ):
        with pytest.raises(Refused, match="Only the two who rated"):
            act()


def test_either_of_the_two_picks(agreed, items, by, other_by):
    agreeing.agree_on(agreed, items[1], Given(1), base=0, by=by)
    agreeing.agree_on(agreed, items[2], Given(not_applicable=True), base=0, by=other_by)

    assert list(agreed.ratings.values_list("value", flat=True)) == [2, 1, None]


def test_the_same_pick_again_changes_nothing(agreed, items, by, other_by):
    first = agreeing.agree_on(agreed, items[1], Given(1), base=0, by=by)
    again = agreeing.agree_on(agreed, items[1], Given(1), base=0, by=other_by)

    assert (again.version, again.saved_at) == (first.version, first.saved_at)


def test_a_pick_over_one_that_was_not_seen_is_refused_with_what_stands(agreed, items, by, other_by):
    agreeing.agree_on(agreed, items[1], Given(1), base=0, by=by)

    with pytest.raises(agreeing.Differs) as refused:
        agreeing.agree_on(agreed, items[1], Given(2), base=0, by=other_by)

    assert refused.value.kept.value == 1
    seen = refused.value.kept.version
    agreeing.agree_on(agreed, items[1], Given(2), base=seen, by=other_by)
    assert agreed.ratings.get(item=items[1]).value == 2


@pytest.mark.parametrize("given", [Given(), Given(7), Given(2, note="x" * 2001)])
def test_what_is_no_answer_is_refused(agreed, items, by, given):
    with pytest.raises(Refused):
        agreeing.agree_on(agreed, items[1], given, base=0, by=by)


def test_an_item_of_another_checklist_is_refused(agreed, by):
    with pytest.raises(Refused, match="not on this checklist"):
        agreeing.agree_on(agreed, ItemFactory(district=by.district), Given(2), base=0, by=by)


def test_closing_locks_the_agreed_rating_with_its_result(agreed, items, own, by):
    agree_on_all(agreed, items, by)

    closed = agreeing.close_cycle(agreed, [action(own)], by=by)

    assert (closed.score, closed.coverage, closed.band) == (100, 100, "on_track")
    assert closed.actions.get().text == "Set the cover list."
    assert AuditEvent.objects.filter(verb="checklist.cycle_closed").count() == 1


def test_the_thresholds_of_the_checklist_decide_the_band(school):
    own, _ = pair_at(school, own=(1, 2), other=(1, 2))
    type(own.template).objects.filter(pk=own.template_id).update(on_track_from=70)
    by = reach(own.district, own.rater)

    closed = agreeing.close_cycle(agreeing.begin(own, by=by), [action(own)], by=by)

    assert (closed.score, closed.band) == (75, "on_track")


def test_the_other_one_gets_a_letter_with_the_link(agreed, items, own, pair, by):
    agree_on_all(agreed, items, by)
    agreeing.close_cycle(agreed, [action(own)], by=by)

    notice = Notice.objects.get(subject=f"cycle_closed:{agreed.pk}")
    assert notice.reader == pair[1].rater
    line = sources()["cycle_closed"].still(agreed.district, [notice.subject])[notice.subject]
    assert line.path.endswith(f"/checklists/{agreed.pk}/compare/")
    assert "Set the cover list." in line.words


def test_closing_is_refused_while_items_are_open_and_nothing_is_planned(agreed, own, by, items):
    with pytest.raises(agreeing.NotAgreed) as refused:
        agreeing.close_cycle(agreed, [action(own)], by=by)

    assert refused.value.items == items[1:]
    agreed.refresh_from_db()
    assert not agreed.is_submitted
    assert not agreed.actions.exists()


@pytest.mark.parametrize("number", [0, 4])
def test_a_cycle_closes_with_one_to_three_actions(agreed, own, by, items, number):
    agree_on_all(agreed, items, by)

    with pytest.raises(Refused, match="one to 3 actions"):
        agreeing.close_cycle(agreed, [action(own)] * number, by=by)

    agreed.refresh_from_db()
    assert not agreed.is_submitted


def test_an_action_nobody_there_can_own_refuses_the_whole(agreed, own, by, items):
    agree_on_all(agreed, items, by)

    with pytest.raises(Refused, match="no access there"):
        agreeing.close_cycle(agreed, [action(own), action(own, owner=UserFactory())], by=by)

    assert not agreed.actions.exists()


def test_a_closed_cycle_never_changes(agreed, own, by, other_by, items):
    agree_on_all(agreed, items, by)
    agreeing.close_cycle(agreed, [action(own)], by=by)

    for act in (
        lambda: agreeing.agree_on(agreed, items[0], Given(0), base=1, by=other_by),
        lambda: agreeing.close_cycle(agreed, [action(own)], by=other_by),
        lambda: agreeing.begin(own, by=other_by),
    ):
        with pytest.raises(Refused, match="cycle is closed"):
            act()
    assert Rating.objects.filter(checklist=agreed, value=2).count() == 3
    assert Notice.objects.filter(source="cycle_closed").count() == 1


def test_the_two_may_agree_thirty_school_days_after_the_window_and_no_longer(school):
    """Friday, October 30, closes the window; Thanksgiving week is off."""
    own, _ = pair_at(school)
    friday = dt.date(2026, 10, 30)
    Window.objects.filter(pk=own.window_id).update(opens_on=friday, closes_on=friday)
    ClosureFactory(
        district=school.district,
        school_year=year_of(school.district),
        first_day=dt.date(2026, 11, 23),
        last_day=dt.date(2026, 11, 27),
    )
    own.refresh_from_db()
    by = reach(own.district, own.rater)

    last = agreeing.last_day(Window.objects.get(pk=own.window_id), own.district)
    assert last == dt.date(2026, 12, 18)
    with time_machine.travel("2026-12-18 18:00Z", tick=False):
        agreed = agreeing.begin(own, by=by)
    with (
        time_machine.travel("2026-12-19 18:00Z", tick=False),
        pytest.raises(Refused, match="until December 18"),
    ):
        agreeing.agree_on(agreed, own.template.items.all()[1], Given(2), base=0, by=by)


def test_a_window_that_was_closed_early_counts_from_that_day(school):
    own, _ = pair_at(school)
    window = Window.objects.get(pk=own.window_id)
    window.closes_on = dt.date(2026, 12, 18)
    window.closed_at = dt.datetime(2026, 10, 30, 18, tzinfo=dt.UTC)

    assert agreeing.last_day(window, own.district) == dt.date(2026, 12, 11)
    with time_machine.travel("2026-12-12 18:00Z", tick=False):
        assert not agreeing.is_in_time(window, own.district)


def test_a_form_that_was_set_aside_has_no_pair(own, by):
    Checklist.objects.filter(pk=own.pk).update(withdrawn_at=own.submitted_at)

    with pytest.raises(Refused, match="Both ratings must be in"):
        agreeing.begin(own, by=by)
