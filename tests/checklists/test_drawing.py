import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists import drawing

pools = st.lists(st.integers(1, 10_000), unique=True, max_size=200)
seeds = st.text(min_size=1, max_size=20)
percents = st.integers(1, 100)


@given(pools, seeds, percents)
def test_so_many_are_drawn_rounded_up(pool, seed, percent):
    expected = -(-len(pool) * percent // 100)

    assert len(drawing.draw(pool, seed, percent)) == expected


@given(st.lists(st.integers(1, 10_000), unique=True, min_size=1), seeds, percents)
def test_at_least_one_is_drawn_and_never_more_than_there_are(pool, seed, percent):
    assert 1 <= len(drawing.draw(pool, seed, percent)) <= len(pool)


@given(pools, seeds, percents, st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_pool(pool, seed, percent, luck):
    again = pool.copy()
    luck.shuffle(again)

    assert drawing.draw(again, seed, percent) == drawing.draw(pool, seed, percent)


@given(pools, seeds, percents)
def test_what_is_drawn_comes_from_the_pool_in_ascending_order(pool, seed, percent):
    drawn = drawing.draw(pool, seed, percent)

    assert set(drawn) <= set(pool)
    assert drawn == sorted(drawn)


@given(pools, seeds, st.integers(1, 99))
def test_a_larger_share_keeps_those_of_a_smaller_one(pool, seed, percent):
    fewer, more = drawing.draw(pool, seed, percent), drawing.draw(pool, seed, percent + 1)

    assert set(fewer) <= set(more)


def test_the_draw_is_the_one_that_anyone_works_out_by_hand():
    """sha256sum of "fall:1" to "fall:5": those with the two lowest sums."""
    assert drawing.lot("fall", 1) == (
        "c2b13ffa5d46ef6535899ba40be9e4490faad74ee58ea5aaed7c2eecf7da4cfb"
    )
    assert drawing.draw([1, 2, 3, 4, 5], "fall", 40) == [3, 4]


def test_other_seeds_draw_other_schools():
    draws = {tuple(drawing.draw(range(1, 101), f"seed {n}", 20)) for n in range(20)}

    assert len(draws) == 20


def test_over_many_seeds_each_school_is_drawn_about_as_often():
    """2,000 draws of 2 out of 10: 400 each, give or take five standard deviations."""
    times = dict.fromkeys(range(10), 0)
    for n in range(2_000):
        for school in drawing.draw(range(10), str(n), 20):
            times[school] += 1

    assert all(310 <= count <= 490 for count in times.values())


@pytest.mark.parametrize("percent", [0, -5, 101])
def test_a_share_that_is_none_is_refused(percent):
    with pytest.raises(ValueError, match="between 1 and 100"):
        drawing.draw([1], "fall", percent)


def test_seeds_made_for_people_differ_and_are_easy_to_read_out():
    made = {drawing.new_seed() for _ in range(100)}

    assert len(made) == 100
    assert all(set(seed) <= set(drawing.ALPHABET) for seed in made)
