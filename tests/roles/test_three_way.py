"""What a library changed, against what a district made of it."""

import pytest

from roles.three_way import Kind, differences, moved

BASE = {
    "title": "Coach",
    "seats": None,
    "required": ["Patience"],
    "by_approach": {"build_own": "Hires"},
    "duties": [["C1", "Coach tutors."], ["C2", "Keep a log."]],
}


def but(**changed):
    return {**BASE, **changed}


def found(ours, theirs, base=BASE):
    return [(each.path, each.kind) for each in differences(base, ours, theirs)]


def test_what_the_district_alone_edited_is_no_change_of_the_library():
    assert found(but(title="Lead coach", duties=[]), BASE) == []


def test_a_change_that_the_district_made_too_is_settled():
    assert found(but(title="Lead coach"), but(title="Lead coach")) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (BASE, but(title="Lead coach"), [("title", Kind.CHANGED)]),
        (but(title="Trainer"), but(title="Lead coach"), [("title", Kind.BOTH)]),
        (BASE, but(seats=1), [("seats", Kind.ADDED)]),
        (but(seats=2), but(seats=1), [("seats", Kind.BOTH)]),
        (BASE, but(by_approach={}), [("by_approach.build_own", Kind.REMOVED)]),
        (BASE, but(duties=BASE["duties"][:1]), [("duty.C2", Kind.REMOVED)]),
        (BASE, but(duties=[*BASE["duties"], ["C3", "Visit."]]), [("duty.C3", Kind.ADDED)]),
        (
            but(duties=BASE["duties"][:1]),
            but(duties=[["C1", "Coach tutors."], ["C2", "Keep a weekly log."]]),
            [("duty.C2", Kind.BOTH)],
        ),
        (
            but(duties=[["C1", "Coach tutors."], ["C2", "Keep notes."]]),
            but(duties=BASE["duties"][:1]),
            [("duty.C2", Kind.BOTH)],
        ),
    ],
)
def test_each_change_says_how_it_meets_the_copy(ours, theirs, expected):
    assert found(ours, theirs) == expected


def test_a_base_that_moved_on_asks_no_more_about_that_place_alone():
    theirs = but(
        title="Lead coach",
        by_approach={},
        duties=[["C1", "Coach all tutors."], ["C3", "Visit."]],
    )
    base = BASE
    for path in ("title", "by_approach.build_own", "duty.C1", "duty.C2", "duty.C3"):
        assert path in [each.path for each in differences(base, BASE, theirs)]
        base = moved(base, theirs, path)
        assert path not in [each.path for each in differences(base, BASE, theirs)]

    assert differences(base, BASE, theirs) == []
    assert BASE["duties"] == [["C1", "Coach tutors."], ["C2", "Keep a log."]]


def test_another_text_on_either_side_is_another_difference():
    (one,) = differences(BASE, BASE, but(title="Lead coach"))
    (two,) = differences(BASE, but(title="Trainer"), but(title="Lead coach"))

    assert one.seen != two.seen
