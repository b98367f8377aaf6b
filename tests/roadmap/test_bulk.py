from http import HTTPStatus

import pytest
from django.urls import reverse

from roadmap.models import Milestone, State
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import PositionFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def several():
    first = MilestoneFactory(key="M01")
    return [first, *(MilestoneFactory(district=first.district, phase=first.phase)
                     for _ in range(2))]  # fmt: skip


@pytest.fixture
def lead(client, several):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=several[0].district))


def address(several, act):
    path = reverse("roadmap:bulk", kwargs={"district": several[0].district.slug})
    return f"{path}?act={act}&" + "&".join(f"milestone={m.pk}" for m in several)


def test_several_are_set_aside_with_one_reason_except_those_unticked(client, lead, several):
    sent = {"milestone": [several[0].pk, several[1].pk], "reason": "No provider this year"}

    page = client.post(address(several, "aside"), sent, follow=True)

    assert "2 milestones set aside" in page.content.decode()
    assert Milestone.objects.filter(state=State.NOT_APPLICABLE, reason=sent["reason"]).count() == 2
    assert Milestone.objects.get(pk=several[2].pk).is_open
    assert AuditEvent.objects.filter(verb="roadmap.milestone_set_aside").count() == 2


def test_several_change_hands_with_one_reason(client, lead, several):
    owner = PositionFactory(district=several[0].district)
    sent = {"milestone": [m.pk for m in several], "owner": owner.pk, "reason": "New on the team"}

    client.post(address(several, "owner"), sent)

    assert Milestone.objects.filter(owner=owner).count() == 3
    events = AuditEvent.objects.filter(verb="roadmap.milestone_assigned")
    assert {event.detail["reason"] for event in events} == {"New on the team"}


def test_without_a_reason_nothing_changes(client, lead, several):
    sent = {"milestone": [m.pk for m in several], "reason": " "}

    page = client.post(address(several, "aside"), sent)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Milestone.objects.open().count() == 3


def test_settled_ones_and_another_districts_are_not_offered(client, lead, several):
    settled = MilestoneFactory(district=several[0].district, phase=several[0].phase, done=True)
    offered = [several[0], settled, MilestoneFactory()]

    page = client.get(address(offered, "aside"))

    assert list(page.context["form"].fields["milestone"].queryset) == [several[0]]


@pytest.mark.parametrize("query", ["act=aside", "act=sell&milestone=1", "act=aside&milestone=x"])
def test_nothing_chosen_leads_back_with_a_word(client, lead, several, query):
    path = reverse("roadmap:bulk", kwargs={"district": several[0].district.slug})

    page = client.get(f"{path}?{query}", follow=True)

    assert "Choose at least one" in page.content.decode()
