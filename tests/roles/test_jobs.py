"""Drafting, publishing and acknowledging job descriptions."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from roles.capabilities import AccessLevel
from roles.merging import Line
from roles.models import AuditEvent, JobDescriptionVersion, Letter, Rendering, User
from roles.services import acknowledging, drafts, gathering, jobs, letters, library
from roles.services.refusal import Refused, Stale
from roles.wall import district_scope
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db
Status = JobDescriptionVersion.Status


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def by(district):
    return reach(district)


@pytest.fixture
def role(district):
    library.adopt(district)
    return district_role(district, "PROJECT_MANAGER")


def district_role(district, key):
    return library.LeadershipRole.objects.get(district=district, key=key)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_first_draft_starts_from_the_duties_of_the_role(role, by):
    draft = drafts.start_draft(role, by=by)

    lines = list(draft.responsibilities.all())
    assert [line.duty.key for line in lines if line.duty] == [f"PM{n}" for n in range(1, 9)]
    assert lines[-1].text == drafts.CATCH_ALL
    assert draft.reports_to == "Tutoring Program Lead"
    assert verbs() == ["job_description.drafted"]


def test_starting_twice_opens_the_same_draft(role, by):
    assert drafts.start_draft(role, by=by) == drafts.start_draft(role, by=by)
    assert verbs() == ["job_description.drafted"]


def test_a_later_draft_starts_from_the_published_text(role, by):
    first = drafts.start_draft(role, by=by)
    drafts.save_draft(
        first, fields={"location": "Annex"}, lines=[Line("Plan.")], seen=first.edited_at, by=by
    )
    jobs.publish(first, by=by)

    second = drafts.start_draft(role, by=by)

    assert (second.number, second.location) == (2, "Annex")
    assert [line.text for line in second.responsibilities.all()] == ["Plan."]


def test_publishing_supersedes_the_version_in_force(role, by):
    first = drafts.start_draft(role, by=by)
    jobs.publish(first, by=by)
    second = drafts.start_draft(role, by=by)

    assert jobs.publish(second, by=by)

    first.refresh_from_db()
    assert (first.status, second.status) == (Status.SUPERSEDED, Status.PUBLISHED)
    assert second.review_on == by.district.today() + dt.timedelta(days=365)


def test_publishing_twice_publishes_once(role, by):
    draft = drafts.start_draft(role, by=by)

    assert [jobs.publish(draft, by=by), jobs.publish(draft, by=by)] == [True, False]
    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED
    assert verbs().count("job_description.published") == 1
    assert Rendering.objects.count() == 1


def test_a_text_that_changed_since_it_was_checked_is_not_published(role, by):
    draft = drafts.start_draft(role, by=by)
    seen = draft.edited_at
    drafts.save_draft(draft, fields={"location": "A"}, lines=[], seen=seen, by=by)

    with pytest.raises(Stale):
        jobs.publish(draft, seen=seen, by=by)

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert Rendering.objects.count() == 0


def test_a_published_version_cannot_be_edited(role, by):
    draft = drafts.start_draft(role, by=by)
    jobs.publish(draft, by=by)

    with pytest.raises(Refused):
        drafts.save_draft(draft, fields={"title": "X"}, lines=[], seen=draft.edited_at, by=by)
    draft.refresh_from_db()
    assert draft.title == "Tutoring Project Manager"


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(role, by):
    draft = drafts.start_draft(role, by=by)
    seen = draft.edited_at
    drafts.save_draft(draft, fields={"location": "A"}, lines=[Line("One")], seen=seen, by=by)

    with pytest.raises(Stale):
        drafts.save_draft(draft, fields={"location": "B"}, lines=[], seen=seen, by=by)
    draft.refresh_from_db()
    assert draft.location == "A"
    assert [line.text for line in draft.responsibilities.all()] == ["One"]


def test_a_duty_of_another_role_is_not_kept_as_a_tie(role, by):
    foreign = district_role(by.district, "SITE_LEAD").duties.first()
    draft = drafts.start_draft(role, by=by)

    lines = [Line("Plan.", foreign.pk)]
    drafts.save_draft(draft, fields={}, lines=lines, seen=draft.edited_at, by=by)

    assert draft.responsibilities.get().duty is None


@pytest.mark.usefixtures("school_day")
def test_publishing_owes_one_letter_to_each_holder_but_not_to_the_publisher(by):
    role = RoleFactory(district=by.district)
    job = JobDescriptionFactory(district=by.district, role=role)
    version = VersionFactory(district=by.district, job_description=job)
    other = member(AccessLevel.ADMINISTRATIVE_LEADER, at=by.district)
    member(AccessLevel.DISTRICT_LEAD, at=by.district, user=by.user)
    for seat, holder in enumerate([other, by.user], 1):
        position = PositionFactory(district=by.district, role=role, seat=seat)
        AssignmentFactory(district=by.district, position=position, holder=holder)

    jobs.publish(version, by=by)

    with district_scope(by.district):
        gathering.round_of(by.district)
    letter = Letter.objects.get()
    assert letters.post(by.district.pk, letter.pk)
    assert letter.to == other.email
    assert f"/roles/versions/{version.pk}/" in mail.outbox[0].body


def test_only_a_holder_acknowledges_and_twice_counts_once(by):
    role = RoleFactory(district=by.district)
    job = JobDescriptionFactory(district=by.district, role=role)
    version = VersionFactory(district=by.district, job_description=job, published=True)
    holder = UserFactory()
    position = PositionFactory(district=by.district, role=role)
    AssignmentFactory(district=by.district, position=position, holder=holder)

    with pytest.raises(Refused):
        acknowledging.acknowledge(version, by=by)
    mine = reach(by.district, holder)
    assert [
        acknowledging.acknowledge(version, by=mine),
        acknowledging.acknowledge(version, by=mine),
    ] == [True, False]
    assert verbs() == ["job_description.acknowledged"]


def test_the_database_keeps_one_open_version():
    version = VersionFactory(number=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        VersionFactory(district=version.district, job_description=version.job_description, number=2)


def test_the_database_refuses_overlapping_assignments():
    first = AssignmentFactory(starts_on=dt.date(2026, 7, 1), ends_on=dt.date(2026, 12, 31))

    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(
            district=first.district, position=first.position, starts_on=dt.date(2026, 12, 31)
        )
    AssignmentFactory(
        district=first.district, position=first.position, starts_on=dt.date(2027, 1, 1)
    )


def test_adopting_the_library_again_overwrites_no_edit(role):
    role.title = "Tutoring Coordinator"
    role.save()

    assert library.adopt(role.district) == 0
    role.refresh_from_db()
    assert role.title == "Tutoring Coordinator"


def test_the_library_ships_seventeen_roles_in_reporting_lines(role):
    roles = library.LeadershipRole.objects.filter(district=role.district)

    assert roles.count() == 17
    assert role.reports_to.key == "PROGRAM_LEAD"
    assert roles.get(key="SUPERINTENDENT").reports_to is None


def test_users_are_named_by_email_whatever_its_case():
    User.objects.create_user("Dana@District.Example")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="dana@district.EXAMPLE")
    assert User.objects.get_by_natural_key("DANA@district.example").email == "dana@district.example"
