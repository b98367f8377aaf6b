"""Two people's changes to one text, put together."""

import pytest

from roles.merging import ALL, MINE, THEIRS, Line, Text, merge

PLAN, CHAIR, REPORT = Line("Plan.", 1, 11), Line("Chair.", 2, 12), Line("Report.", 3, 13)
BASE = Text({"title": "Lead", "location": "Annex"}, [PLAN, CHAIR, REPORT])


def text(*lines, **fields):
    return Text({**BASE.fields, **fields}, lines or BASE.lines)


def said(merged):
    return [line.text for line in merged.text.lines]


def clashing(merged):
    return [(clash.key, clash.mine, clash.theirs) for clash in merged.clashes]


def test_changes_in_different_fields_are_both_kept():
    merged = merge(BASE, text(title="Program lead"), text(location="Room 4"), {})

    assert merged.text.fields == {"title": "Program lead", "location": "Room 4"}
    assert not merged.clashes


def test_the_same_change_made_by_both_is_no_clash():
    assert not merge(BASE, text(title="Head"), text(title="Head"), {}).clashes


def test_two_changes_of_one_field_are_left_to_choose():
    merged = merge(BASE, text(title="Head"), text(title="Chief"), {})

    assert clashing(merged) == [("title", "Head", "Chief")]
    assert merged.text.fields["title"] == "Head"


@pytest.mark.parametrize(
    ("choices", "title"),
    [({"title": MINE}, "Head"), ({"title": THEIRS}, "Chief"), ({ALL: THEIRS}, "Chief")],
)
def test_a_choice_decides(choices, title):
    merged = merge(BASE, text(title="Head"), text(title="Chief"), choices)

    assert merged.text.fields["title"] == title
    assert not merged.clashes


def test_lines_that_both_added_stand_where_each_put_them():
    mine = text(PLAN, Line("Mine, first."), Line("Mine, second."), CHAIR, REPORT)
    theirs = text(PLAN, CHAIR, Line("Theirs.", None, 14), REPORT)

    merged = merge(BASE, mine, theirs, {})

    assert said(merged) == [
        "Plan.",
        "Mine, first.",
        "Mine, second.",
        "Chair.",
        "Theirs.",
        "Report.",
    ]
    assert list(merged.came_from) == [0, 1, 2, 3, None, 4]


def test_a_line_one_took_out_is_gone_if_the_other_left_it_alone():
    assert said(merge(BASE, text(PLAN, REPORT), BASE, {})) == ["Plan.", "Report."]
    assert said(merge(BASE, BASE, text(PLAN, REPORT), {})) == ["Plan.", "Report."]


def test_a_line_one_took_out_and_the_other_changed_is_left_to_choose():
    changed = text(PLAN, Line("Chair it well.", 2, 12), REPORT)

    merged = merge(BASE, text(PLAN, REPORT), changed, {})

    assert clashing(merged) == [("line-12", None, ("Chair it well.", 2))]
    assert said(merge(BASE, changed, text(PLAN, REPORT), {"line-12": MINE}))[1] == "Chair it well."


def test_words_of_one_and_the_order_of_the_other_are_put_together():
    mine = text(Line("Plan well.", 1, 11), CHAIR, REPORT)

    assert said(merge(BASE, mine, text(REPORT, PLAN, CHAIR), {})) == [
        "Report.",
        "Plan well.",
        "Chair.",
    ]
    assert said(merge(BASE, text(REPORT, PLAN, CHAIR), mine, {})) == [
        "Report.",
        "Plan well.",
        "Chair.",
    ]


def test_lines_added_to_nothing_keep_their_order():
    merged = merge(Text({}), Text({}, [Line("One."), Line("Two.")]), Text({}, [PLAN]), {})

    assert said(merged) == ["One.", "Two.", "Plan."]


def test_a_text_comes_back_from_a_page_as_it_went():
    assert Text.loaded(BASE.dumped()) == BASE


@pytest.mark.parametrize("odd", ["", "{", "[]", "[[], 1]", '[{}, [["a", 1, "x"]]]', "[" * 9000])
def test_what_is_no_text_of_ours_has_no_words(odd):
    assert Text.loaded(odd) == Text({})
