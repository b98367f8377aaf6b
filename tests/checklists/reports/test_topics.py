"""What a closed window offers to learn about, and what it never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.models import RaterKind, Rating
from checklists.reports.topics import offers_of, passes
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.factories.checklists import (
    ChecklistFactory,
    ItemFactory,
    RatingFactory,
    TemplateFactory,
    WindowFactory,
    lock,
    observed,
)
from tests.factories.roles import DistrictFactory, RoleFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def window(district):
    return WindowFactory(district=district, over=True)


@pytest.fixture
def item(district):
    role = RoleFactory(district=district, title="Site Tutoring Lead")
    template = TemplateFactory(district=district, role=role)
    return ItemFactory(district=district, template=template, scale="impl_0_2")


def rated(window, item, value, **fields):
    """A submitted form with this answer; None: not applicable."""
    form = form_at_a_school(window, item, **fields)
    RatingFactory(
        district=window.district,
        checklist=form,
        item=item,
        value=value,
        not_applicable=value is None,
    )
    return lock(form)


def form_at_a_school(window, item, **fields):
    school = SchoolFactory(district=window.district)
    return ChecklistFactory(
        district=window.district, window=window, template=item.template, school=school, **fields
    )


def found(window):
    reach = Reach(UserFactory(), window.district, Capability.CHECKLIST_MANAGE, EVERYWHERE)
    return offers_of(window, reach)


def figures(window):
    return [(offer.low, offer.raters) for offer in found(window).offers]


def test_an_item_that_three_of_ten_rated_low_is_offered(window, item):
    for value in [0, 1, 0, 2, 2, 2, 2, 2, 2, 2]:
        rated(window, item, value)

    (offer,) = found(window).offers

    assert (offer.item, offer.low, offer.raters, offer.percent) == (item, 3, 10, 30)
    assert offer.group == "Site Tutoring Lead"
    assert offer.low_words == "Not in place, Partly in place"


def test_an_item_that_fewer_than_thirty_percent_rated_low_is_not(window, item):
    for value in [0, 0, 2, 2, 2, 2, 2, 2]:
        rated(window, item, value)

    assert figures(window) == []


def test_a_group_of_two_is_never_offered_and_is_named_as_too_small(window, item):
    rated(window, item, 0)
    rated(window, item, 0)

    assert found(window).offers == ()
    assert found(window).too_few == (item.template.title,)


def test_one_person_in_three_positions_is_one_person(window, item):
    person = UserFactory()
    for _ in range(3):
        rated(window, item, 0, holder=person)

    assert figures(window) == []


def test_not_applicable_is_an_answer_and_not_a_low_one(window, item):
    for value in [0, None, None, None]:
        rated(window, item, value)

    assert figures(window) == []


@pytest.mark.parametrize(
    ("scale", "value", "is_low"),
    [
        ("impl_0_2", 1, True),
        ("impl_0_2", 2, False),
        ("yes_no", 0, True),
        ("yes_no", 1, False),
        ("matur_0_3", 1, True),
        ("matur_0_3", 2, False),
    ],
)
def test_low_is_the_lower_half_of_a_scale_with_its_middle(window, item, scale, value, is_low):
    item.scale = scale
    item.save()
    for _ in range(3):
        rated(window, item, value)

    assert bool(figures(window)) is is_low


def test_the_rating_that_stands_counts_once_for_each_position(window, item):
    for _ in range(3):
        form = rated(window, item, 2)
        second = observed(form, UserFactory())
        RatingFactory(district=window.district, checklist=second, item=item, value=0)
        lock(second)

    assert figures(window) == [(3, 3)]


def test_what_is_not_submitted_or_was_set_aside_does_not_count(window, item):
    for _ in range(3):
        rated(window, item, 0)
    open_form = form_at_a_school(window, item)
    RatingFactory(district=window.district, checklist=open_form, item=item, value=2)
    gone = rated(window, item, 2)
    gone.withdrawn_at = gone.submitted_at
    gone.save()

    assert figures(window) == [(3, 3)]


def test_within_a_role_the_largest_share_comes_first(window, item):
    worse = ItemFactory(district=window.district, template=item.template, order=item.order + 1)
    forms = [rated(window, item, value) for value in (0, 2, 2)]
    for form in forms:
        Rating.objects.create(
            district=window.district,
            checklist=reopened(form),
            item=worse,
            value=0,
            saved_at=form.submitted_at,
        )
        lock(form)

    assert [offer.item for offer in found(window).offers] == [worse, item]


def reopened(form):
    type(form).objects.filter(pk=form.pk).update(submitted_at=None, band="")
    return form


def test_the_offer_costs_the_same_for_many_people(window, item, django_assert_max_num_queries):
    for _ in range(12):
        rated(window, item, 0)

    with django_assert_max_num_queries(6):
        found(window)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_rule_never_offers_under_three_people_nor_under_thirty_percent(low, raters):
    low = min(low, raters)
    assert passes(low, raters) == (raters >= 3 and low / raters >= 0.3)


def test_the_agreed_rating_stands_before_the_observers(window, item):
    for _ in range(3):
        form = rated(window, item, 0)
        rated(
            window,
            item,
            2,
            position=form.position,
            holder=form.holder,
            rater_kind=RaterKind.AGREED,
        )

    assert figures(window) == []
