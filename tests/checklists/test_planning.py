import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.planning import Meetings, Rhythm, Year, clashing, propose

DAY = dt.timedelta(1)
THANKSGIVING = (dt.date(2026, 11, 25), dt.date(2026, 11, 27))
WINTER = (dt.date(2026, 12, 21), dt.date(2027, 1, 4))
SPRING = (dt.date(2027, 3, 15), dt.date(2027, 3, 19))
YEAR = Year(
    starts_on=dt.date(2026, 7, 1),
    ends_on=dt.date(2027, 6, 30),
    first_student_day=dt.date(2026, 8, 17),
    last_student_day=dt.date(2027, 5, 28),
    closures=(THANKSGIVING, WINTER, SPRING, (dt.date(2026, 9, 7), dt.date(2026, 9, 7))),
)
ASKED = {
    "FC_SITE": "monthly",
    "FC_PRIN": "quarterly",
    "FC_DEPT": "twice_a_year",
    "FC_YEAR": "yearly",
}
SUMMER = dt.date(2026, 7, 20)


def planned(rhythm, *, today=SUMMER, year=YEAR, **more):
    return propose(rhythm, year, ASKED, today=today, **more)


def spans(plan):
    return [(p.opens_on, p.closes_on) for p in plan.proposals]


def asked(plan, key):
    """The places of the windows that ask for a checklist."""
    return [n for n, p in enumerate(plan.proposals) if not p.only or key in p.only]


def test_three_seasons_begin_and_end_with_school():
    plan = planned(Rhythm.SEASONS)

    assert [(p.label, p.kind) for p in plan.proposals] == [
        ("Fall checklist", "fall"),
        ("Winter checklist", "winter"),
        ("Spring checklist", "spring"),
    ]
    assert spans(plan) == [
        (dt.date(2026, 10, 15), dt.date(2026, 11, 13)),
        (dt.date(2027, 1, 11), dt.date(2027, 1, 29)),
        (dt.date(2027, 3, 22), dt.date(2027, 4, 15)),
    ]


def test_a_school_year_that_begins_in_january_has_its_seasons_too():
    year = Year(
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2027, 12, 31),
        first_student_day=dt.date(2027, 1, 6),
        last_student_day=dt.date(2027, 12, 15),
    )

    assert len(planned(Rhythm.SEASONS, year=year, today=dt.date(2027, 1, 1)).proposals) == 3


def test_a_month_is_asked_about_in_its_last_ten_school_days():
    plan = planned(Rhythm.MONTHLY)

    assert plan.proposals[1].label == "September checklist"
    assert spans(plan)[1] == (dt.date(2026, 9, 17), dt.date(2026, 9, 30))
    assert len(plan.proposals) == 10


def test_a_month_with_a_break_is_asked_about_before_it():
    november, december = spans(planned(Rhythm.MONTHLY))[3:5]

    assert november == (dt.date(2026, 11, 11), dt.date(2026, 11, 24))
    assert december == (dt.date(2026, 12, 7), dt.date(2026, 12, 18))


def test_a_month_that_opens_with_a_break_is_asked_about_after_it():
    march = spans(planned(Rhythm.MONTHLY))[7]

    assert march == (dt.date(2027, 3, 22), dt.date(2027, 3, 31))


def test_a_month_of_four_school_days_is_left_out():
    year = Year(YEAR.starts_on, YEAR.ends_on, dt.date(2026, 8, 26), YEAR.last_student_day)

    assert planned(Rhythm.MONTHLY, year=year).proposals[0].label == "September checklist"


def test_in_a_monthly_rhythm_rarer_checklists_wait_for_their_turn():
    plan = planned(Rhythm.MONTHLY)

    assert asked(plan, "FC_SITE") == list(range(10))
    assert asked(plan, "FC_PRIN") == [2, 5, 8]
    assert asked(plan, "FC_DEPT") == [4, 9]
    assert asked(plan, "FC_YEAR") == [9]


def test_in_three_seasons_what_is_asked_twice_is_asked_in_fall_and_spring():
    plan = planned(Rhythm.SEASONS)

    assert asked(plan, "FC_PRIN") == [0, 1, 2]
    assert asked(plan, "FC_DEPT") == [0, 2]
    assert asked(plan, "FC_YEAR") == [2]
    assert plan.proposals[2].only == ()


def test_planning_the_rest_of_a_year_asks_what_planning_it_at_once_would_have():
    whole = planned(Rhythm.MONTHLY).proposals

    rest = planned(Rhythm.MONTHLY, today=dt.date(2026, 12, 1)).proposals

    assert rest == whole[4:]


def test_a_window_that_has_begun_is_shortened_or_left_out():
    begun = planned(Rhythm.MONTHLY, today=dt.date(2026, 12, 12)).proposals[0]
    too_late = planned(Rhythm.MONTHLY, today=dt.date(2026, 12, 15)).proposals[0]

    assert (begun.opens_on, begun.closes_on) == (dt.date(2026, 12, 14), dt.date(2026, 12, 18))
    assert too_late.label == "January checklist"


def test_days_that_are_planned_already_are_left_out_and_named():
    taken = (dt.date(2026, 11, 13), dt.date(2026, 11, 13))

    plan = planned(Rhythm.SEASONS, planned=[taken])

    assert [p.label for p in plan.taken] == ["Fall checklist"]
    assert [p.label for p in plan.proposals] == ["Winter checklist", "Spring checklist"]


def test_with_every_third_meeting_a_window_ends_on_that_day():
    first = dt.date(2026, 9, 1)  # a Tuesday

    plan = planned(Rhythm.MEETINGS, meetings=Meetings(first, every_weeks=2, every_nth=3))

    assert plan.proposals[0].label == "Checklist for September 29 meeting"
    assert spans(plan)[0] == (dt.date(2026, 9, 23), dt.date(2026, 9, 29))
    assert asked(plan, "FC_PRIN") == [1, 3, 5]


def test_a_meeting_that_falls_into_a_break_does_not_count():
    first = dt.date(2026, 12, 8)

    plan = planned(Rhythm.MEETINGS, meetings=Meetings(first, every_weeks=2, every_nth=2))

    # December 22 lies in the break
    assert spans(plan)[0] == (dt.date(2026, 12, 15), dt.date(2027, 1, 5))


def test_meetings_need_a_first_day():
    with pytest.raises(ValueError, match="first meeting"):
        planned(Rhythm.MEETINGS)


def test_nothing_is_proposed_after_the_year():
    assert planned(Rhythm.MONTHLY, today=dt.date(2027, 6, 10)).proposals == ()


def test_stretches_that_share_days_with_an_earlier_one():
    stretches = [(SUMMER, SUMMER + 3 * DAY), (SUMMER + 4 * DAY, SUMMER + 5 * DAY), (SUMMER, SUMMER)]

    assert clashing(stretches) == {2}


breaks = st.lists(
    st.tuples(st.dates(dt.date(2026, 8, 1), dt.date(2027, 5, 30)), st.integers(0, 20)).map(
        lambda made: (made[0], made[0] + made[1] * DAY)
    ),
    max_size=6,
)
teams = st.builds(
    Meetings,
    first=st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30)),
    every_weeks=st.integers(1, 8),
    every_nth=st.integers(1, 6),
)


@given(
    rhythm=st.sampled_from(Rhythm),
    closures=breaks,
    meetings=teams,
    today=st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30)),
)
def test_whatever_the_calendar_windows_begin_and_end_with_school_and_never_share_a_day(
    rhythm, closures, meetings, today
):
    year = Year(
        YEAR.starts_on,
        YEAR.ends_on,
        YEAR.first_student_day,
        YEAR.last_student_day,
        tuple(closures),
    )

    plan = planned(rhythm, year=year, meetings=meetings, today=today)

    for proposal in plan.proposals:
        assert year.has_school(proposal.opens_on)
        assert year.has_school(proposal.closes_on)
        assert today <= proposal.opens_on <= proposal.closes_on
        assert len(proposal.label) <= 60
    assert clashing(spans(plan)) == set()
    labels = [proposal.label for proposal in plan.proposals]
    assert len(set(labels)) == len(labels)
