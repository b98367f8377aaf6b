"""Where people choose when they are mailed, and district leads change the ladder."""

import datetime as dt

import pytest

from roadmap.notices import subject_of
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, LadderRung, MailPreference, Pace, Snooze
from roles.words import sentence
from tests.factories.roadmap import owned_milestone
from tests.factories.roles import DistrictFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def lead(client):
    lead = member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory(name="Maple Valley"))
    client.force_login(lead)
    return lead


@pytest.fixture
def district(lead):
    return lead.memberships.get().district


def chosen(**fields):
    wish = {"pace": Pace.DAILY, "hour": "7", "time_zone": "", "brief": "on", "brief_weekday": "0"}
    return wish | fields


def rungs(*rows, **more):
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", "due": "2026-11-05"}
    for number, (days, side, audience) in enumerate(rows):
        data |= {
            f"form-{number}-days": str(days),
            f"form-{number}-side": side,
            f"form-{number}-audience": audience,
        }
    return data | more


def test_a_person_chooses_how_letters_come_and_it_is_kept(client, lead, district):
    url = f"/d/{district.slug}/roles/mail/"

    client.post(url, chosen(pace=Pace.WEEKLY, hour="9", brief=""))

    wish = MailPreference.objects.get(person=lead)
    assert (wish.pace, wish.hour, wish.brief) == (Pace.WEEKLY, 9, True)
    event = AuditEvent.objects.get()
    said = sentence(event.verb, event.detail)
    assert said == "chose how letters come: only in the weekly brief"
    assert client.post(url, chosen(hour="3")).status_code == 422


def test_letters_are_turned_off_and_on_again(client, lead, district):
    url = f"/d/{district.slug}/roles/mail/"

    client.post(f"{url}off/")
    assert "are off since" in client.get(url).content.decode()
    client.post(url, chosen())

    assert MailPreference.objects.get(person=lead).off_since is None


def test_what_was_put_off_is_shown_and_can_be_heard_of_again(client, lead, district):
    milestone = owned_milestone(district=district, title="Rooms agreed")
    Snooze.objects.create(
        district=district,
        person=lead,
        subject=subject_of(milestone.pk),
        until=dt.date(2026, 11, 5),
    )
    url = f"/d/{district.slug}/roles/mail/"

    assert "Rooms agreed" in client.get(url).content.decode()
    client.post(f"{url}again/", {"snooze": Snooze.objects.get().pk})

    assert not Snooze.objects.exists()


def test_the_account_place_leads_to_the_only_district_or_offers_them(client, lead, district):
    assert client.get("/mail/").url == f"/d/{district.slug}/roles/mail/"
    member(AccessLevel.AUDITOR, at=DistrictFactory(name="Cedar"), user=lead)

    assert "Cedar" in client.get("/mail/").content.decode()


def test_the_ladder_is_shown_before_it_is_saved(client, district):
    url = f"/d/{district.slug}/roles/ladder/"
    steps = rungs((7, "before", "owner"), (2, "after", "owner"), (9, "after", "supervisor"))

    page = client.post(url, steps | {"preview": "1"}).content.decode()
    assert "Of a thing due Thu, Nov 5" in page
    assert "Mon, Nov 9" in page  # two days after is a Saturday
    assert not LadderRung.objects.exists()

    client.post(url, steps | {"save": "1"})
    assert list(LadderRung.objects.values_list("days", "audience")) == [
        (-7, "owner"),
        (2, "owner"),
        (9, "supervisor"),
    ]
    client.post(url, {"shipped": "1"})
    assert not LadderRung.objects.exists()


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (rungs((3, "after", "supervisor")), "The owner hears first"),
        (rungs((9, "after", "owner"), (3, "after", "champion")), "It climbs"),
        (rungs((9, "after", "owner"), (9, "after", "owner")), "the same day"),
        (rungs((200, "after", "owner")), "At most 90 days"),
    ],
)
def test_what_is_no_ladder_is_refused_and_stays_typed(client, district, steps, why):
    answer = client.post(f"/d/{district.slug}/roles/ladder/", steps | {"save": "1"})

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert f'value="{steps["form-0-days"]}"' in answer.content.decode()
    assert not LadderRung.objects.exists()
