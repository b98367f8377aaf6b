from hypothesis import given
from hypothesis import strategies as st

from roles.changes import compare_lines, compare_words


def test_changed_words_are_told_from_those_that_stayed():
    pieces = compare_words("Check attendance every month.", "Check attendance every week.")

    assert [(p.kind, p.text.strip()) for p in pieces] == [
        ("same", "Check attendance every"),
        ("old", "month."),
        ("new", "week."),
    ]


def test_lines_are_matched_by_key_and_gone_lines_come_last():
    lines = compare_lines([("PM1", "Plan."), ("PM2", "Call.")], [("PM1", "Plan."), ("PM3", "Ask.")])

    assert [(line.key, line.is_changed) for line in lines] == [
        ("PM1", False),
        ("PM3", True),
        ("PM2", True),
    ]


def test_lines_without_a_key_are_matched_by_their_words():
    lines = compare_lines([("", "Other duties.")], [("", "Other duties.")])

    assert [line.is_changed for line in lines] == [False]


words = st.lists(st.sampled_from(["plan", "call", "week", "month", "ask"]), max_size=12).map(
    " ".join
)


@given(words, words)
def test_the_pieces_rebuild_both_texts(old, new):
    pieces = compare_words(old, new)

    def text(*kinds):
        return " ".join(" ".join(p.text for p in pieces if p.kind in kinds).split())

    assert (text("same", "old"), text("same", "new")) == (old, new)
