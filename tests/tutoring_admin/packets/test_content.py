"""The form of a packet's content, its digest, what changed, and names left out. No database."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutoring_admin.packets import content as shape
from tutoring_admin.packets.names import SOMEBODY, Names

WORDS = st.text(string.ascii_letters + " '.,!?áé", max_size=40)
NUMBERS = st.integers(0, 10**6) | st.none()


def packet(number=1, **values):
    figures = [shape.figure(key, key, value) for key, value in values.items()]
    return {
        "number": number,
        "as_of": "2026-10-29",
        "sections": [shape.section("glance", "At a glance", figures=figures)],
        "appendix": [],
    }


@given(st.dictionaries(WORDS, NUMBERS | WORDS, max_size=6))
def test_the_digest_is_the_same_after_a_trip_through_json_in_any_order(content):
    again = json.loads(json.dumps(dict(reversed(content.items()))))

    assert shape.digest(again) == shape.digest(content)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (shape.figure("a", "A", 42, 50), "42 of 50"),
        (shape.figure("a", "A", 78, unit="%"), "78%"),
        (shape.figure("a", "A", 1240), "1,240"),
        (shape.figure("a", "A", None, 50), "not told"),
    ],
)
def test_a_figure_reads_as_one_says_it(figure, words):
    assert shape.shown(figure) == words


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (3, 5, "2 more"),
        (5, 3, "2 fewer"),
        (3, 3, "unchanged"),
        (None, 3, ""),
        (3, None, ""),
    ],
)
def test_each_figure_says_what_changed_since_the_packet_before(was, now, words):
    (line,) = shape.since(packet(late=was), packet(2, late=now))["lines"]

    assert shape.change_words(line) == words
    assert line["was"] == shape.shown(shape.figure("late", "late", was))


def test_a_figure_that_was_not_there_before_says_so():
    (line,) = shape.since(packet(), packet(2, late=3))["lines"]

    assert shape.change_words(line) == "new in this packet"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Ask Maria Vasquez by Friday.", f"Ask {SOMEBODY} by Friday."),
        ("MARIA VASQUEZ is on leave", f"{SOMEBODY} is on leave"),
        (
            "Maria Vasquez\u2019s room, Ann-Marie O\u2019Neil",
            f"Maria Vasquez\u2019s room, {SOMEBODY}",
        ),
        ("Maria and Vasquez Street", "Maria and Vasquez Street"),
        ("Rosa Parks Elementary", "Rosa Parks Elementary"),
    ],
)
def test_full_names_of_staff_are_left_out_of_what_people_typed(typed, left):
    names = Names([("Maria", "Vasquez"), ("Ann-Marie", "O\u2019Neil"), ("", "Parks")])

    assert names.without(typed) == left


@given(st.lists(WORDS, max_size=5))
def test_text_without_a_name_stays_as_it_is(texts):
    names = Names([("Zzyzx", "Qwertyuiop")])

    assert names.left_out({"says": texts, "n": 3}) == {"says": texts, "n": 3}
    assert not names.found


def test_the_names_that_were_left_out_are_told():
    names = Names([("Maria", "Vasquez")])

    names.left_out({"says": ["With Maria Vasquez."], "rows": [["Maria  Vasquez", 1]]})

    assert names.found == {"Maria Vasquez", "Maria  Vasquez"}


@given(st.integers(0, 100), st.integers(1, 50))
def test_a_long_list_says_how_many_it_leaves_out(length, most):
    part = shape.listed("a", "A", ("One",), [(n,) for n in range(length)], none="None.", most=most)

    listed = sum(len(table["rows"]) for table in part["tables"])
    assert listed == min(length, most)
    assert part["says"] == (
        ["None."]
        if not length
        else [f"{length - most} more are not listed here."]
        if length > most
        else []
    )
