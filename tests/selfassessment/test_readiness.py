"""What a hint rests on. Plain values in; a hint, its checks and their sentences out."""

import datetime as dt
from dataclasses import replace

import pytest

from selfassessment.checks import Axis, Result
from selfassessment.facts import (
    ClosedWindow,
    DoneMilestone,
    Facts,
    HeldSession,
    Holder,
    Learning,
    LevelLearning,
    Note,
    Outline,
    PublishedChecklist,
    Role,
    Seat,
)
from selfassessment.library import Indicator, library, raw
from selfassessment.measures import MEASURES, Measured
from selfassessment.readiness import hint, short_by

TODAY = dt.date(2026, 10, 29)
AUGUST = dt.date(2026, 8, 3)
OLD = dt.date(2024, 8, 3)
CORE = {indicator.code: indicator for indicator in library().core}


def outline(title="It", published_on=AUGUST, **more):
    more = {"duties": 9, "caseload": "8 tutors", "observation_rhythm": "weekly"} | more
    return Outline(1, title, 2, published_on, "Dana Whitfield", **more)


def role(key, positions=1, **more):
    """All filled and acknowledged, with a published job description, unless it says otherwise."""
    title = key.replace("_", " ").capitalize()
    filled = more.pop("filled", positions)
    more = {"acknowledged": filled, "outline": outline(title)} | more
    return Role(1, key, title, positions=positions, filled=filled, **more)


def facts(*roles, **more):
    return Facts(today=TODAY, roles={each.key: each for each in roles}, **more)


def window(closed_on=AUGUST, asked=10, submitted=10, second_rated=5, agreement=90, label="Fall"):
    return ClosedWindow(1, label, closed_on, asked, submitted, second_rated, agreement)


def note(kind, code, dated_on=AUGUST, **more):
    return Note(
        1, code, kind, "A file", "", "https://x.example", dated_on, "Dana Whitfield", **more
    )


def checklist(key, positions=1):
    return role(key, positions, checklist=PublishedChecklist(1, "It", 1))


LEAD = role("PROGRAM_LEAD", holders=(Holder("Dana Whitfield", AUGUST),), read_on=AUGUST)
LEVEL = LevelLearning("Site", 1, 4, 1, 9, 10, dt.date(2026, 10, 6), quiet=False, has_seats=True)
PLAN = Learning(
    "2026-27", AUGUST, (LEVEL,), 1,
    (HeldSession(7, "Calls home", dt.date(2026, 10, 6), 9, 10),), people=10, on_pace=8,
)  # fmt: skip
COACHES = (role("COACH_LEAD", 2), role("TUTOR_COACH", 7))


def value(code, known):
    return hint(CORE[code], known).value


def axes(code, known):
    found = hint(CORE[code], known)
    return found.value, found.documented, found.practised


def told(code, says, known):
    found = [c for c in hint(CORE[code], known).checks if c.says == says]
    assert found, [c.says for c in hint(CORE[code], known).checks]
    return found[0]


OUTLINED = "Every coaching position has a published outline"
MOST_OUTLINED = "At least 80% of positions have a published outline"
MOST_READ = "At least 80% of holders have acknowledged theirs"
NOT_VACANT = "No position is vacant for more than 30 days"
WRITTEN, FILLED = "A job description is written", "The position is filled"
HOLDER_READ = "The holder has acknowledged it"
REVIEWED = "It was reviewed after the first checklist window of the year"
LOG, PLANNED = "Attendance or session log", "PD and coaching plan by level"
ON_PACE = "At least 80% of holders met the hours or sessions planned to date"
MET = "No level went 90 days without a session or a coaching talk"
CASELOADS = "Coach to tutor caseload list"
AGREE = "Raters agree on at least 80% of the items"
SUBMITTED = "At least 80% of checklists were submitted in them"
CHECKLISTS = "Every position has a published checklist"
COACH_READ = "At least 80% of coaches have acknowledged theirs"
UNREAD = replace(COACHES[0], acknowledged=0)

# Situation: indicator, facts, which check, its result, its sentence with the names in it.
SITUATIONS = [
    ("6b.1", facts(), WRITTEN, "failed", "Nothing is written."),
    ("6b.1", facts(role("PROGRAM_LEAD", outline=None, drafted=True)), WRITTEN, "passed",
     "A draft is open."),
    ("6b.1", facts(LEAD), "The job description is published", "passed",
     "Version 2, Dana Whitfield, Aug 3, 2026."),
    ("6b.1", facts(replace(LEAD, outline=outline("Lead", OLD))),
     "It was published within 12 months", "failed",
     "Version 2, Dana Whitfield, Aug 3, 2024: Program lead."),
    ("6b.1", facts(replace(LEAD, outline=outline("Lead", duties=0))),
     "It lists responsibilities", "failed", "0 responsibilities: Lead."),
    ("6b.1", facts(LEAD), FILLED, "passed", "Dana Whitfield."),
    ("6b.1", facts(replace(LEAD, filled=0, acknowledged=0, holders=())), FILLED, "failed",
     "The one position is vacant."),
    ("6b.1", facts(), FILLED, "failed", "There is no position yet."),
    ("6b.1", facts(LEAD), HOLDER_READ, "passed",
     "The one holder has acknowledged it. The last on Aug 3, 2026."),
    ("6b.1", facts(replace(LEAD, acknowledged=0, read_on=None)), HOLDER_READ, "failed",
     "The one holder has not acknowledged the published version."),
    ("6b.1", facts(LEAD, windows=(window(),)), REVIEWED, "passed",
     "Version 2 was published after Aug 3, 2026."),
    ("6b.1", facts(LEAD, windows=(window(TODAY),)), REVIEWED, "failed", "Not yet this year."),
    ("6b.1", facts(LEAD), "The lead uses it in coaching talks", "unknown",
     "The records cannot show this; the team can say."),
    ("6b.2", facts(role("PROJECT_MANAGER", 2), role("PRINCIPAL", 3, outline=None)),
     MOST_OUTLINED, "failed",
     "2 of 5 positions have a published job description; these three do not:"
     " Principal (3 positions)."),
    ("6b.2", facts(role("PROJECT_MANAGER", 9), role("PRINCIPAL", 1, outline=None)),
     MOST_OUTLINED, "passed",
     "9 of 10 positions have a published job description; this one does not."),
    ("6b.2", facts(role("PRINCIPAL", 12, acknowledged=3, read_on=AUGUST)), MOST_READ, "failed",
     "3 of 12 holders have acknowledged theirs. The last on Aug 3, 2026."),
    ("6b.2",
     facts(
         role("PRINCIPAL", 12, acknowledged=3),
         examples=tuple(
             Seat(n, "PRINCIPAL", "Principal", f"School {n}", f"P {n}") for n in range(6)
         ),
     ),
     MOST_READ, "failed",
     "3 of 12 holders have acknowledged theirs; these nine have not: P 0, Principal, School 0;"
     " P 1, Principal, School 1; P 2, Principal, School 2; P 3, Principal, School 3;"
     " P 4, Principal, School 4; and 4 more."),
    ("6b.2",
     facts(
         role("PRINCIPAL", 12, filled=11, idle=1),
         examples=(Seat(9, "PRINCIPAL", "Principal", "North", vacant_since=dt.date(2026, 9, 1)),),
     ),
     NOT_VACANT, "failed",
     "1 position of 12 has been vacant for more than 30 days:"
     " Principal, North, since Sep 1, 2026."),
    ("6b.2", facts(role("PRINCIPAL", 12, filled=11)), NOT_VACANT, "passed", "None is."),
    ("6b.2", facts(role("PRINCIPAL", 2, outline=outline(published_on=OLD)), role("SITE_LEAD", 1)),
     "Every outline was published within 12 months", "failed",
     "1 of 3 covered positions has one of the last 12 months; these two do not:"
     " Principal (2 positions). The oldest is from Aug 3, 2024."),
    ("6b.3", facts(role("COACH_LEAD", 2, outline=None), role("TUTOR_COACH", 7)), OUTLINED, "failed",
     "7 of 9 positions have a published job description; these two do not:"
     " Coach lead (2 positions)."),
    ("6b.3", facts(*COACHES), OUTLINED, "passed",
     "All 9 positions have a published job description."),
    ("6b.3", facts(role("TUTOR_COACH", outline=outline(caseload=" "))),
     "Each outline states the caseload", "failed",
     "The one position needs a caseload in its job description: Tutor coach."),
    ("6b.3",
     facts(role("TUTOR_COACH", 7, outline=None), has_partner=True,
           notes=(note("provider_exhibit", "6b.3"),)),
     OUTLINED, "passed",
     "All 7 positions have a published job description."
     " For Tutor coach the provider's own counts (external): A file."),
    ("6b.3",
     facts(role("TUTOR_COACH", 7, outline=None), notes=(note("provider_exhibit", "6b.3"),)),
     OUTLINED, "failed",
     "None of the 7 positions has a published job description: Tutor coach (7 positions)."),
    ("6b.3", facts(*COACHES), CASELOADS, "failed", "No caseload list is on file."),
    ("6b.3", facts(*COACHES, notes=(note("caseload_list", "6b.3"),)), CASELOADS, "passed",
     "The newest is from Aug 3, 2026."),
    ("6b.3", facts(*COACHES, notes=(note("caseload_list", "6b.3", dt.date(2026, 3, 1)),)),
     CASELOADS, "failed", "The newest is from Mar 1, 2026, and counts no more."),
    ("6b.3", facts(UNREAD, COACHES[1]), COACH_READ, "failed",
     "7 of 9 holders have acknowledged theirs."),
    ("6c.1", facts(), PLANNED, "failed", "No learning plan is recorded."),
    ("6c.1", facts(learning=PLAN), PLANNED, "passed", "1 line in the plan of 2026-27."),
    ("6c.1", facts(learning=PLAN), LOG, "passed",
     "1 session with attendance, the last on Oct 6, 2026."),
    ("6c.1", facts(), ON_PACE, "unknown",
     "The records hold no learning by level; the team can say."),
    ("6c.1", facts(learning=replace(PLAN, on_pace=7)), ON_PACE, "failed",
     "7 of 10 holders are on pace."),
    ("6c.1",
     facts(learning=replace(PLAN, levels=(LEVEL, replace(LEVEL, label="Coaching", quiet=True)))),
     MET, "failed",
     "1 of 2 levels has met within 90 days; this one has not: Coaching."),
    ("6c.2", facts(checklist("PRINCIPAL", 12), role("SITE_LEAD", 2)), CHECKLISTS, "failed",
     "12 of 14 positions have a published checklist; these two do not: Site lead (2 positions)."),
    ("6c.2", facts(), "Two windows have closed this school year", "failed", "None yet."),
    ("6c.2", facts(windows=(window(submitted=4), window())), SUBMITTED, "failed",
     "14 of 20 checklists were submitted."),
    ("6c.2", facts(windows=(window(second_rated=0, agreement=None),)), AGREE, "failed",
     "No checklist has two raters yet."),
    ("6c.2", facts(windows=(window(agreement=None),)), AGREE, "unknown",
     "Too few pairs of raters to say; the team can say."),
    ("6c.2", facts(windows=(window(agreement=70), window(agreement=89))), AGREE, "failed",
     "79% on average."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "known", "says", "result", "sentence"), SITUATIONS)
def test_each_situation_has_its_sentence(code, known, says, result, sentence):
    check = told(code, says, known)

    assert (check.result, check.told) == (Result(result), sentence)


def test_every_core_indicator_is_looked_up_and_no_optional_one_is():
    assert all(each.lookups for each in library().core)
    assert [hint(each, facts()) for each in library().optional] == [None, None]


@pytest.mark.parametrize("code", sorted(CORE))
def test_empty_records_give_a_hint_of_0(code):
    assert value(code, facts()) == 0


@pytest.mark.parametrize("code", sorted(CORE))
def test_every_point_above_0_has_a_check(code):
    assert {check.rung for check in hint(CORE[code], facts()).checks} == {1, 2, 3}


@pytest.mark.parametrize("code", sorted(CORE))
def test_both_axes_are_spoken_of(code):
    assert {check.axis for check in hint(CORE[code], facts()).checks} == set(Axis)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (LEAD, (2, 2, 2)),
        (replace(LEAD, outline=None, drafted=True, acknowledged=0), (1, 1, 1)),
        (replace(LEAD, acknowledged=0), (1, 2, 1)),
        (replace(LEAD, outline=outline(published_on=OLD)), (1, 1, 2)),
        (replace(LEAD, outline=outline(duties=0)), (1, 1, 2)),
        (replace(LEAD, filled=0, acknowledged=0), (1, 2, 1)),
        (replace(LEAD, key="PROJECT_MANAGER"), (0, 0, 1)),
    ],
    ids=["all", "draft", "unread", "old", "no duty", "vacant", "another role"],
)
def test_the_leads_job_description_on_both_axes(lead, expected):
    assert axes("6b.1", facts(lead)) == expected


def test_what_only_the_team_can_know_keeps_a_hint_under_3():
    known = facts(LEAD, windows=(window(),))

    assert [check.says for check in hint(CORE["6b.1"], known).checks if check.is_failed] == []
    assert axes("6b.1", known) == (2, 3, 2)


@pytest.mark.parametrize(("covered", "expected"), [(0, 0), (1, 1), (7, 1), (8, 2), (10, 3)])
def test_senior_outlines_climb_with_the_share_of_positions_covered(covered, expected):
    known = facts(role("PROJECT_MANAGER", covered), role("PRINCIPAL", 10 - covered, outline=None))

    assert value("6b.2", known) == expected


def test_a_coach_of_the_provider_is_covered_by_what_the_provider_sent():
    known = facts(
        role("TUTOR_COACH", 7, outline=None, acknowledged=0),
        notes=(note("provider_exhibit", "6b.3"),),
    )

    assert axes("6b.3", known) == (1, 1, 1)
    assert axes("6b.3", replace(known, has_partner=True)) == (2, 2, 2)


def test_the_milestone_that_publishes_the_plan_brings_it():
    done = DoneMilestone(1, "M26", "PD plan published", AUGUST, "Plan", frozenset({"6c.1"}))

    assert value("6c.1", facts(milestones=(done,))) == 1
    assert value("6c.1", facts(milestones=(replace(done, key="M12"),))) == 0


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), 1),
        ((window(),), 1),
        ((window(submitted=4), window()), 1),
        ((window(second_rated=0, agreement=None), window(second_rated=0, agreement=None)), 2),
        ((window(agreement=70), window(agreement=70)), 2),
        ((window(agreement=None), window(agreement=None)), 2),
        ((window(), window()), 3),
    ],
    ids=["none", "one", "few submitted", "one rater", "disagree", "too few pairs", "all"],
)
def test_checklists_climb_with_their_use(windows, expected):
    assert value("6c.2", facts(checklist("PRINCIPAL"), windows=windows)) == expected


def test_what_would_change_it_names_the_next_rung_of_each_axis_easiest_first():
    known = facts(
        role("PRINCIPAL", 10, outline=None, acknowledged=6),
        role("SITE_LEAD", 10, filled=4, idle=6),
    )

    ways = hint(CORE["6b.2"], known).what_would_change_it

    assert [(way.axis, way.rung, way.missing, way.says) for way in ways] == [
        ("practised", 2, 2, MOST_READ),
        ("documented", 2, 6, MOST_OUTLINED),
    ]


def test_of_two_ways_as_far_off_the_one_that_is_a_click_comes_first():
    known = facts(replace(LEAD, acknowledged=0, outline=outline(published_on=OLD)))

    ways = hint(CORE["6b.1"], known).what_would_change_it

    assert [way.measure for way in ways] == ["acknowledged", "role_current"]
    assert [thing.view_name for thing in ways[1].things] == ["roles:role"]


def test_nothing_would_change_a_hint_that_only_the_team_can_raise():
    assert hint(CORE["6b.1"], facts(LEAD, windows=(window(),))).what_would_change_it == ()


@pytest.mark.parametrize(
    ("enough", "part", "whole", "missing"),
    [
        ("all", 9, 9, 0), ("all", 7, 9, 2), ("all", 0, 0, 1), ("any", 1, 9, 0), ("any", 0, 9, 1),
        ("80%", 8, 10, 0), ("80%", 7, 10, 1), ("80%", 7, 9, 1), ("80%", 0, 0, 1), (2, 1, 1, 1),
        (2, 3, 3, 0),
    ],
)  # fmt: skip
def test_how_much_is_enough(enough, part, whole, missing):
    assert short_by(enough, Measured(part, whole, "")) == missing


def test_a_districts_own_standard_may_name_the_same_measures_or_none():
    mine = {
        "code": "X.1", "standard": "X Our own", "title": "Ours", "plain_question": "Do we?",
        "auto_check": [
            {"measure": "milestones_done", "axis": "practised", "rung": 1, "enough": 2,
             "says": "Two milestones"},
        ],
    }  # fmt: skip
    done = DoneMilestone(1, "", "Met", AUGUST, "Minutes", frozenset({"X.1"}), alike=1)

    found = hint(Indicator.from_raw(mine), facts(milestones=(done,)))

    assert (found.value, found.documented, found.practised) == (1, None, 3)
    assert found.checks[0].found == "All 2 milestones are done, with proof."
    assert hint(Indicator.from_raw({**mine, "auto_check": []}), facts()) is None


def test_every_measure_is_named_somewhere_and_every_name_is_a_measure():
    named = {each["measure"] for indicator in raw() for each in indicator["auto_check"]}

    assert named <= set(MEASURES)
    assert set(MEASURES) - named == {"milestones_done"}
