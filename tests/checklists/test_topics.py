"""Taking up what many rated low."""

import datetime as dt

import pytest
from django.urls import reverse

from checklists.models import Action, LearningTopic
from checklists.services import topics
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice
from roles.services.refusal import Refused
from tests.checklists.reports.test_topics import rated
from tests.factories.checklists import ItemFactory, TemplateFactory, WindowFactory
from tests.factories.roles import DistrictFactory, RoleFactory, SchoolYearFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def window(district):
    return WindowFactory(district=district, over=True, label="October checklist")


@pytest.fixture
def item(district, window):
    role = RoleFactory(district=district, title="Site Tutoring Lead")
    template = TemplateFactory(district=district, role=role)
    item = ItemFactory(district=district, template=template, text="Absent tutors were covered.")
    for value in [0, 0, 2, 2]:
        rated(window, item, value)
    return item


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


def reach(lead, district):
    return Reach(lead, district, Capability.CHECKLIST_MANAGE, EVERYWHERE)


def test_a_topic_keeps_the_figures_and_whose_role_it_is(district, window, item, lead):
    topic = topics.take_up(window, item, " Covering ", by=reach(lead, district))

    assert (topic.title, topic.low, topic.raters) == ("Covering", 2, 4)
    assert topic.role == item.template.role
    assert AuditEvent.objects.get().verb == "learning_topic.taken_up"


def test_an_item_that_the_rule_does_not_find_is_refused(district, window, item, lead):
    other = ItemFactory(district=district, template=item.template)

    with pytest.raises(Refused, match="rule"):
        topics.take_up(window, other, "Covering", by=reach(lead, district))


def test_an_item_is_taken_up_once(district, window, item, lead):
    topics.take_up(window, item, "Covering", by=reach(lead, district))

    with pytest.raises(Refused, match="already, as Covering"):
        topics.take_up(window, item, "Again", by=reach(lead, district))


def page(district, window):
    address = reverse("checklists:topics", args=[district.slug])
    return f"{address}?window={window.pk}"


def take_up_page(district, window, item):
    return reverse("checklists:topic-take-up", args=[district.slug, window.pk, item.pk])


def test_the_page_shows_the_figures_and_the_rule(client, district, window, item, lead):
    client.force_login(lead)

    shown = client.get(page(district, window)).content.decode()

    assert "Absent tutors were covered." in shown
    assert "<b>2 of 4</b> rated it low (50%)" in shown
    assert "30% or more of the people of a role" in shown


def test_an_open_window_is_not_offered_from(client, district, item, lead):
    running = WindowFactory(district=district)
    for _ in range(3):
        rated(running, item, 0)
    client.force_login(lead)

    assert client.get(take_up_page(district, running, item)).status_code == 404


def test_topic_and_action_are_made_together(client, district, window, item, lead):
    owner = member(AccessLevel.ADMINISTRATIVE_LEADER, at=district)
    client.force_login(lead)
    due_on = district.today() + dt.timedelta(20)

    response = client.post(
        take_up_page(district, window, item),
        {
            "as_topic": "on",
            "title": "Covering for absent tutors",
            "as_action": "on",
            "text": "Show a cover plan.",
            "owner": owner.pk,
            "due_on": due_on.isoformat(),
        },
        follow=True,
    )

    assert "Covering for absent tutors" in response.content.decode()
    action = Action.objects.get()
    assert (action.role, action.item, action.owner) == (item.template.role, item, owner)
    assert [notice.reader for notice in Notice.objects.all()] == [owner]
    shown = client.get(page(district, window)).content.decode()
    assert "Taken up" in shown
    assert "1 action" in shown


def test_if_the_action_is_refused_the_topic_is_not_made_either(
    client, district, window, item, lead
):
    client.force_login(lead)

    response = client.post(
        take_up_page(district, window, item),
        {
            "as_topic": "on",
            "title": "Covering",
            "as_action": "on",
            "text": "Show a cover plan.",
            "owner": lead.pk,
            "due_on": (district.today() - dt.timedelta(1)).isoformat(),
        },
    )

    assert response.status_code == 422
    assert "today or later" in response.content.decode()
    assert not LearningTopic.objects.exists()


def test_neither_topic_nor_action_is_a_question_back(client, district, window, item, lead):
    client.force_login(lead)

    response = client.post(take_up_page(district, window, item), {"title": "Covering"})

    assert response.status_code == 422
    assert "the topic, the action, or both" in response.content.decode()
