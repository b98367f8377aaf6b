from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.scoring import Answer, Band, agreement, band_of, half_up, score

NA = "N/A"


def answers(*values, critical=(), most=2):
    """Ratings as they are written down: a number, None while unrated, or N/A."""
    return [
        Answer(
            None if value == NA else value,
            most,
            critical=n in critical,
            not_applicable=value == NA,
        )
        for n, value in enumerate(values)
    ]


def worked_example(sixth):
    return [*answers(2, 2, 1, NA, 2, sixth, 2, 1, 2, critical=[5]), Answer(1, 1)]


def test_the_worked_example_comes_to_78_and_developing():
    result = score(worked_example(sixth=0))

    assert (result.score, result.band, result.coverage) == (78, Band.DEVELOPING, 100)


def test_the_worked_example_without_its_zero_comes_to_89_and_on_track():
    result = score(worked_example(sixth=2))

    assert (result.score, result.band) == (89, Band.ON_TRACK)


def test_the_worked_example_of_agreement_is_one_half():
    found = agreement(answers(2, 1, NA, 2), answers(2, 2, 2, 2))

    assert (found.percent, found.compared, found.differing) == (50, 4, (1, 2))


def test_a_critical_zero_caps_a_high_score_at_developing():
    high = answers(*[2] * 9, 0)

    assert score(high).band == Band.ON_TRACK
    assert score([*high[:-1], Answer(0, 2, critical=True)]).band == Band.DEVELOPING


def test_a_critical_zero_does_not_lift_a_low_score():
    assert score(answers(0, 0, 1, critical=[0])).band == Band.NEEDS_SUPPORT


def test_under_sixty_percent_coverage_there_is_no_score():
    result = score(answers(2, 2, None, None))

    assert (result.score, result.coverage, result.band) == (None, 50, Band.NOT_ENOUGH)


def test_coverage_just_under_the_line_is_not_rounded_over_it():
    """119 of 199 are 59.8 %: shown as 60, and still not enough."""
    assert score(answers(*[2] * 119, *[None] * 80)).band == Band.NOT_ENOUGH


def test_sixty_percent_coverage_is_enough():
    assert score(answers(2, 2, 2, None, None)).score == 100


def test_items_that_do_not_apply_leave_coverage_and_score():
    result = score(answers(2, NA, NA, NA))

    assert (result.score, result.coverage) == (100, 100)


@pytest.mark.parametrize("form", [answers(), answers(NA, NA), answers(None, None)])
def test_without_any_rating_there_is_no_score(form):
    assert score(form).band == Band.NOT_ENOUGH


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (100, Band.ON_TRACK),
        (80, Band.ON_TRACK),
        (79, Band.DEVELOPING),
        (60, Band.DEVELOPING),
        (59, Band.NEEDS_SUPPORT),
        (0, Band.NEEDS_SUPPORT),
    ],
)
def test_a_band_begins_at_its_line(percent, band):
    assert band_of(percent) == band


def test_a_half_is_rounded_up():
    assert (half_up(Fraction(125, 2)), half_up(Fraction(1249, 20))) == (63, 62)


def test_a_difference_of_two_points_comes_first_and_is_flagged():
    found = agreement(answers(2, 2, 0), answers(2, 1, 2))

    assert found.differing == (2, 1)
    assert found.to_talk_about == (2,)


def test_what_only_one_rated_is_not_compared():
    found = agreement(answers(2, None, 2), answers(2, 2, None))

    assert (found.percent, found.compared) == (100, 1)


def test_two_that_do_not_apply_say_nothing_about_agreement():
    assert agreement(answers(NA), answers(NA)).percent is None


def test_forms_of_unlike_length_cannot_be_compared():
    with pytest.raises(ValueError, match="argument"):
        agreement(answers(1), answers(1, 2))


one_answer = st.builds(
    lambda most, value, na, critical: Answer(
        None if na or value is None else min(value, most), most, critical, na
    ),
    st.integers(1, 3),
    st.none() | st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)
form = st.lists(one_answer, max_size=20)


@given(form)
def test_a_score_lies_between_nothing_and_all(answers_):
    result = score(answers_)

    assert result.score is None or 0 <= result.score <= 100
    assert 0 <= result.coverage <= 100
    assert (result.score is None) == (result.band == Band.NOT_ENOUGH)


@given(form, st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(answers_, luck):
    mixed = list(answers_)
    luck.shuffle(mixed)

    assert score(mixed) == score(answers_)


@given(form, st.integers(1, 5))
def test_items_that_do_not_apply_change_nothing(answers_, number):
    assert score([*answers_, *answers(*[NA] * number)]) == score(answers_)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=12))
def test_rating_one_item_higher_never_lowers_the_score(values):
    before = score(answers(*values)).score
    after = score(answers(values[0] + 1, *values[1:])).score

    assert after >= before


@given(st.lists(one_answer, min_size=1, max_size=12))
def test_agreement_with_oneself_is_complete(answers_):
    found = agreement(answers_, answers_)

    assert found.differing == ()
    assert found.percent in (None, 100)


@given(st.lists(st.tuples(one_answer, one_answer), max_size=12))
def test_agreement_is_the_same_from_both_sides(pairs):
    one, other = [a for a, _ in pairs], [b for _, b in pairs]

    assert agreement(one, other) == agreement(other, one)
