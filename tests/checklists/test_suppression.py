"""Nobody's result comes out of what is shown, whatever is taken from whatever."""

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.suppression import FEW, Group, may_show, shown, whole

PEOPLE = st.frozensets(st.integers(1, 25), min_size=1, max_size=8)
DISTRICTS = st.lists(PEOPLE, min_size=1, max_size=7).map(
    lambda groups: [Group(f"role {n}", people) for n, people in enumerate(groups)]
)
KNOWN = st.frozensets(st.integers(1, 25), max_size=3)


def groups(*sizes):
    """Groups of so many people each, nobody in two."""
    first = 0
    for n, size in enumerate(sizes):
        yield Group(n, frozenset(range(first, first + size)))
        first += size


def subsets(keys):
    keys = list(keys)
    return chain.from_iterable(combinations(keys, n) for n in range(len(keys) + 1))


@settings(max_examples=300)
@given(DISTRICTS, KNOWN)
def test_no_sum_or_difference_of_shown_figures_is_about_one_or_two_people(district, known):
    """A figure adds up forms, and a form is in one group: each figure is a set of groups.

    What can be computed from shown ones: the whole less some of them, and some of them together.
    """
    visible, all_of = shown(district, known), whole(district, known)
    people = {group.key: group.people - known for group in district}
    published = [*({key} for key in visible), set(all_of)]

    for start in published:
        for taken in subsets(visible):
            rest = start - set(taken)
            left = frozenset().union(*(people[key] for key in rest))
            assert not left or len(left) >= FEW


@given(DISTRICTS)
def test_every_pair_of_shown_figures_differs_by_three_people_or_none(district):
    sets = [{key} for key in shown(district)] + [set(whole(district))]
    people = {group.key: group.people for group in district}
    for a, b in combinations(sets, 2):
        left = frozenset().union(*(people[key] for key in a ^ b))
        assert not left or len(left) >= FEW


@given(DISTRICTS, KNOWN)
def test_the_order_of_groups_does_not_matter(district, known):
    assert shown(district, known) == shown(district[::-1], known)
    assert whole(district, known) == whole(district[::-1], known)


@given(DISTRICTS, KNOWN)
def test_whoever_knows_more_is_shown_no_more_than_is_safe(district, known):
    for group in district:
        if group.key in shown(district, known):
            assert len(group.people - known) >= FEW


def test_large_groups_are_all_shown():
    assert shown(list(groups(8, 5, 3))) == {0, 1, 2}


def test_one_small_group_is_left_out_of_the_figure_over_all_too():
    assert (shown(list(groups(8, 5, 1))), whole(list(groups(8, 5, 1)))) == ({0, 1}, {0, 1})


def test_small_groups_that_are_three_together_are_in_the_figure_over_all():
    assert (shown(list(groups(8, 2, 1))), whole(list(groups(8, 2, 1)))) == ({0}, {0, 1, 2})


def test_three_forms_of_two_people_are_two_people():
    """One person may hold a role at two schools."""
    assert shown([Group("a", frozenset({1, 2}))]) == frozenset()


def test_two_small_groups_of_the_same_people_are_not_more_people():
    district = [Group("a", frozenset(range(9))), Group("b", frozenset({10, 11}))]
    district += [Group("c", frozenset({10, 11}))]

    assert whole(district) == {"a"}


def test_who_reads_does_not_count_towards_the_three():
    assert shown(list(groups(3, 9))) == {0, 1}
    assert shown(list(groups(3, 9)), frozenset({0})) == {1}
    assert whole(list(groups(3, 9)), frozenset({0})) == {1}


def test_what_is_left_out_of_the_reader_alone_gives_nobody_away():
    assert whole(list(groups(1, 9)), frozenset({0})) == {0, 1}
    assert whole(list(groups(1)), frozenset({0})) == frozenset()


def test_a_district_of_two_is_not_told_about_itself():
    assert whole(list(groups(1, 1))) == frozenset()
    assert not may_show({1, 2})
    assert may_show({1, 2, 3})
