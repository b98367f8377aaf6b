import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap.boards.lines import PER_PAGE
from roadmap.boards.pieces import Gathered
from roadmap.models import Contribution, Milestone
from roles.capabilities import AccessLevel
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    SchoolFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
OWN_QUERIES = 8


@pytest.fixture
def milestone():
    return owned_milestone(title="Quarterly executive brief", proof_hint="Brief")


@pytest.fixture
def lead(client, milestone):
    user = member(AccessLevel.DISTRICT_LEAD, at=milestone.district)
    client.force_login(user)
    return user


def index(district, query=""):
    return reverse("roadmap:index", kwargs={"district": district.slug}) + query


def shown(response):
    """The titles on the page; a group's with its words."""
    return [
        f"{row.group.title}: {row.group.words}"
        if isinstance(row, Gathered)
        else row.milestone.title
        for row in response.context["board"].rows
    ]


def beside(milestone, **fields):
    return MilestoneFactory(district=milestone.district, phase=milestone.phase, **fields)


def at_schools(milestone, *states, **fields):
    """One milestone of the same title at as many schools as there are states."""
    district = milestone.district
    for state in states:
        given = {"done": True} if state == "done" else {"state": state}
        beside(milestone, school=SchoolFactory(district=district), **given, **fields)


def test_the_list_goes_by_month_with_now_between_what_was_and_what_comes(client, lead, milestone):
    beside(milestone, title="Launch check", due_on=dt.date(2026, 10, 20))
    beside(milestone, title="Today's", due_on=dt.date(2026, 10, 29))

    october, november = client.get(index(milestone.district)).context["board"].sections

    assert [row.milestone.title for row in october.before] == ["Launch check"]
    assert [row.milestone.title for row in october.after] == ["Today's"]
    assert (october.is_now, november.is_now) == (True, False)
    assert (october.note, november.note) == ("weeks 7 to 11", "weeks 12 to 16")
    assert october.before[0].label == "9 days late"


def test_this_month_stands_even_when_nothing_is_due_in_it(client, lead, milestone):
    response = client.get(index(milestone.district))

    assert [section.title for section in response.context["board"].sections] == [
        "October",
        "November",
    ]
    assert "Now: Thursday, October 29" in response.content.decode()


def test_past_months_with_nothing_open_are_folded_until_asked_for(client, lead, milestone):
    beside(milestone, title="Settled", due_on=dt.date(2026, 8, 28), done=True)
    beside(milestone, title="Left open", due_on=dt.date(2026, 9, 4))

    folded = client.get(index(milestone.district))
    unfolded = client.get(index(milestone.district, "?earlier=1"))

    assert shown(folded) == ["Left open", "Quarterly executive brief"]
    assert folded.context["board"].folded == 1
    assert shown(unfolded) == ["Settled", "Left open", "Quarterly executive brief"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?view=overdue", ["Late"]),
        ("?view=mine", ["Helped with", "Mine"]),
        ("?state=late", ["Late"]),
        ("?state=soon", ["Quarterly executive brief"]),
        ("?state=blocked", ["Stuck"]),
        ("?supports=6c.2", ["Stuck"]),
        ("?phase=P-2", ["Mine"]),
        ("?owner=nobody", ["Late", "Stuck", "Helped with"]),
        ("?owner=COACH", ["Mine"]),
        ("?school=district", ["Late", "Quarterly executive brief", "Stuck", "Mine"]),
        ("?text=stu", ["Stuck"]),
        ("?due_from=2026-12-05", ["Helped with", "Mine"]),
        ("?due_to=2026-10-31", ["Late"]),
        ("?view=overdue&state=blocked", []),
        ("?view=nonsense&phase=none&due_to=soon&page=x&group=99&school=0",
         ["Late", "Quarterly executive brief", "Stuck", "Helped with", "Mine"]),
    ],
)  # fmt: skip
def test_the_address_says_which_milestones_are_shown(client, lead, milestone, query, expected):
    beside(milestone, title="Late", due_on=dt.date(2026, 10, 20))
    beside(
        milestone, title="Stuck", due_on=dt.date(2026, 12, 4), state="blocked",
        reason="No room", supports=["6c.2"],
    )  # fmt: skip
    mine = beside(milestone, title="Mine", due_on=dt.date(2026, 12, 11))
    mine.owner = PositionFactory(district=milestone.district, role__key="COACH")
    mine.phase = PhaseFactory(
        district=milestone.district, school_year=milestone.school_year, key="P-2"
    )
    mine.save()
    AssignmentFactory(district=milestone.district, position=mine.owner, holder=lead)
    school = SchoolFactory(district=milestone.district)
    helped = beside(
        milestone, title="Helped with", due_on=dt.date(2026, 12, 7), school=school
    )  # fmt: skip
    Contribution.objects.create(
        district=milestone.district, milestone=helped, position=mine.owner
    )  # fmt: skip

    assert shown(client.get(index(milestone.district, query))) == expected


def test_filters_go_with_every_view_and_come_off_one_by_one(client, lead, milestone):
    response = client.get(
        index(milestone.district, "?view=owner&state=open&text=brief&due_from=2026-11-01")
    )

    place = response.context["place"]
    assert [choice.words for choice in place.filters.choices] == [
        "State: Open",
        "Words: brief",
        "Due from: Nov 1, 2026",
    ]
    assert place.without("text") == "?view=owner&state=open&due_from=2026-11-01"
    addresses = [address for address, *_ in response.context["views"]]
    assert all("state=open&text=brief&due_from=2026-11-01" in each for each in addresses)
    assert "1 of 1 milestones shown" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?state=done", "No milestone fits"),
        ("?view=mine", "Nothing open is yours"),
        ("?view=overdue", "Nothing is overdue"),
    ],
)
def test_an_empty_page_says_what_would_stand_there(client, lead, milestone, query, words):
    assert words in client.get(index(milestone.district, query)).content.decode()


def test_what_is_set_aside_counts_in_no_figure(client, lead, milestone):
    beside(milestone, state="not_applicable", reason="No provider")
    beside(milestone, done=True)

    response = client.get(index(milestone.district, "?view=phase"))

    figures = response.context["figures"]
    assert (figures.total, figures.done, figures.late, figures.soon) == (2, 1, 0, 1)
    assert [section.note for section in response.context["board"].sections] == ["1 of 2 done"]


def test_the_same_milestone_at_schools_is_one_line_that_opens(client, lead, milestone):
    at_schools(
        milestone, "done", "done", "not_started", "in_progress",
        title="Second room ready", due_on=dt.date(2026, 10, 20),
    )  # fmt: skip
    at_schools(milestone, "not_started", title="Only here", due_on=dt.date(2026, 11, 9))

    response = client.get(index(milestone.district))
    row = response.context["board"].rows[0]
    opened = client.get(index(milestone.district, row.address))
    inside = client.get(index(milestone.district, row.address), headers={"HX-Request": "true"})

    assert shown(response) == [
        "Second room ready: 2 of 4 schools, 2 late",
        "Quarterly executive brief",
        "Only here",
    ]
    assert shown(opened) == shown(inside) == ["Second room ready"] * 4
    assert "<h1" not in inside.content.decode()


def test_a_group_counts_what_comes_again_at_one_school_by_times(client, lead, milestone):
    school = SchoolFactory(district=milestone.district)
    for day in (3, 4):
        beside(milestone, title="Room check", school=school, due_on=dt.date(2026, 11, day))

    assert shown(client.get(index(milestone.district)))[0] == "Room check: 0 of 2 done"


def test_by_owner_the_unowned_stand_last_and_each_role_says_how_it_stands(client, lead, milestone):
    beside(milestone, title="Nobody's", due_on=dt.date(2026, 10, 20))

    board = client.get(index(milestone.district, "?view=owner")).context["board"]

    role = milestone.owner.role
    assert [(section.title, section.note) for section in board.sections] == [
        (role.title, "0 of 1 done"),
        ("No owner yet", "0 of 1 done, 1 late"),
    ]


def test_by_indicator_a_milestone_stands_under_each_that_it_supports(client, lead, milestone):
    Milestone.objects.filter(pk=milestone.pk).update(supports=["6c.1", "6b.2"])
    beside(milestone, title="For itself")

    board = client.get(index(milestone.district, "?view=indicator")).context["board"]

    assert [
        (section.title, [row.milestone.title for row in section.rows]) for section in board.sections
    ] == [
        ("6b.2", ["Quarterly executive brief"]),
        ("6c.1", ["Quarterly executive brief"]),
        ("No indicator", ["For itself"]),
    ]
    assert board.count == 2


def test_a_long_list_comes_in_pages_and_opens_where_today_is(client, lead, milestone):
    Milestone.objects.bulk_create(
        Milestone(
            district=milestone.district, school_year=milestone.school_year, phase=milestone.phase,
            title=f"Step {n}", starts_on=dt.date(2026, 9, 1), due_on=dt.date(2026, 9, 1 + n % 30),
        )
        for n in range(PER_PAGE + 5)
    )  # fmt: skip

    first = client.get(index(milestone.district, "?page=1"))
    opened = client.get(index(milestone.district))
    beyond = client.get(index(milestone.district, "?page=9"))

    assert len(shown(first)) == PER_PAGE
    assert shown(opened)[-1] == shown(beyond)[-1] == "Quarterly executive brief"
    assert len(shown(opened)) == 6
    assert opened.context["board"].sections[0].goes_on
    assert "#m2026-09" in opened.content.decode()


@pytest.mark.parametrize("view", ["month", "timeline", "phase", "owner", "indicator"])
def test_each_line_stands_once_in_its_sections_on_one_of_the_pages(client, lead, milestone, view):
    district = milestone.district
    owners = [milestone.owner, PositionFactory(district=district), None]
    phases = [
        milestone.phase,
        PhaseFactory(district=district, school_year=milestone.school_year, key="P9"),
    ]
    codes = [["6b.1"], ["6b.2", "6c.1"], []]
    for n in range(2 * PER_PAGE):
        MilestoneFactory(
            district=district,
            phase=phases[n % 2],
            owner=owners[n % 3],
            supports=codes[n % 3],
            due_on=dt.date(2026, 9, 1) + dt.timedelta(days=n),
            title=f"Step {n}",
        )
    board = client.get(index(district, f"?view={view}&earlier=1")).context["board"]
    pages = [
        client.get(index(district, f"?view={view}&earlier=1&page={page}"))
        for page in range(1, board.pages + 1)
    ]
    found = [
        (section.anchor, row.milestone.pk)
        for page in pages
        for section in page.context["board"].sections
        for row in section.rows
    ]

    assert board.pages > 2
    assert len(found) == len(set(found)) == sum(each.tally.lines for each in board.all_sections)
    order = list(dict.fromkeys(anchor for anchor, _ in found))
    assert order == [each.anchor for each in board.all_sections if each.tally.lines]


@pytest.mark.parametrize("view", ["month", "timeline", "mine", "phase", "owner", "indicator"])
def test_a_view_costs_the_same_queries_however_long(client, lead, milestone, view):
    address = index(milestone.district, f"?view={view}&earlier=1")
    client.get(address)  # the first visit also notes the session
    costs = []
    for more in (0, 4):
        for _ in range(more):
            owned_milestone(district=milestone.district, phase=milestone.phase)
            beside(milestone, school=SchoolFactory(district=milestone.district), title="Room")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append((len(queries), sum("roadmap_" in query["sql"] for query in queries)))

    assert costs[0] == costs[1]
    assert costs[0][1] < OWN_QUERIES  # one more reads who holds the positions


def test_a_district_without_a_school_year_is_told_what_is_missing(client):
    district = DistrictFactory()
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    assert "No school year yet" in client.get(index(district)).content.decode()


def test_a_site_leader_sees_and_counts_the_districts_and_the_own_schools(client, milestone):
    school = SchoolFactory(district=milestone.district)
    beside(milestone, title="At my school", school=school)
    beside(milestone, title="At another", school=SchoolFactory(district=milestone.district))
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    response = client.get(index(milestone.district))

    assert sorted(shown(response)) == ["At my school", "Quarterly executive brief"]
    assert [phase.total for phase in response.context["phases"]] == [2]
    assert not any(row.move for row in response.context["board"].rows)


def test_the_timeline_draws_a_bar_for_each_and_names_its_state(client, lead, milestone):
    beside(milestone, title="Launch check", due_on=dt.date(2026, 10, 20))
    at_schools(milestone, "done", "not_started", title="Room ready", due_on=dt.date(2026, 12, 1))

    response = client.get(index(milestone.district, "?view=timeline"))

    drawn = response.context["timeline"]
    bars = {bar.words: bar for band in drawn.bands for bar in band.bars}
    assert {words: bar.shape for words, bar in bars.items()} == {
        "Launch check: 9 days late": "clock",
        "Quarterly executive brief: due in 7 days": "ring",
        "Room ready: 1 of 2 schools": "half",
    }
    assert drawn.finding == "Late: Launch check."
    page = response.content.decode()
    assert page.count('class="tl__bar ') == 3
    assert 'role="img"' in page
    assert "Show the same as a table" in page


def test_who_runs_the_roadmap_can_choose_several_open_ones(client, lead, milestone):
    beside(milestone, title="Over", done=True)

    page = client.get(index(milestone.district, "?pick=1&view=phase")).content.decode()
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district))
    others = client.get(index(milestone.district, "?pick=1&view=phase")).content.decode()

    assert page.count('name="milestone"') == 1
    assert f'value="{milestone.pk}"' in page
    assert 'name="milestone"' not in others
    assert "Choose several" not in others


def test_an_archived_year_offers_no_step(client, lead, milestone):
    year = milestone.school_year
    year.archived_at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    year.save()

    page = client.get(index(milestone.district)).content.decode()

    assert "archived: it can be read and not changed" in page
    assert "Add a milestone" not in page
    assert "data-move" not in page
