"""Which acts are told, and what a message says: ids, titles, addresses; no names, no ratings."""

import datetime as dt
import json

import pytest
from django.urls import resolve
from django.utils import timezone

from checklists.services import windows
from roles.models import WebhookDelivery, WebhookKind
from roles.services import audit
from tests.factories.checklists import ChecklistFactory
from tests.factories.packets import PacketFactory
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import UserFactory, VersionFactory
from tests.factories.selfassessment import RoundFactory
from tests.factories.selfassessment_standards import StandardsFactory
from tests.reach import reach
from tutoring_admin.systems.webhooks import endpoints, messages

pytestmark = pytest.mark.django_db
SUBJECTS = {
    "job_description.published": VersionFactory,
    "packet.published": PacketFactory,
    "standards.imported": StandardsFactory,
    "checklist.submitted": ChecklistFactory,
    "roadmap.milestone_done": MilestoneFactory,
    "checklist_window.closed": lambda **kw: ChecklistFactory(**kw).window,
    "assessment.round_closed": RoundFactory,
}


def test_each_kind_that_is_offered_is_told_by_some_act():
    assert {kind for kind, _ in messages.HEARD.values()} == set(WebhookKind)
    assert set(SUBJECTS) == set(messages.HEARD)


@pytest.mark.parametrize("verb", SUBJECTS)
def test_a_message_names_the_thing_and_leads_to_its_page(verb, added, lead):
    subject = SUBJECTS[verb](district=lead.district)

    audit.record(lead, verb, subject)

    delivery = WebhookDelivery.objects.get()
    said = json.loads(delivery.body)
    kind, _ = messages.HEARD[verb]
    assert (delivery.kind, said["type"]) == (kind, kind)
    assert dt.datetime.fromisoformat(said["timestamp"])
    assert said["data"]["title"]
    path = said["data"]["url"].removeprefix("http://localhost:8000")
    assert resolve(path).kwargs["district"] == lead.district.slug
    if "api_url" in said["data"]:
        assert resolve(said["data"]["api_url"].removeprefix("http://localhost:8000"))


@pytest.mark.parametrize("verb", SUBJECTS)
def test_no_message_names_a_person_or_a_rating(verb, added):
    endpoint, _ = added
    district = endpoint.district
    leader = UserFactory(first_name="Zebulon", last_name="Quackenbush", email="zq@leak.example")
    by = reach(district, leader)
    subject = SUBJECTS[verb](district=district)
    for field in ("holder", "rater", "published_by", "imported_by", "done_by"):
        if hasattr(subject, f"{field}_id"):
            setattr(subject, field, leader)
    if hasattr(subject, "score"):
        subject.score, subject.band = 4242, "developing"

    audit.record(by, verb, subject)

    body = WebhookDelivery.objects.get().body
    leaks = ("Zebulon", "Quackenbush", "zq@leak", "4242", "developing", "score", "band")
    assert [leak for leak in leaks if leak in body] == []


def test_only_endpoints_that_chose_the_kind_are_told(receiver, lead):
    wants, _ = endpoints.add("Wants", receiver.url, [WebhookKind.MILESTONE_DONE], by=lead)
    endpoints.add("Does not", receiver.url, [WebhookKind.ROUND_CLOSED], by=lead)
    off, _ = endpoints.add("Off", receiver.url, [WebhookKind.MILESTONE_DONE], by=lead)
    endpoints.switch(off, on=False, by=lead)

    audit.record(lead, "roadmap.milestone_done", MilestoneFactory(district=lead.district))

    assert [row.endpoint for row in WebhookDelivery.objects.all()] == [wants]


def test_another_district_hears_nothing(added):
    elsewhere = MilestoneFactory()

    audit.record(reach(elsewhere.district), "roadmap.milestone_done", elsewhere)

    assert not WebhookDelivery.objects.exists()


def test_what_is_told_of_long_ago_is_news_to_nobody(added, lead):
    with audit.told_of(timezone.now() - dt.timedelta(days=300)):
        audit.record(lead, "roadmap.milestone_done", MilestoneFactory(district=lead.district))

    assert not WebhookDelivery.objects.exists()


def test_the_real_act_is_told(added, lead):
    """Closing a window by its service owes its message, not only the line of the trail."""
    window = ChecklistFactory(district=lead.district).window

    assert windows.close_window(window, by=lead)

    kinds = list(WebhookDelivery.objects.values_list("kind", flat=True))
    assert kinds == [WebhookKind.WINDOW_CLOSED]
