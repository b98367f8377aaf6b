"""Who may read the ratings of a form: one test for each side of each rule."""

import pytest

from checklists.models import Checklist, Rating
from roles.access import Access
from roles.capabilities import AccessLevel
from tests.factories.checklists import form_with_items, lock, observed
from tests.factories.roles import SchoolFactory, UserFactory, member, member_near

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def form(school):
    return form_with_items(1, ratings=[2], district=school.district, school=school)


def access(user, district):
    return Access.from_memberships(user, district, user.memberships.filter(district=district))


def reads(user, form):
    """Whether the person may read the form's ratings, asked of forms and of ratings."""
    mine = access(user, form.district)
    of_forms = Checklist.objects.readable_by(mine).filter(pk=form.pk).exists()
    of_ratings = Rating.objects.readable_by(mine).filter(checklist=form).exists()
    assert of_forms == of_ratings or not form.ratings.exists()
    return of_forms


def test_the_rater_reads_the_own_form_at_any_time(form):
    member(AccessLevel.SITE_LEADER, at=form.school, user=form.rater)

    assert reads(form.rater, form)


@pytest.mark.parametrize("level", list(AccessLevel))
def test_nobody_else_reads_a_form_before_it_is_submitted(form, level):
    assert not reads(member_near(level, form.school), form)


@pytest.mark.parametrize("level", list(AccessLevel))
def test_of_all_levels_only_the_district_lead_reads_a_submitted_form(form, level):
    who = member_near(level, form.school)

    assert reads(who, lock(form)) == (level == AccessLevel.DISTRICT_LEAD)


@pytest.mark.parametrize("level", list(AccessLevel))
def test_a_form_of_the_district_is_read_by_no_other_level_either(school, level):
    """The district's rows are shared, yet not with a capability that the person does not hold."""
    form = lock(form_with_items(1, ratings=[2], district=school.district))

    assert reads(member_near(level, school), form) == (level == AccessLevel.DISTRICT_LEAD)


def test_a_lead_of_another_district_reads_nothing(form):
    stranger = member(AccessLevel.DISTRICT_LEAD, at=SchoolFactory().district)

    assert not reads(stranger, lock(form))


def test_an_observers_form_is_hidden_from_the_holder_until_the_own_rating_is_in(form):
    other = lock(observed(form, UserFactory()))
    member(AccessLevel.SITE_LEADER, at=form.school, user=form.holder)

    assert not reads(form.holder, other)
    lock(form)
    assert reads(form.holder, other)


def test_an_observers_draft_stays_hidden_from_the_holder_even_then(form):
    other = observed(form, UserFactory())
    member(AccessLevel.SITE_LEADER, at=form.school, user=form.holder)
    lock(form)

    assert not reads(form.holder, other)


def test_being_a_district_lead_is_no_way_around_that_rule(form):
    other = lock(observed(form, UserFactory()))
    member(AccessLevel.DISTRICT_LEAD, at=form.district, user=form.holder)

    assert not reads(form.holder, other)
    lock(form)
    assert reads(form.holder, other)


def test_the_self_rating_of_another_window_does_not_lift_the_rule(form):
    elsewhere = form_with_items(1, district=form.district, holder=form.holder)
    lock(elsewhere)
    other = lock(observed(form, UserFactory()))

    assert not reads(form.holder, other)


def test_an_observer_does_not_read_the_self_rating(form):
    watcher = member(AccessLevel.SITE_LEADER, at=form.school)
    observed(form, watcher)

    assert not reads(watcher, lock(form))


def test_progress_is_seen_within_reach_only(form):
    near = access(member(AccessLevel.SITE_LEADER, at=form.school), form.district)
    far_school = SchoolFactory(district=form.district)
    far = access(member(AccessLevel.SITE_LEADER, at=far_school), form.district)

    seen = [
        Checklist.objects.reachable(who.reach("checklist.view")).filter(pk=form.pk).exists()
        for who in (near, far)
    ]

    assert seen == [True, False]
