"""What people get from the pages of roles and job descriptions."""

import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import JobDescriptionVersion
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db
Status = JobDescriptionVersion.Status


def at(version, name="version"):
    return reverse(f"roles:{name}", args=[version.district.slug, version.pk])


@pytest.fixture
def draft():
    version = VersionFactory()
    ResponsibilityFactory(district=version.district, version=version)
    return version


@pytest.fixture
def lead(client, draft):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=draft.district))
    return client


def seen_on(page):
    return re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]


def test_a_lead_publishes_the_text_that_the_page_shows(lead, draft):
    page = lead.get(at(draft, "version-publish"))

    lead.post(at(draft, "version-publish"), {"seen": seen_on(page)})

    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


@pytest.mark.parametrize("seen", ["2020-01-01T00:00:00+00:00", "2026-13-45T00:00", "now", ""])
def test_a_text_that_the_page_did_not_show_is_shown_again_instead(lead, draft, seen):
    answer = lead.post(at(draft, "version-publish"), {"seen": seen}, follow=True)

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "changed after you opened this page" in answer.content.decode()


@pytest.mark.parametrize("level", [AccessLevel.DEPARTMENT_PARTNER, AccessLevel.AUDITOR])
def test_who_may_edit_or_read_does_not_publish(client, draft, level):
    client.force_login(member(level, at=draft.district))

    answer = client.post(at(draft, "version-publish"), {"seen": draft.edited_at.isoformat()})

    draft.refresh_from_db()
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert draft.status == Status.DRAFT


def test_what_is_typed_into_a_version_published_meanwhile_stays_typed_and_changes_nothing(client):
    version = VersionFactory(published=True)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=version.district))

    answer = client.post(at(version, "version-edit"), {"title": "Other"})

    version.refresh_from_db()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert 'value="Other"' in answer.content.decode()
    assert version.title == "Tutoring Project Manager"


def test_a_draft_saved_with_a_moment_that_never_was_is_told_to_be_stale(lead, draft):
    page = lead.get(at(draft, "version-edit"))
    form = {"title": "Other", "line-text": "Plan.", "seen": "2026-13-45T00:00:00+00:00"}

    answer = lead.post(at(draft, "version-edit"), form)

    assert page.status_code == HTTPStatus.OK
    assert answer.status_code == HTTPStatus.CONFLICT


def test_who_has_not_acknowledged_is_told_within_ones_own_school_and_the_district(client):
    school = SchoolFactory()
    role = RoleFactory(district=school.district)
    job = JobDescriptionFactory(district=school.district, role=role)
    version = VersionFactory(district=school.district, job_description=job, published=True)
    here, away = (
        AssignmentFactory(
            district=school.district,
            position=PositionFactory(district=school.district, role=role, school=place),
        ).holder
        for place in (school, SchoolFactory(district=school.district))
    )
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    page = client.get(at(version)).content.decode()

    assert str(here) in page
    assert str(away) not in page
