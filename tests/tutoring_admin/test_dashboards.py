"""What the home page, the champion's page and the search say, against the rows they count."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import Checklist, RaterKind, Window
from roles.access import Access
from roles.capabilities import AccessLevel
from roles.models import Membership, SchoolYear
from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    TemplateFactory,
    WindowFactory,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_learning import CoachingEntryFactory, LineFactory, SessionFactory
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)
from tutoring_admin.dashboards.waits import waits_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


def get(client, who, name, district, **query):
    client.force_login(who)
    return client.get(reverse(name, kwargs={"district": district.slug}), query)


def waits_on(who, school):
    places = Membership.objects.filter(user=who)
    return waits_of(Access.from_memberships(who, school.district, places), TODAY)


def seat(school, title="Site Tutoring Lead", holder=None):
    role = RoleFactory(district=school.district, title=title)
    position = PositionFactory(district=school.district, role=role, school=school)
    if holder:
        AssignmentFactory(district=school.district, position=position, holder=holder)
    return position


def program_of(client, champion, school):
    """The five figures as the champion gets them."""
    page = get(client, champion, "dashboards:champion", school.district)
    return page.context["home"].program


def test_the_champion_sees_filled_positions_out_of_all(client, school):
    seat(school, holder=member(AccessLevel.SITE_LEADER, at=school))
    seat(school, title="Principal")

    champion = member(AccessLevel.EXECUTIVE, at=school.district)
    roles = program_of(client, champion, school).roles

    assert (roles.seats - roles.vacant, roles.seats, roles.unwritten) == (1, 2, 1)


def test_a_new_version_is_unread_until_its_holder_acknowledges_it(client, school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    position = seat(school, holder=holder)
    job = JobDescriptionFactory(district=school.district, role=position.role)
    version = VersionFactory(district=school.district, job_description=job, published=True)
    champion = member(AccessLevel.EXECUTIVE, at=school.district)

    def read():
        roles = program_of(client, champion, school).roles
        return roles.in_order, roles.unread

    before = read()
    waits = waits_on(holder, school)
    client.force_login(holder)
    client.post(
        reverse(
            "roles:version-acknowledge", kwargs={"district": school.district.slug, "pk": version.pk}
        )
    )

    assert (before, read()) == ((0, 1), (1, 0))
    assert [wait.pk for wait in waits.of("read")] == [version.pk]


def test_home_lists_what_waits_on_this_person_and_counts_it(client, school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    position = seat(school, holder=holder)
    phase = PhaseFactory(district=school.district, school_year=SchoolYear.objects.get())
    for days in (3, 60):
        due_on = TODAY + dt.timedelta(days)
        MilestoneFactory(
            district=school.district, phase=phase, owner=position, school=school, due_on=due_on
        )

    page = get(client, holder, "dashboards:today", school.district).content.decode()

    assert waits_on(holder, school).count == 1
    assert "One thing waits on you" in page


def test_home_lists_what_letters_ask_besides_milestones(client, school):
    """Attendance that the person leads, from its day on, and talks; the coached hear no more of a
    talk whose day is over.
    """
    coach = member(AccessLevel.ADMINISTRATIVE_LEADER, at=school.district)
    coached = member(AccessLevel.SITE_LEADER, at=school)
    leads, led = seat(school, holder=coach), seat(school, holder=coached)
    line = LineFactory(district=school.district, school_year=SchoolYear.objects.get())
    for days in (-1, 7):
        SessionFactory(
            district=school.district, line=line, leader=leads, on=TODAY + dt.timedelta(days)
        )
    CoachingEntryFactory(
        district=school.district, coached=led, coached_person=coached, coach=coach,
        on=TODAY - dt.timedelta(20), next_on=TODAY - dt.timedelta(2),
    )  # fmt: skip

    def listed(person):
        waits = waits_on(person, school).of("attendance", "coaching")
        return [(each.title.split(" ")[0], each.label) for each in waits]

    assert listed(coach) == [("Coaching", "2 days late"), ("Attendance", "1 day late")]
    assert listed(coached) == []


@pytest.mark.parametrize("words", ["", " ", "x", "%", "' OR 1=1 --", "<script>"])
def test_search_bears_any_words(client, school, words):
    who = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    assert get(client, who, "dashboards:search", school.district, q=words).status_code == 200


def test_the_champion_sees_a_checklist_the_moment_it_is_submitted(client, school):
    champion = member(AccessLevel.EXECUTIVE, at=school.district)
    form = form_with_items(district=school.district, school=school)

    def submitted():
        now = program_of(client, champion, school).fidelity.now
        return now.submitted, now.expected

    before = submitted()
    lock(form)

    assert (before, submitted()) == ((0, 1), (1, 1))


def test_a_site_leader_is_shown_what_waits_on_them_and_not_the_districts_late_list(client, school):
    phase = PhaseFactory(district=school.district, school_year=SchoolYear.objects.get())
    MilestoneFactory(district=school.district, phase=phase, due_on=TODAY - dt.timedelta(9))
    site = member(AccessLevel.SITE_LEADER, at=school)
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    late = [
        get(client, who, "dashboards:today", school.district).content.decode().count("9 days late")
        for who in (site, lead)
    ]

    assert late == [0, 1]


def test_home_names_the_forms_a_person_observes_with_and_never_says_that_the_observer_is_in(
    client, school
):
    form = form_with_items(district=school.district, school=school)
    holder = form.holder
    member(AccessLevel.SITE_LEADER, at=school, user=holder)
    principal = member(AccessLevel.SITE_LEADER, at=school)
    watched = observed(form, principal)

    before = waits_on(principal, school)
    theirs = get(client, principal, "dashboards:today", school.district)
    lock(watched)
    mine = get(client, holder, "dashboards:today", school.district)

    assert [wait.pk for wait in waits_on(principal, school).of("observe")] == []
    assert [wait.pk for wait in before.of("observe")] == [watched.pk]
    assert f"of {holder}" in theirs.content.decode()
    assert [wait.pk for wait in waits_on(holder, school).of("own")] == [form.pk]
    assert waits_on(holder, school).count == 1
    assert str(principal) not in mine.content.decode()


def test_a_pair_waits_on_both_of_the_two_until_the_cycle_is_closed(client, school):
    form = form_with_items(district=school.district, school=school)
    member(AccessLevel.SITE_LEADER, at=school, user=form.holder)
    principal = member(AccessLevel.SITE_LEADER, at=school)
    third = member(AccessLevel.SITE_LEADER, at=school)
    watched = lock(observed(form, principal))

    def to_agree():
        people = (form.holder, principal, third)
        return [len(waits_on(who, school).of("agree")) for who in people]

    before = to_agree()
    lock(form)
    between = to_agree()
    lock(
        ChecklistFactory(
            district=school.district,
            window=form.window,
            template=form.template,
            position=form.position,
            school=school,
            holder=form.holder,
            rater=principal,
            rater_kind=RaterKind.AGREED,
        )
    )

    assert watched.is_submitted
    assert (before, between, to_agree()) == ([0, 0, 0], [1, 1, 0], [0, 0, 0])


def test_own_actions_wait_once_they_are_due_within_two_weeks(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    for days in (-3, 14, 15):
        ActionFactory(district=school.district, owner=who, due_on=TODAY + dt.timedelta(days))
    ActionFactory(district=school.district, due_on=TODAY)
    ActionFactory(district=school.district, owner=who, due_on=TODAY, done_at=timezone.now())

    page = get(client, who, "dashboards:today", school.district).content.decode()

    lines = waits_on(who, school).of("action")
    assert [(line.due_on - TODAY).days for line in lines] == [-3, 14]
    assert waits_on(who, school).count == 2
    assert "3 days late" in page


def test_a_form_that_was_set_aside_waits_on_nobody(client, school):
    form = form_with_items(district=school.district, school=school)
    member(AccessLevel.SITE_LEADER, at=school, user=form.holder)
    Checklist.objects.filter(pk=form.pk).update(withdrawn_at=timezone.now())

    assert waits_on(form.holder, school).count == 0


def test_the_champion_is_told_how_many_are_at_standard_of_closed_windows_only(client, school):
    champion = member(AccessLevel.EXECUTIVE, at=school.district)
    template = TemplateFactory(district=school.district)
    over = WindowFactory(district=school.district, over=True)
    now = WindowFactory(district=school.district)
    for window in (over, now):
        for band in ("on_track", "on_track", "developing"):
            form = form_with_items(
                1,
                district=school.district,
                window=window,
                template=template,
                school=SchoolFactory(district=school.district),
            )
            lock(form, band=band)
    Window.objects.filter(pk=over.pk).update(closed_at=timezone.now())
    Checklist.objects.filter(window=over).update(submitted_at=timezone.now() - dt.timedelta(30))

    answer = get(client, champion, "dashboards:champion", school.district)

    found = answer.context["home"].program.fidelity
    assert (found.now.pk, found.now.submitted) == (now.pk, 3)
    assert (found.pk, found.on_track, found.rated, found.percent) == (over.pk, 2, 3, 66)
    assert over.label in answer.content.decode()
