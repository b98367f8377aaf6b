"""What a hint rests on. Plain values in, a hint out."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassessment.checks import Result
from selfassessment.facts import (
    ClosedWindow,
    DoneMilestone,
    Facts,
    Note,
    Outline,
    PublishedChecklist,
    Seat,
)
from selfassessment.library import library
from selfassessment.readiness import RULES, hint

TODAY = dt.date(2026, 10, 29)
AUGUST = dt.date(2026, 8, 3)
CORE = {indicator.code: indicator for indicator in library().core}


def seat(role_key, n=1, *, vacant_since=None, read=None):
    holder = "" if vacant_since else f"Holder {n}"
    return Seat(n, role_key, role_key.title(), f"School {n}", vacant_since, holder, read)


def outline(role_key, published_on=AUGUST, **more):
    more = {"duties": 9} | more
    return Outline(1, role_key, role_key.title(), 1, published_on, "Dana Whitfield", **more)


def window(closed_on=AUGUST, asked=10, submitted=10, second_rated=5, agreement=90, label="Fall"):
    return ClosedWindow(1, label, closed_on, asked, submitted, second_rated, agreement)


def facts(**more):
    return Facts(today=TODAY, **more)


def value(code, known):
    return hint(CORE[code], known).value


def failed(code, known):
    return [c.says for c in hint(CORE[code], known).checks if c.result is Result.FAILED]


def test_every_core_indicator_has_a_rule_and_no_optional_one_has():
    assert set(RULES) == set(CORE)
    assert [hint(each, facts()) for each in library().optional] == [None, None]


@pytest.mark.parametrize("code", sorted(CORE))
def test_empty_records_give_a_hint_of_0(code):
    assert value(code, facts()) == 0


@pytest.mark.parametrize("code", sorted(CORE))
def test_every_point_above_0_has_a_check(code):
    assert {check.rung for check in hint(CORE[code], facts()).checks} == {1, 2, 3}


def test_a_draft_alone_is_in_draft():
    assert value("6b.1", facts(drafts=frozenset({"PROGRAM_LEAD"}))) == 1


def lead(published_on=AUGUST, read=AUGUST, **more):
    return facts(
        seats=(seat("PROGRAM_LEAD", read=read),),
        outlines={"PROGRAM_LEAD": outline("PROGRAM_LEAD", published_on)},
        **more,
    )


def test_a_published_and_acknowledged_lead_job_description_is_in_use():
    assert value("6b.1", lead()) == 2


def test_the_lead_has_to_acknowledge_the_last_version():
    assert failed("6b.1", lead(read=None))[:1] == ["The holder has acknowledged it"]
    assert value("6b.1", lead(read=None)) == 1


def test_a_lead_job_description_without_a_duty_is_not_in_use():
    empty = outline("PROGRAM_LEAD", duties=0)
    known = facts(seats=(seat("PROGRAM_LEAD", read=AUGUST),), outlines={"PROGRAM_LEAD": empty})

    assert value("6b.1", known) == 1


def test_a_lead_job_description_of_two_years_ago_is_not_in_use():
    assert value("6b.1", lead(published_on=dt.date(2024, 8, 3))) == 1


def test_a_job_description_without_anyone_in_the_position_is_not_in_use():
    known = facts(
        seats=(seat("PROGRAM_LEAD", vacant_since=AUGUST),),
        outlines={"PROGRAM_LEAD": outline("PROGRAM_LEAD")},
    )

    assert value("6b.1", known) == 1


def test_what_only_the_team_can_know_keeps_a_hint_under_3():
    known = lead(windows=(window(dt.date(2026, 7, 30)),))

    assert failed("6b.1", known) == []
    assert value("6b.1", known) == 2


def test_the_project_managers_job_description_does_not_stand_in_for_the_leads():
    known = facts(
        seats=(seat("PROJECT_MANAGER", read=AUGUST),),
        outlines={"PROJECT_MANAGER": outline("PROJECT_MANAGER")},
    )

    assert value("6b.1", known) == 0


def principals(covered, total, **more):
    """`covered` project managers with an outline among `total` seats, the rest principals."""
    keys = ["PROJECT_MANAGER"] * covered + ["PRINCIPAL"] * (total - covered)
    return facts(
        seats=tuple(seat(key, n, read=AUGUST) for n, key in enumerate(keys)),
        outlines={"PROJECT_MANAGER": outline("PROJECT_MANAGER")},
        **more,
    )


@pytest.mark.parametrize(("covered", "expected"), [(0, 0), (1, 1), (7, 1), (8, 2), (10, 3)])
def test_senior_outlines_climb_with_the_share_of_positions_covered(covered, expected):
    assert value("6b.2", principals(covered, 10)) == expected


def test_gaps_are_named():
    checks = hint(CORE["6b.2"], principals(1, 2)).checks

    assert any("Missing: Principal, School 1." in check.found for check in checks)


@pytest.mark.parametrize(("days", "expected"), [(30, 3), (31, 2)])
def test_a_vacancy_of_more_than_30_days_is_not_routine(days, expected):
    since = TODAY - dt.timedelta(days=days)
    known = facts(
        seats=(
            seat("PROJECT_MANAGER", read=AUGUST),
            seat("PROJECT_MANAGER", 2, vacant_since=since),
        ),
        outlines={"PROJECT_MANAGER": outline("PROJECT_MANAGER")},
    )

    assert value("6b.2", known) == expected


@pytest.mark.parametrize(
    ("caseload", "rhythm", "expected"),
    [("", "", 1), ("8 tutors", "", 1), ("", "weekly", 1), ("8 tutors", "weekly", 2)],
)
def test_coaching_outlines_state_caseload_and_rhythm(caseload, rhythm, expected):
    coach = outline("TUTOR_COACH", caseload=caseload, observation_rhythm=rhythm)
    known = facts(seats=(seat("TUTOR_COACH"),), outlines={"TUTOR_COACH": coach})

    assert value("6b.3", known) == expected


def note(kind, dated_on=AUGUST, code="6c.1"):
    return Note(1, code, kind, "A file", "", "https://district.example", dated_on, "Dana Whitfield")


def test_without_a_plan_the_records_say_so():
    assert hint(CORE["6c.1"], facts()).checks[0].found == "No learning plan is recorded."


def test_a_plan_on_file_is_a_draft_of_learning_until_it_is_too_old():
    assert value("6c.1", facts(notes=(note("pd_plan"),))) == 1
    assert value("6c.1", facts(notes=(note("pd_plan", dt.date(2025, 8, 3)),))) == 0


def test_the_milestone_that_publishes_the_plan_brings_it():
    done = DoneMilestone(1, "M26", "PD plan published", AUGUST, "Plan", frozenset({"6c.1"}))
    other = DoneMilestone(2, "M12", "First take", AUGUST, "Report", frozenset({"6c.1"}))

    assert value("6c.1", facts(milestones=(done,))) == 1
    assert value("6c.1", facts(milestones=(other,))) == 0


def checked(*windows):
    return facts(
        seats=(seat("PRINCIPAL"),),
        checklists={"PRINCIPAL": PublishedChecklist("PRINCIPAL", "Principal checklist", 1)},
        windows=windows,
    )


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
    assert value("6c.2", checked(*windows)) == expected


def test_a_position_without_a_checklist_keeps_the_rest_from_in_use():
    known = checked(window(), window())
    more = facts(
        seats=(*known.seats, seat("SITE_LEAD", 2)),
        checklists=known.checklists,
        windows=known.windows,
    )

    assert value("6c.2", more) == 1


KEYS = ["PROGRAM_LEAD", "PROJECT_MANAGER", "PRINCIPAL", "SITE_LEAD", "TUTOR_COACH"]
OUTLINES = st.sets(st.sampled_from(KEYS))


@given(
    code=st.sampled_from(["6b.1", "6b.2", "6b.3"]),
    seats=st.lists(st.tuples(st.sampled_from(KEYS), st.booleans(), st.booleans()), max_size=8),
    before=OUTLINES,
    more=OUTLINES,
)
def test_another_published_outline_never_lowers_a_hint(code, seats, before, more):
    placed = tuple(
        seat(
            key,
            n,
            vacant_since=AUGUST if empty else None,
            read=None if empty or not read else AUGUST,
        )
        for n, (key, empty, read) in enumerate(seats)
    )

    def known(keys):
        return facts(
            seats=placed,
            outlines={k: outline(k, caseload="8", observation_rhythm="weekly") for k in keys},
        )

    assert value(code, known(before)) <= value(code, known(before | more))
