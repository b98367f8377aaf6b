"""The demo's planning period: a rhythm that has run since summer, with something left to do."""

import pytest

from roadmap.models import Meeting, MeetingAction, MeetingSeries
from tutoring_admin.demo import meetings, roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def test_the_large_district_has_met_for_months_and_has_minutes_to_close():
    world = roles.found("maple-valley", "a-password-hash")
    meetings.build(world)

    assert MeetingSeries.objects.filter(school=None).count() == 7
    open_minutes = Meeting.objects.planned().get(on__lt=world.today)
    assert open_minutes.series.key == "site_leads"
    assert Meeting.objects.filter(state="held", decisions__isnull=False).exists()
    assert MeetingAction.objects.open().filter(due_on__lt=world.today).exists()
    assert Meeting.objects.upcoming(world.today).exclude(drafted_at=None).exists()


def test_the_fresh_district_begins_with_none():
    meetings.build(roles.found("cedar-falls", "a-password-hash"))
    assert not MeetingSeries.objects.exists()
