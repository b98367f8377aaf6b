"""What is in a packet: the records as they stand, without names and without results of a few."""

import datetime as dt

import pytest
from django.utils import timezone

from checklists.models import Checklist
from roadmap.models import DateChange, Milestone
from roles.models import User
from tests.factories.checklists import TemplateFactory, WindowFactory
from tests.factories.roadmap_decisions import DecisionRequestFactory
from tests.tutoring_admin.packets.conftest import TYPED, district_year, published, rated
from tutoring_admin.packets import content as shape
from tutoring_admin.packets import services
from tutoring_admin.packets.asked import Typed

pytestmark = pytest.mark.django_db


def board(by, typed=TYPED):
    return services.draft("board", typed, by=by).content


def annex(by, typed=TYPED):
    return services.draft("grant", typed, by=by).content


def figure(content, key):
    return next(shape.shown(each) for each in shape.figures_of(content) if each["key"] == key)


def rows(content, key):
    """The rows of a table, or none if it is not there."""
    tables = [table for part in shape.sections_of(content) for table in part["tables"]]
    return next((table["rows"] for table in tables if table["key"] == key), [])


def test_the_figures_of_a_board_packet_are_those_of_the_records(program, by):
    content = board(by)

    assert figure(content, "schools") == "3"
    assert figure(content, "milestones") == "1 of 3"
    assert figure(content, "late") == "1"
    assert figure(content, "ready") == "1 of 5"
    assert figure(content, "submitted") == "5 of 5"
    assert figure(content, "asked") == "1"
    assert rows(content, "readiness")[0][0] == "6b.1"
    assert rows(content, "readiness")[0][2:] == [2, 1, "up 1"]
    assert rows(content, "phases") == [["Launch", 3, 1, 1], ["All phases", 3, 1, 1]]
    assert rows(content, "rounds")[0][2:] == [1, 2]
    assert rows(content, "asked")[0][:2] == ["Fund a second coach?", "$12,000 from Title I, once"]


def test_a_new_district_gets_a_packet_that_says_what_is_not_there(district, by):
    content = board(by)

    says = " ".join(line for part in content["sections"] for line in part["says"])
    assert figure(content, "on_track") == "not told"
    assert "No checklist window has closed yet." in says
    assert "No round of the self-assessment has been closed yet." in says
    assert "No decision is asked for." in says


def test_results_of_one_person_are_in_no_figure_and_follow_from_none(program, by):
    """Five were rated: four site leads, and one champion whose result the rest would give away."""
    content = board(by)

    assert figure(content, "on_track") == "50%"
    assert [row[:5] for row in rows(content, "bands")] == [
        ["Site Tutoring Lead", 4, 2, 1, 1],
        ["All together", 4, 2, 1, 1],
    ]
    champion = next(r for r in rows(content, "every_position") if r[0] == "Executive Champion")
    assert champion == ["Executive Champion", "fewer than 3", *["not told"] * 5, None]


def test_small_groups_that_are_three_together_count_among_all(program, by):
    window = Checklist.objects.first().window
    for title in ("Coaching Lead", "Program Lead"):
        template = TemplateFactory(district=program, role__title=title)
        rated(window, template, "developing")

    content = board(by)

    assert rows(content, "bands")[-1][:5] == ["All together", 7, 2, 3, 2]
    assert [row[0] for row in rows(content, "bands")] == ["Site Tutoring Lead", "All together"]


def test_an_open_window_is_in_no_packet(program, by):
    before = board(by)
    window = WindowFactory(district=program, school_year=district_year(program))
    template = TemplateFactory(district=program, role__title="School Coach")
    rated(window, template, "on_track", "on_track", "on_track")

    assert rows(board(by), "every_position") == rows(before, "every_position")


def test_staff_are_named_only_where_somebody_says_so(program, by):
    plain = str(board(by)) + str(annex(by))
    named = str(board(by, Typed("P", "M", with_names=True)))
    told = services.draft("board", TYPED, by=by)

    names = {f"{u.first_name} {u.last_name}" for u in User.objects.exclude(first_name="")}
    assert [name for name in names if name in plain] == []
    assert "Winter sessions, with a member of staff" in plain
    assert "Winter sessions, with Maria Vasquez" in named
    assert told.left_out == ("Maria Vasquez",)


def test_an_annex_lists_what_funders_ask_for(program, by):
    moved = Milestone.objects.get(title="Rooms agreed")
    DateChange.objects.create(
        district=program,
        milestone=moved,
        old=dt.date(2026, 10, 6),
        new=dt.date(2026, 10, 20),
        reason="The provider came late.",
        by=by.user,
    )

    content = annex(by)

    assert rows(content, "roles") == [
        ["School Principal, version 1", 3, 2, "Title I",
         "Human Resources Partner, Aug 21, 2026", "Oct 29, 2026"]
    ]  # fmt: skip
    assert rows(content, "learning") == [["Site", 4, 1, 1, 0, 0]]
    assert rows(content, "cycles")[0][0] == "September"
    assert rows(content, "cycles")[0][3:] == [5, 5, 0]
    assert rows(content, "evidence")[0][1:3] == ["Oct 5, 2026", "Minutes of October 5"]
    assert rows(content, "changes") == [
        ["Rooms agreed", "Oct 6, 2026", "Oct 20, 2026", "The provider came late.", "Oct 29, 2026"]
    ]
    assert figure(content, "changes") == "1"


def test_decisions_taken_are_told_until_the_next_packet_has_told_them(program, by, school_day):
    request = DecisionRequestFactory(
        district=program, school_year=district_year(program), question="Begin in winter?"
    )
    type(request).objects.filter(pk=request.pk).update(
        state="approved",
        chosen=request.options.first(),
        answered_by=by.user,
        answered_at=timezone.now(),
        answer="Go ahead.",
    )
    first = published(by)
    school_day.shift(dt.timedelta(days=30))
    second = published(by)

    assert rows(first.content, "taken")[0][1] == "Approved: A coach for 0.4 of a position"
    assert rows(first.content, "taken_all")[0][3] == "Go ahead."
    assert rows(second.content, "taken") == []


def test_a_day_in_the_past_is_told_as_the_records_have_it(program, by):
    draft = services.draft("board", TYPED, by=by, day=dt.date(2026, 10, 1))

    assert draft.content["as_of"] == "2026-10-01"
    assert figure(draft.content, "milestones") == "0 of 3"


def test_a_large_district_asks_no_more_questions(program, by, django_assert_max_num_queries):
    for n in range(4):
        template = TemplateFactory(district=program, role__title=f"Role {n}")
        rated(Checklist.objects.first().window, template, "on_track", "developing", "on_track")

    with django_assert_max_num_queries(40):
        board(by)
