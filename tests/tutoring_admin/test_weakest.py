"""The weakest points: the worst of each figure, small groups less so, never one person."""

from hypothesis import given
from hypothesis import strategies as st

from tutoring_admin.dashboards.homes.links import to
from tutoring_admin.dashboards.homes.weakest import Weakness, worst

ANYWHERE = to("roles:seats")


def point(missing, of):
    return Weakness(
        about="Coach", number=missing, of=of, tail="positions are vacant", link=ANYWHERE,
        whole=ANYWHERE, missing=missing, next_step="Name a holder", who="Project Manager",
    )  # fmt: skip


POINTS = st.integers(0, 50).flatmap(
    lambda of: st.builds(point, missing=st.integers(0, of), of=st.just(of))
)


@given(st.lists(POINTS, max_size=12), st.integers(0, 4))
def test_only_what_lacks_something_is_told_and_the_worst_first(points, most):
    told = worst(points, most)

    lacking = [each for each in points if each.missing]
    assert len(told) == min(most, len(lacking))
    shares = [each.share for each in told]
    assert shares == sorted(shares, reverse=True)
    rest = [each for each in lacking if each not in told]
    assert not told or all(each.share <= shares[-1] for each in rest)


@given(st.integers(1, 50))
def test_more_of_the_same_group_missing_is_worse(of):
    shares = [point(missing, of).share for missing in range(of + 1)]

    assert shares == sorted(set(shares))
    assert all(0 <= share < 1 for share in shares)


def test_one_of_one_is_no_worse_than_eight_of_twelve():
    assert worst([point(1, 1), point(8, 12)], 1) == (point(8, 12),)
    assert point(1, 1).state == ("low", "Needs support")
    assert point(1, 12).state == ("mid", "Developing")
