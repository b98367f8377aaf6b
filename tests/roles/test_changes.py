from hypothesis import given
from hypothesis import strategies as st

from roles.changes import compare_lists, compare_words


def told(old, new):
    return [(line.kind, line.was, line.now, line.moved) for line in compare_lists(old, new)]


def unkeyed(*texts):
    return [("", text) for text in texts]


def test_changed_words_are_told_from_those_that_stayed():
    pieces = compare_words("Check attendance every month.", "Check attendance every week.")

    assert [(p.kind, p.text.strip()) for p in pieces] == [
        ("same", "Check attendance every"),
        ("old", "month."),
        ("new", "week."),
    ]


def test_lines_are_matched_by_key_and_what_went_stands_where_it_stood():
    old = [("PM1", "Plan."), ("PM2", "Call."), ("PM3", "Ask.")]

    assert told(old, [("PM1", "Plan the year."), ("PM3", "Ask."), ("PM4", "Tell.")]) == [
        ("changed", 1, 1, False),
        ("removed", 2, None, False),
        ("same", 3, 2, False),
        ("added", None, 3, False),
    ]


def test_a_line_that_others_passed_is_moved_and_they_are_not():
    old = unkeyed("Plan.", "Call.", "Ask.", "Tell.")

    assert told(old, unkeyed("Call.", "Ask.", "Tell.", "Plan.")) == [
        ("same", 2, 1, False),
        ("same", 3, 2, False),
        ("same", 4, 3, False),
        ("same", 1, 4, True),
    ]


def test_a_reworded_line_without_a_key_is_told_from_a_new_one():
    old = unkeyed("Other duties that fit this role.", "Call each week.")
    new = unkeyed("Other duties that fit this role well.", "Keep the budget.")

    assert told(old, new) == [
        ("changed", 1, 1, False),
        ("removed", 2, None, False),
        ("added", None, 2, False),
    ]


def test_lines_that_say_the_same_twice_are_counted():
    assert told(unkeyed("Plan.", "Plan."), unkeyed("Plan.")) == [
        ("same", 1, 1, False),
        ("removed", 2, None, False),
    ]


def test_a_line_tied_to_another_duty_is_a_change_though_its_words_stay():
    (line,) = compare_lists([("PM1", "Plan.")], [("PM2", "Plan.")])

    assert (line.kind, line.key_was, line.key, line.is_changed) == ("same", "PM1", "PM2", True)


words = st.lists(st.sampled_from(["plan", "call", "week", "month", "ask"]), max_size=12).map(
    " ".join
)
lists = st.lists(st.tuples(st.sampled_from(["", "PM1", "PM2", "PM3"]), words), max_size=8)


@given(words, words)
def test_the_pieces_rebuild_both_texts(old, new):
    pieces = compare_words(old, new)

    def text(*kinds):
        return " ".join(" ".join(p.text for p in pieces if p.kind in kinds).split())

    assert (text("same", "old"), text("same", "new")) == (old, new)


@given(lists, lists)
def test_each_line_of_both_lists_is_told_once_and_nothing_unchanged_is_marked(old, new):
    lines = compare_lists(old, new)

    assert [line.now for line in lines if line.now] == list(range(1, len(new) + 1))
    assert sorted(line.was for line in lines if line.was) == list(range(1, len(old) + 1))
    assert any(line.is_changed for line in lines) is (old != new)
