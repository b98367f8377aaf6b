import re

import pytest
from django.urls import reverse

from checklists.models import Checklist, Observation, ObserverDraw, RaterKind
from roles.capabilities import AccessLevel
from tests.checklists.pairs import pair_at
from tests.checklists.test_observers import (  # noqa: F401 -- fixtures
    district,
    principal,
    school,
    seat,
    site_lead,
    template,
    window,
)
from tests.factories.roles import SchoolFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, district):  # noqa: F811 -- the fixture
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def url(name, window, **more):  # noqa: F811 -- the fixture
    kwargs = {"district": window.district.slug, "pk": window.pk, **more}
    return reverse(f"checklists:{name}", kwargs=kwargs)


def test_the_list_shows_holder_and_proposal_and_takes_all_at_once(lead, window, school):  # noqa: F811
    page = lead.get(url("window-observers", window)).content.decode()
    assert "Take the proposal" in page
    assert "0 of 1 positions have an observer" in page

    page = lead.post(url("observers-take", window), follow=True).content.decode()

    assert "1 observer is named." in page
    assert Observation.objects.count() == 1


def test_taking_follows_what_the_list_is_narrowed_to(lead, window, school, template, principal):  # noqa: F811
    other = SchoolFactory(district=school.district)
    seat(template.role, other)
    seat(principal, other)

    lead.post(f"{url('observers-take', window)}?school={other.pk}")

    assert Observation.objects.get().position.school == other


def test_someone_of_the_school_is_named_in_place_of_the_proposal(lead, window, school, template):  # noqa: F811
    person = member(AccessLevel.SITE_LEADER, at=school)
    position = site_lead(school, template)
    address = url("observer-choose", window, position=position.pk)

    assert f'value="{person.pk}"' in lead.get(address).content.decode()
    lead.post(address, {"observer": person.pk})

    assert Observation.objects.get().observer == person


def test_a_person_of_elsewhere_cannot_be_sent_in(lead, window, school, template):  # noqa: F811
    stranger = member(AccessLevel.SITE_LEADER, at=SchoolFactory())
    address = url("observer-choose", window, position=site_lead(school, template).pk)

    assert lead.post(address, {"observer": stranger.pk}).status_code == 422
    assert not Observation.objects.exists()


def test_a_draw_shows_its_seed_and_that_it_gives_the_same_again(lead, window, school):  # noqa: F811
    page = lead.post(
        url("observers-draw", window), {"percent": "20", "seed": "fall-2026"}, follow=True
    ).content.decode()

    assert "1 of 1 schools drawn" in page
    assert "fall-2026" in page
    assert "the same seed gives the same schools" in page
    assert ObserverDraw.objects.get().drawn == [school.pk]


def test_the_page_of_the_draw_proposes_a_seed(lead, window):  # noqa: F811
    page = lead.get(url("observers-draw", window)).content.decode()

    assert re.search(r'name="seed" value="\w{8}"', page)


@pytest.mark.parametrize("wrong", [{"percent": "0"}, {"percent": "101"}, {"seed": ""}])
def test_a_draw_of_nonsense_is_refused(lead, window, school, wrong):  # noqa: F811
    data = {"percent": "20", "seed": "fall", **wrong}

    assert lead.post(url("observers-draw", window), data).status_code == 422
    assert not ObserverDraw.objects.exists()


def test_reopening_asks_for_a_reason_and_the_form_shows_it(lead, client, school):  # noqa: F811
    own, _ = pair_at(school)
    address = reverse("checklists:reopen", args=[own.district.slug, own.pk])
    result = reverse("checklists:result", args=[own.district.slug, own.pk])

    assert address in lead.get(result).content.decode()
    assert "does not count as blind" in lead.get(address).content.decode()
    assert lead.post(address, {"reason": " "}).status_code == 422
    lead.post(address, {"reason": "Two items were mixed up."})

    client.force_login(own.rater)
    page = client.get(reverse("checklists:fill", args=[own.district.slug, own.pk]))
    assert "Two items were mixed up." in page.content.decode()
    assert Checklist.objects.get(pk=own.pk, rater_kind=RaterKind.SELF).submitted_at is None


def test_a_lead_who_holds_the_position_is_refused(client, school):  # noqa: F811
    own, other = pair_at(school)
    member(AccessLevel.DISTRICT_LEAD, at=own.district, user=own.holder)
    client.force_login(own.holder)
    address = reverse("checklists:reopen", args=[own.district.slug, other.pk])

    assert "You hold this position" in client.get(address).content.decode()
    assert client.post(address, {"reason": "So."}).status_code == 422
