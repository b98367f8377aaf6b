"""What hangs on a position: milestones, checklists, drafts, texts to read; within reach alone."""

import datetime as dt

import pytest

from checklists.open_work import Checklists
from roadmap.open_work import Milestones
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Acknowledgement, Assignment
from roles.open_work import open_items, sources
from roles.own_work import Drafts, Unread
from tests.factories.checklists import ChecklistFactory, WindowFactory, lock
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    SchoolFactory,
    UserFactory,
    VersionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def reach(district, user=None, schools=EVERYWHERE):
    return Reach(user or UserFactory(), district, Capability.ROLES_VIEW, schools)


def titles(source, positions, by):
    return [item.title for item in source.open_items(by, [p.pk for p in positions])]


def held_position(school=None, **fields):
    district = (school or SchoolFactory()).district
    position = PositionFactory(district=district, school=school, **fields)
    return AssignmentFactory(district=district, position=position)


def form_of(term, **fields):
    """The self form of an assignment, for the window that is open."""
    return ChecklistFactory(
        district=term.district,
        position=term.position,
        school=term.position.school,
        holder=term.holder,
        **fields,
    )


def test_every_app_that_gives_work_to_positions_answers():
    kinds = {source.kind for source in sources()}
    assert kinds >= {"Milestones", "Checklists", "Job description drafts"}


def test_open_milestones_of_the_position_with_their_pages():
    milestone = owned_milestone(title="Room ready")
    MilestoneFactory(district=milestone.district, phase=milestone.phase, done=True,
                     owner=milestone.owner)  # fmt: skip

    [item] = Milestones().open_items(reach(milestone.district), [milestone.owner_id])

    assert (item.title, item.due_on) == ("Room ready", milestone.due_on)
    assert item.path == f"/d/{milestone.district.slug}/roadmap/{milestone.pk}/"


def test_a_milestone_of_another_school_is_out_of_reach():
    milestone = owned_milestone()
    milestone.school = SchoolFactory(district=milestone.district)
    milestone.save()
    other = SchoolFactory(district=milestone.district)

    by = reach(milestone.district, schools=frozenset({other.pk}))

    assert titles(Milestones(), [milestone.owner], by) == []


def test_another_districts_work_is_out_of_reach():
    milestone = owned_milestone()
    elsewhere = reach(SchoolFactory().district)

    assert titles(Milestones(), [milestone.owner], elsewhere) == []
    assert Milestones().counts_by_role(elsewhere) == {}


def test_a_form_of_the_open_window_that_is_not_submitted():
    term = held_position(SchoolFactory())
    form = form_of(term)

    [own] = Checklists().open_items(reach(term.district, term.holder), [term.position_id])
    [seen] = Checklists().open_items(reach(term.district), [term.position_id])

    slug = term.district.slug
    assert own.path == f"/d/{slug}/checklists/{form.pk}/"
    assert seen.path == f"/d/{slug}/checklists/windows/{form.window_id}/"
    assert own.due_on == form.window.closes_on


def test_a_submitted_form_and_one_of_a_closed_window_wait_on_nobody():
    done, late = held_position(SchoolFactory()), held_position(SchoolFactory())
    lock(form_of(done))
    form_of(late, window=WindowFactory(district=late.district, over=True))

    assert titles(Checklists(), [done.position], reach(done.district)) == []
    assert titles(Checklists(), [late.position], reach(late.district)) == []


def test_a_form_leaves_with_its_rater():
    term = held_position(SchoolFactory())
    form_of(term)
    yesterday = term.district.today() - dt.timedelta(days=1)
    Assignment.objects.filter(pk=term.pk).update(ends_on=yesterday)

    assert titles(Checklists(), [term.position], reach(term.district)) == []


def test_the_drafts_that_the_holder_wrote_last():
    term = held_position()
    VersionFactory(district=term.district, edited_by=term.holder, title="Coach", number=4)
    VersionFactory(district=term.district, edited_by=UserFactory(), title="Other")
    VersionFactory(district=term.district, edited_by=term.holder, title="Out", published=True)

    assert titles(Drafts(), [term.position], reach(term.district)) == ["Coach, version 4, draft"]


def test_a_published_text_is_to_read_until_this_holder_acknowledged_it():
    term = held_position()
    job = JobDescriptionFactory(district=term.district, role=term.position.role)
    version = VersionFactory(
        district=term.district, job_description=job, published=True, title="Lead"
    )
    by = reach(term.district)

    before = titles(Unread(), [term.position], by)
    Acknowledgement.objects.create(district=term.district, version=version, assignment=term)

    assert (before, titles(Unread(), [term.position], by)) == (["Lead"], [])


def test_what_hangs_on_a_role_is_counted_by_role_done_or_not():
    milestone = owned_milestone()
    role = milestone.owner.role
    MilestoneFactory(district=milestone.district, phase=milestone.phase, done=True,
                     owner=milestone.owner)  # fmt: skip
    MilestoneFactory(district=milestone.district, phase=milestone.phase, usual_owner=role)
    form = form_of(AssignmentFactory(district=milestone.district))

    by = reach(milestone.district)

    assert Milestones().counts_by_role(by) == {role.pk: 3}
    assert Checklists().counts_by_role(by) == {form.position.role_id: 1}


def test_everything_together_comes_with_the_earliest_first_and_undated_last():
    milestone = owned_milestone(due_on=dt.date(2026, 12, 1))
    term = milestone.owner.assignments.get()
    form_of(term, window=WindowFactory(district=term.district, label="Fall"))
    VersionFactory(district=term.district, edited_by=term.holder)

    kinds = [item.kind for item in open_items(reach(term.district), [term.position_id])]

    assert kinds == ["Checklist", "Milestone", "Job description draft"]


def test_it_costs_the_same_for_one_position_and_for_many(django_assert_num_queries):
    def arranged(number):
        milestone = owned_milestone()
        terms = [milestone.owner.assignments.get()]
        for _ in range(number):
            position = PositionFactory(district=milestone.district)
            terms.append(AssignmentFactory(district=milestone.district, position=position))
        for term in terms:
            VersionFactory(district=term.district, edited_by=term.holder)
        return reach(milestone.district), [term.position_id for term in terms]

    by, few = arranged(0)
    with django_assert_num_queries(8):
        open_items(by, few)
    by, many = arranged(5)
    with django_assert_num_queries(8):
        open_items(by, many)
