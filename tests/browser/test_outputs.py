"""The files of a round in a real browser: the page in each of its states, by axe and width."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import OwedStatus
from selfassessment.models import Binder
from selfassessment.services import binders
from tests.browser.complaints import complaints
from tests.factories.roles import SchoolYearFactory, member
from tests.factories.selfassessment import RatingFactory, RoundFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES_OF_OUTPUTS", "")


def look(page, name):
    """A picture at each width, for whoever wants to look."""
    for width in (360, 768, 1366):
        if PICTURES:
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def test_the_files_of_a_round_are_waited_for_and_offered_and_say_why_they_failed(
    page, live_server, client
):
    year = SchoolYearFactory()
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    round_ = RoundFactory(district=year.district, school_year=year, label="Fall 2026")
    RatingFactory(district=year.district, round=round_)
    client.force_login(lead)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)
    page.goto(
        f"{live_server.url}/d/{year.district.slug}/self-assessment/rounds/{round_.pk}/outputs/"
    )
    look(page, "open")
    wrong = complaints(page, "nothing made")

    asked = {"district": year.district, "round": round_, "asked_by": lead}
    key = binders.prefix_of(round_, "zip", "draft:0")
    Binder.objects.create(kind="zip", key=key, **asked)
    page.reload()
    page.get_by_text("Queued").wait_for()
    look(page, "waiting")
    wrong += complaints(page, "waiting")

    made = default_storage.save("binders/one.zip", ContentFile(b"PK" * 5000))
    done = {"status": OwedStatus.DONE, "done_at": timezone.now(), "made": 1}
    Binder.objects.update(file=made, **done)
    page.get_by_role("link", name="Download the ZIP").wait_for()  # it comes by itself
    key, why = binders.prefix_of(round_, "pdf", "draft:0"), "The server could not set pages."
    Binder.objects.create(kind="pdf", key=key, status=OwedStatus.FAILED, last_error=why, **asked)
    page.reload()
    look(page, "made-and-failed")
    wrong += complaints(page, "made and failed")

    assert wrong == []
    assert page.get_by_role("button", name="Try again").is_visible()
