"""Files of standards: what they say, and everything that can be wrong with them."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from selfassessment.facts import Facts
from selfassessment.library import Indicator
from selfassessment.measures import MEASURES
from selfassessment.readiness import hint
from selfassessment.standards import writing
from selfassessment.standards.checking import check, digest
from selfassessment.standards.codes import alike
from selfassessment.standards.comparing import compare
from selfassessment.standards.desk import Known
from selfassessment.standards.entries import Entry, Said, tidy
from selfassessment.standards.evidence_sorts import slug
from selfassessment.standards.example import ABOUT, EXAMPLE
from selfassessment.standards.reading import read
from selfassessment.standards.shipped import shipped
from selfassessment.standards.taking import in_library_form

KNOWN = Known(
    taken={alike(code): "the shipped library" for code in ("6", "6b", "6b.1")},
    parents={"6": ("element", "Cohesion"), "6b": ("standard", "Leader Role Clarity")},
    measures=frozenset({"seats filled"}),
    roles=frozenset({"PROGRAM_LEAD"}),
)
HEAD = "kind,code,parent,title,question,why,anchor_1,anchor_2,anchor_3,evidence\n"
GOOD = "indicator,TX.1,6b,Time,Is it set?,,,,,\n"


def complaints(text, name="standards.csv"):
    """Pairs of line and words for a file that cannot be taken."""
    data = text if isinstance(text, bytes) else text.encode()
    came = read(data, name, KNOWN)
    assert (came.content is None) == bool(came.wrong)
    return [(each.line, each.says) for each in came.wrong]


def in_csv(*rows):
    return complaints(HEAD + "\n".join(rows))


def in_yaml(text):
    return complaints(text, "standards.yaml")


def one(found, line, *words):
    """There is one complaint, of this line, with these words."""
    assert len(found) == 1, found
    assert found[0][0] == line
    for word in words:
        assert word in found[0][1]


# What comes in


def test_both_forms_of_the_template_say_the_same():
    in_yaml = read(writing.as_yaml(EXAMPLE, ABOUT).encode(), "t.yaml", KNOWN)
    in_csv = read(writing.as_csv(EXAMPLE), "t.csv", KNOWN)

    assert in_yaml.wrong == in_csv.wrong == ()
    assert in_yaml.content == in_csv.content == EXAMPLE


def test_the_shipped_library_comes_back_as_it_went_out():
    measures = {each["measure"] for one in shipped()["indicators"] for each in one["auto_check"]}
    roles = {
        role
        for one in shipped()["indicators"]
        for each in one["auto_check"]
        for role in each.get("roles", ())
    }
    free = Known(measures=measures, roles=roles)
    for data, name in (
        (writing.as_yaml(shipped()).encode(), "l.yaml"),
        (writing.as_csv(shipped()), "l.csv"),
    ):
        came = read(data, name, free)
        assert came.wrong == ()
        assert came.content == shipped()


def test_our_own_form_with_title_behind_the_code_is_read():
    text = """
indicators:
  - code: TX.1
    standard: "6b Leader Role Clarity"
    title: Time
    plain_question: Is it set?
    anchors: {1: Some, 2: Most}
    evidence_types: [Minutes, {label: Plan, required: yes, max_age_months: 6}]
    satisfied_by: {positions: [PROGRAM_LEAD], rule: Words for people}
    auto_check:
      - {measure: seats filled, axis: documented, rung: 2, enough: 80%, says: Most are filled}
"""
    came = read(text.encode(), "standards.yml", KNOWN)

    assert came.wrong == ()
    found = came.content["indicators"][0]
    assert found["standard"] == "6b"
    assert found["anchors"] == {"1": "Some", "2": "Most"}
    assert [each["required"] for each in found["evidence_types"]] == [False, True]
    assert found["auto_check"][0]["roles"] == ["PROGRAM_LEAD"]


def test_pasted_words_are_read_as_what_they_are():
    assert read((HEAD + GOOD).encode(), "", KNOWN).read_as == "CSV, UTF-8"
    assert read(writing.as_yaml(EXAMPLE).encode(), "", KNOWN).read_as == "YAML, UTF-8"


def test_semicolons_and_tabs_part_columns_too():
    for mark in ";\t":
        text = f"kind{mark}code{mark}parent{mark}title{mark}question\nindicator{mark}TX.1{mark}6b"
        came = read(f"{text}{mark}Time{mark}Is it, truly?".encode(), "", KNOWN)
        assert came.content["indicators"][0]["plain_question"] == "Is it, truly?"


# Encodings


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert complaints((HEAD + GOOD).encode("utf-8-sig")) == []


def test_windows_quotation_marks_are_read_after_saying_so():
    came = read((HEAD + "indicator,TX.1,6b,“Time”,Is it?,,,,,").encode("cp1252"), "a.csv", KNOWN)

    assert came.content["indicators"][0]["title"] == "“Time”"
    assert "Windows-1252" in came.notice
    assert "CSV UTF-8" in came.notice


def test_utf_16_is_read_with_a_word_about_it():
    came = read((HEAD + GOOD).encode("utf-16"), "a.csv", KNOWN)
    assert came.content is not None
    assert "UTF-16" in came.notice


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "empty"),
        (b"\xef\xbb\xbf \r\n ", 0, "empty"),
        (b"PK\x03\x04rest", 0, "Excel workbook"),
        (b"%PDF-1.7", 0, "PDF"),
        ((HEAD + GOOD).encode("utf-16-le"), 1, "UTF-16 without its mark"),
        (HEAD.encode() + b"indicator,TX.1,6b,\x81\x9d,Q,,,,,", 2, "no UTF-8"),
        (b"x" * 1_000_001, 0, "1.0 MB; at most 1 MB"),
    ],
    ids=["empty", "blank", "xlsx", "pdf", "utf-16", "neither", "large"],
)
def test_bytes_that_are_no_standards_are_named(data, line, words):
    one(complaints(data), line, words)


# CSV


def test_a_file_without_column_names_is_told_them():
    one(complaints(GOOD), 1, "Row 1 names the columns: kind, code", "Missing: kind")


def test_an_unknown_column_is_named_with_what_may_be_meant():
    found = complaints(HEAD.replace("anchor_1", "anchor1") + GOOD)
    one(found, 1, "not known", "Is anchor_1 meant?")


def test_an_unclosed_quotation_mark_is_said_where_its_row_begins():
    one(complaints(HEAD + GOOD + 'indicator,TX.2,6b,"Time,Q\nmore\n'), 3, "quotation mark")


def test_lines_are_counted_through_cells_with_line_breaks():
    found = in_csv('indicator,TX.1,6b,"Time\nand place",Is it?,,,,,', "indicator,,6b,T,Q,,,,,")
    one(found, 4, "needs a code")


def test_a_row_with_more_cells_than_columns_is_not_guessed_at():
    found = in_csv(GOOD, "indicator,TX.2,6b,Time, and more,Is it?,,,,,,,x")
    one(found, 4, "more than the 10 columns")


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", " =1"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(start):
    one(in_csv(f'indicator,TX.1,6b,"{start}",Is it?,,,,,'), 2, "formula")


def test_marks_of_evidence_are_read_or_named():
    found = in_csv("indicator,TX.1,6b,T,Q,,,,,Minutes | required | monthly")
    one(found, 2, "Got: monthly")


# Codes and parents


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "needs a code"),
        ("TX 1", "no space"),
        ("TX/1", "no slash"),
        ("T" * 20 + "1", "21 characters; at most 20"),
        ("TX.é1", "letters a to z"),
        ("TX..1", "letters a to z"),
        ("standards", "at least one figure"),
    ],
)
def test_a_broken_code_says_how_it_is_broken(code, words):
    one(in_csv(f"indicator,{code},6b,Time,Is it?,,,,,"), 2, words)


def test_a_code_that_is_there_twice_or_elsewhere_is_refused():
    one(in_csv(GOOD, GOOD), 4, "stands in line 2 already")
    one(in_csv(GOOD, GOOD.replace("TX.1", "tx-1")), 4, "TX.1, which looks like this code")
    one(in_csv("indicator,6B-1,6b,Time,Is it?,,,,,"), 2, "the shipped library")


def test_a_parent_that_is_not_there_is_named():
    one(in_csv("indicator,TX.1,6z,Time,Is it?,,,,,"), 2, "no “6z” in this file")
    one(in_csv("indicator,TX.1,6B,Time,Is it?,,,,,"), 2, "Is 6b meant?")
    one(in_csv("indicator,TX.1,,Time,Is it?,,,,,"), 2, "stands under a standard")
    one(in_csv("indicator,TX.1,6,Time,Is it?,,,,,"), 2, "6 is an element")
    one(in_csv(GOOD, "standard,TS1,TX.1,Time,,,,,,"), 4, "TX.1 is an indicator")


def test_each_circle_of_standards_is_shown_once():
    rows = ["standard,S1,S3,A,,,,,,", "standard,S2,S1,B,,,,,,", "standard,S3,S2,C,,,,,,"]
    one(in_csv(GOOD.strip(), *rows), 3, "S1 under S3 under S2 under S1")
    one(in_csv(GOOD.strip(), "standard,S1,S1,A,,,,,,"), 3, "S1 under S1")


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file():
    found = in_csv("thing,X,,,,,,,,", "indicator,a b,nowhere,,,,,,,", "element,E,X,Title,,,,,,")
    assert [line for line, _ in found] == [2, 3, 3, 3, 3, 4]


def test_more_indicators_than_fit_are_counted():
    rows = [f"indicator,TX.{n},6b,Time,Is it?,,,,," for n in range(501)]
    one(in_csv(*rows), 202, "501 indicators are too many; at most 200")


@pytest.mark.parametrize("cell", ["x", "{}", '[{"measure": "\\ud800"}]', "[" * 5000, "[1]"])
def test_checks_that_are_no_list_in_json_are_refused(cell):
    quoted = cell.replace('"', '""')
    text = f'kind,code,parent,title,question,auto_check\nindicator,TX.1,6b,T,Q,"{quoted}"\n'
    one(complaints(text), 2, "Leave this column empty")


def test_nothing_that_goes_out_as_csv_calculates():
    indicator = {**EXAMPLE["indicators"][1], "title": "=cmd", "why": "@SUM(A1)"}
    found = writing.as_csv({"elements": [], "standards": [], "indicators": [indicator]})
    assert b",'=cmd," in found
    assert b",'@SUM(A1)," in found


# YAML


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- a\n- b", 1, "Expected a mapping"),
        ("just words", 1, "Expected a mapping"),
        ("standards: []\n", 0, "no indicator"),
        ("indicators:\n  - code: T.1\n    title: Time: now\n", 3, "quotation mark"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("x: " + "[" * 40, 1, "deep"),
        ("x: [" + "1," * 70_000 + "]", 1, "far more parts"),
        ("? [a]\n: b", 1, "A key is a word"),
        ('x: "\\ud800\\uxyz"', 1, "not YAML"),
    ],
)
def test_yaml_that_holds_no_standards_is_named(text, line, words):
    found = in_yaml(text)
    assert any(words in says and at == line for at, says in found), found


def test_aliases_and_tags_are_never_followed():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert any("alias" in says for _, says in in_yaml(bomb))
    tagged = in_yaml("indicators:\n  - !!python/object/apply:os.system ['true']\n")
    assert any("tag" in says and line == 2 for line, says in tagged)


def test_an_unknown_key_and_one_that_comes_twice_are_named():
    found = in_yaml(
        "indicators:\n  - code: TX.1\n    code: TX.2\n    standard: 6b\n    titel: T\n"
        "    title: T\n    plain_question: Q\n"
    )
    assert [line for line, _ in found] == [3, 5]
    assert "Is title meant?" in found[1][1]


def test_a_measure_that_nobody_knows_is_refused_with_those_that_are_known():
    found = in_yaml(
        "indicators:\n  - code: TX.1\n    standard: 6b\n    title: T\n    plain_question: Q\n"
        "    auto_check:\n"
        "      - {measure: moon phase, axis: documented, rung: 2, says: It is full}\n"
    )
    one(found, 7, "Not known: moon phase", "seats filled")


def test_a_code_stays_the_words_it_is():
    came = read(
        b"standards: [{code: 7.10, title: no}]\n"
        b"indicators: [{code: 1e3, standard: 7.10, title: on, plain_question: 12}]",
        "a.yaml",
        KNOWN,
    )
    assert came.content["standards"][0] == {
        "code": "7.10", "title": "no", "parent": "", "why": "",
    }  # fmt: skip
    assert came.content["indicators"][0]["code"] == "1e3"


# Comparing


def test_a_new_version_shows_what_came_changed_and_went():
    new = {
        **EXAMPLE,
        "indicators": [
            {**EXAMPLE["indicators"][0], "title": "Tutoring stands in the schedule"},
            {**EXAMPLE["indicators"][1], "code": "6b.ST2"},
        ],
    }
    found = compare(EXAMPLE, new)

    assert [row.code for row in found.added] == ["6b.ST2"]
    assert [row.code for row in found.gone] == ["6b.ST1"]
    ((label, pieces),) = found.changed[0].words
    assert label == "Title"
    assert [p.text for p in pieces if p.kind == "old"] == ["master schedule of every school"]
    assert found.same == 2
    assert compare(EXAMPLE, EXAMPLE).number == 0


# Any file at all


SOME = st.sampled_from(
    ["kind", "code", "indicator", "standard", "TX.1", "6b", "=cmd", ",", ";", '"', "\n", "\r\n",
     "\t", "elements:", "indicators:", "standards:", "- ", "  ", ": ", "{", "}", "[", "]", "&a ",
     "*a", "!!x ", "|", "#", "auto_check", "evidence", "anchors", "\ufeff", "é", "\0", "---"]
)  # fmt: skip
FILES = st.one_of(
    st.binary(max_size=400),
    st.lists(SOME, max_size=60).map(lambda parts: "".join(parts).encode()),
    st.lists(SOME, max_size=40).map(lambda parts: (HEAD + "".join(parts)).encode()),
    st.lists(SOME, max_size=40).map(lambda parts: ("indicators:\n - " + "".join(parts)).encode()),
    st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
)


@settings(max_examples=200, deadline=None)
@given(data=FILES, name=st.sampled_from(["", "a.csv", "a.yaml"]))
def test_any_bytes_give_complaints_or_content(data, name):
    came = read(data, name, KNOWN)

    assert (came.content is None) == bool(came.wrong)
    assert all(each.says and each.line >= 0 for each in came.wrong)
    if came.content is not None:
        assert digest(came.content)


# What is taken in can be taken out and in again


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
WORDS = st.text(LETTERS, max_size=12).map(lambda text: f"a{text}")
LABELS = st.text(LETTERS.filter(lambda c: tidy(c) not in {";", "|"}), max_size=8)
CODES = st.lists(
    st.from_regex(r"[A-Z][0-9]{1,4}", fullmatch=True), min_size=8, max_size=8, unique_by=alike
)
GROUPS = st.lists(
    st.fixed_dictionaries(
        {"label": LABELS.map(lambda text: f"a{text}")},
        optional={
            "key": st.from_regex(r"[a-z_]{1,10}", fullmatch=True),
            "required": st.sampled_from(["true", "no", ""]),
            "max_age_months": st.integers(1, 120).map(str),
            "axis": st.sampled_from(["documented", "practised"]),
        },
    ),
    max_size=3,
)
CHECKS = st.lists(
    st.fixed_dictionaries(
        {
            "measure": st.just("seats filled"),
            "axis": st.sampled_from(["documented", "practised"]),
            "rung": st.sampled_from("123"),
            "says": WORDS,
        },
        optional={"enough": st.sampled_from(["all", "any", "80%", "3"])},
    ),
    max_size=2,
)


@st.composite
def sets_of_standards(draw):
    """A sound set, made by checking entries as a reader would hand them on."""
    codes = draw(CODES)

    def said(**words):
        return {key: Said(text, 1) for key, text in words.items() if text}

    def groups(strategy):
        return tuple({key: Said(text, 1) for key, text in g.items()} for g in draw(strategy))

    entries = [Entry("element", 1, said(code=codes[0], title=draw(WORDS), why=draw(WORDS)))]
    for n, parent in ((1, codes[0]), (2, codes[1]), (3, ""), (4, "6")):
        entries.append(Entry("standard", 1, said(code=codes[n], title=draw(WORDS), parent=parent)))
    for n in (5, 6, 7):
        words = said(
            code=codes[n],
            parent=draw(st.sampled_from([*codes[1:5], "6b"])),
            title=draw(WORDS),
            question=draw(WORDS),
            why=draw(st.just("") | WORDS),
            anchor_0=draw(st.just("") | WORDS),
            anchor_2=draw(st.just("") | WORDS),
        )
        editions = draw(st.sampled_from([(), ("lea",), ("organization",)]))
        entries.append(
            Entry(
                "indicator", 1, words, groups(GROUPS), groups(CHECKS),
                tuple(Said(each, 1) for each in editions),
            )
        )  # fmt: skip
    return check(entries, KNOWN)


@settings(max_examples=40, deadline=None)
@given(sets_of_standards())
def test_a_sound_set_survives_both_forms_word_for_word(checked):
    content, wrong = checked
    assume(not wrong)  # two sorts of evidence with one name, characters that nobody sees
    for data, name in (
        (writing.as_csv(content), "a.csv"),
        (writing.as_yaml(content, "About it").encode(), "a.yaml"),
    ):
        came = read(data, name, KNOWN)
        assert came.wrong == ()
        assert came.content == content
        assert digest(came.content) == digest(content)


@given(st.text(max_size=60))
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)
    assert slug(slug(text)) == slug(text)


def test_every_measure_may_be_named_by_an_imported_indicator():
    checks = "".join(
        f"      - {{measure: {name}, axis: practised, rung: 2, enough: 80%, says: It is so}}\n"
        for name in MEASURES
    )
    head = "indicators:\n  - code: TX.1\n    standard: 6b\n    title: T\n    plain_question: Q\n"
    facts = Facts(today=dt.date(2026, 11, 5))
    for part in (checks.splitlines()[n : n + 12] for n in range(0, len(MEASURES), 12)):
        text = head + "    auto_check:\n" + "\n".join(part)
        came = read(text.encode(), "a.yaml", replace(KNOWN, measures=frozenset(MEASURES)))
        (raw,) = in_library_form(came.content, name="Ours", number=1, known={"6b": "Roles"})
        assert hint(Indicator.from_raw(raw), facts) is not None
