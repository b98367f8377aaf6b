"""Agreement and steadiness, against published examples and against what must always hold."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.statistics import (
    Both,
    Coefficient,
    ac1,
    ac1_of_subjects,
    accuracy,
    in_a_row,
    item_gaps,
    jackknife_error,
    median,
    spread,
    t_quantile,
)

# Gwet (2002), "Kappa statistic is not satisfactory for assessing the extent of agreement between
# raters", Statistical Methods for Inter-Rater Reliability Assessment 1: the table on which kappa
# is -0.0234 although the raters agree on 118 of 125.
PARADOX = [[118, 5], [2, 0]]
# Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.: 100 records by two abstractors, and
# 223 patients by two ways to find a diagnosis. The figures below are those that the author's own
# package irrCAC 0.4.4 gives for them (identity weights, no finite population).
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
DIAGNOSES = [[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]]
PUBLISHED = [
    (PARADOX, 0.94078, 0.89532, 0.98623),
    (ABSTRACTORS, 0.84933, 0.76358, 0.93508),
    (DIAGNOSES, 0.45616, 0.37053, 0.54178),
    ([[45, 15], [25, 15]], 0.26606, 0.06089, 0.47122),
    ([[25, 35], [5, 35]], 0.20792, 0.01145, 0.40439),
]


def table(rows):
    return {(a, b): n for a, row in enumerate(rows) for b, n in enumerate(row) if n}


def pair(*ratings, best=2):
    """One pair of forms: (self, observer) for each item; None is N/A."""
    return [Both(f"i{n}", own, other, best) for n, (own, other) in enumerate(ratings)]


MARK = st.one_of(st.none(), st.integers(0, 2))
FORMS = st.lists(
    st.lists(st.tuples(MARK, MARK), min_size=1, max_size=6).map(lambda rows: pair(*rows)),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize(("rows", "value", "low", "high"), PUBLISHED)
def test_ac1_and_its_interval_are_those_of_published_examples(rows, value, low, high):
    found = ac1_of_subjects(table(rows), len(rows))

    assert found.value == pytest.approx(value, abs=5e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert ac1(table(rows), len(rows)) == found.value


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(9, 2.262157), (10, 2.228139), (19, 2.093024), (60, 2.000298), (124, 1.979280)],
)
def test_the_t_quantile_is_that_of_printed_tables(freedom, value):
    assert t_quantile(0.975, freedom) == pytest.approx(value, abs=2e-4)


def test_the_worked_example_agrees_on_two_of_four():
    found = accuracy([pair((2, 2), (1, 2), (None, 2), (2, 2))])

    assert (found.pairs, found.compared, found.exact, found.within_one) == (1, 4, 50, 75)
    assert found.coefficient is None


def test_two_not_applicable_are_left_out_and_one_is_a_difference():
    assert accuracy([pair((None, None), (2, 2))]).compared == 1
    assert accuracy([pair((None, 2))]).exact == 0
    assert accuracy([pair((None, None))]).pairs == 0


def test_yes_or_no_says_nothing_about_within_one_point():
    found = accuracy([pair((1, 0), (1, 1), best=1)])

    assert (found.exact, found.within_one) == (50, None)


def test_the_gap_is_in_parts_of_the_best_answer_whatever_the_scale():
    assert accuracy([pair((2, 1), (2, 2))]).gap == 25.0
    assert accuracy([pair((0, 1), best=1)]).gap == -100.0
    assert accuracy([pair((None, 1))]).gap is None


def test_a_coefficient_needs_ten_pairs():
    nine = [pair((2, 2), (1, 2))] * 9

    assert accuracy(nine).coefficient is None
    assert accuracy([*nine, pair((2, 2), (0, 2))]).coefficient is not None


def test_raters_who_never_differ_get_no_interval_since_nothing_varies():
    found = accuracy([pair((2, 2), (1, 1), (0, 0))] * 12).coefficient

    assert found == Coefficient(1.0, None, None)


def test_one_strict_observer_widens_the_interval_more_than_single_ratings_would():
    """Twelve differences of one pair are one observer, not twelve."""
    strict, others = pair(*[(2, 0)] * 12), [pair(*[(2, 2)] * 12)] * 11
    scattered = [pair((2, 0), *[(2, 2)] * 11) for _ in range(12)]

    one, many = accuracy([strict, *others]).coefficient, accuracy(scattered).coefficient
    by_rating = ac1_of_subjects(Counter({(2, 2): 132, (2, 0): 12}), 2)

    assert one.value == many.value == by_rating.value
    assert one.low < by_rating.low < many.value


def test_leaving_out_one_gives_the_error_of_a_mean():
    """The jackknife of a mean is its textbook standard error."""
    values = [3.0, 5.0, 8.0, 1.0, 9.0]
    mean = sum(values) / 5
    textbook = math.sqrt(sum((v - mean) ** 2 for v in values) / (5 * 4))

    assert jackknife_error([(sum(values) - v) / 4 for v in values]) == pytest.approx(textbook)


def test_the_item_that_differs_most_often_comes_first():
    forms = [pair((2, 2), (2, 1), (1, 1)), pair((2, 2), (2, 0), (1, 0)), pair((2, 2), (2, 2))]

    found = item_gaps(forms)

    assert [(gap.item, gap.pairs, gap.differing, gap.gap) for gap in found] == [
        ("i1", 3, 2, 1.0),
        ("i2", 2, 1, 0.5),
        ("i0", 3, 0, 0.0),
    ]
    assert found[0].percent_differing == 67


def test_an_item_with_no_pair_of_numbers_has_no_gap():
    assert item_gaps([pair((None, 2))])[0].gap is None


@given(FORMS)
def test_agreement_keeps_its_bounds(forms):
    found = accuracy(forms)

    assert found.exact is None or 0 <= found.exact <= 100
    assert found.within_one is None or found.within_one >= found.exact
    assert found.gap is None or -100 <= found.gap <= 100
    if found.coefficient:
        low, high = found.coefficient.low, found.coefficient.high
        assert low is None or -1 <= low <= found.coefficient.value <= high <= 1


@given(FORMS)
def test_the_raters_may_change_places(forms):
    swapped = [[Both(b.item, b.other, b.own, b.max) for b in form] for form in forms]
    here, there = accuracy(forms), accuracy(swapped)

    assert (here.exact, here.within_one) == (there.exact, there.within_one)
    assert here.gap == (None if there.gap is None else -there.gap) or here.gap == 0
    if here.coefficient:
        assert here.coefficient.value == pytest.approx(there.coefficient.value)


@given(FORMS, st.randoms())
def test_the_order_of_pairs_and_items_does_not_matter(forms, luck):
    mixed = [luck.sample(form, len(form)) for form in luck.sample(forms, len(forms))]
    here, there = accuracy(forms), accuracy(mixed)

    assert (here.exact, here.gap, here.compared) == (there.exact, there.gap, there.compared)
    if here.coefficient and here.coefficient.low is not None:
        assert here.coefficient.low == pytest.approx(there.coefficient.low)


@given(st.lists(st.integers(0, 100), min_size=3, max_size=12))
def test_spread_is_from_the_lowest_to_the_highest(scores):
    found = spread(scores)

    assert found.range == max(scores) - min(scores)
    assert 0 <= found.deviation <= 71


def test_two_windows_make_no_spread():
    assert spread([80, 60]) is None
    assert spread([80, 60, 70]).deviation == 10.0


def test_windows_in_a_row_are_counted_back_from_the_last():
    assert in_a_row([True, False, True, True]) == 2
    assert in_a_row([True, True, False]) == 0
    assert in_a_row([]) == 0


def test_the_median_of_nothing_is_nothing():
    assert median([]) is None
    assert median([4.0, 6.0, 100.0]) == 6
