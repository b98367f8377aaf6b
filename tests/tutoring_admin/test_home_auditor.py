"""The auditor's home: ratings with their dates, counts of evidence, packets and the audit trail."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from roles import keeping
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from selfassessment.models import Packet
from tests.factories.roles import SchoolYearFactory, UserFactory, member
from tests.factories.selfassessment import RatingFactory, RoundFactory
from tests.factories.selfassessment_gaps import SnapshotFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
COUNTED = re.compile(r'href="([^"]+)" data-count="(\d+)" data-by="([^"]+)"')
KEPT = 18  # two of its own; the rest is what every page asks


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def auditor(client, year):
    user = member(AccessLevel.AUDITOR, at=year.district)
    client.force_login(user)
    return user


def home_page(year):
    return reverse("dashboards:today", args=[year.district.slug])


def evidence(*dates):
    return {
        "hint": 2, "documented": 2, "practised": 2, "checks": [],
        "evidence": [
            {"label": f"Minutes of {day}", "dated_on": day, "good_until": None,
             "source": "Meeting", "path": "", "told": "", "sort": "minutes"}
            for day in dates
        ],
    }  # fmt: skip


def closed_round(year, pieces=2):
    days = [f"2026-09-{n + 1:02}" for n in range(pieces)]
    round_ = RoundFactory(district=year.district, school_year=year, closed=True, label="Fall")
    RatingFactory(district=year.district, round=round_, code="6b.1", value=2)
    content = {"6b.1": evidence(*days), "6b.2": evidence()}
    SnapshotFactory(district=year.district, round=round_, content=content, digest="ab" * 32)
    return round_


@pytest.mark.usefixtures("auditor")
def test_the_last_closed_round_stands_by_indicator_with_dates_and_counts(client, year):
    RoundFactory(district=year.district, school_year=year, label="Open now")
    closed_round(year)

    found = client.get(home_page(year)).context["home"].round

    assert (found.label, found.pieces, found.rated) == ("Fall", 2, 1)
    first = found.lines[0]
    assert (first.code, first.value, first.pieces, first.has_reason) == ("6b.1", 2, 2, True)
    assert first.rated_at.date() == dt.date(2026, 10, 29)
    assert first.code not in [line.code for line in found.without_evidence]


@pytest.mark.usefixtures("auditor")
def test_every_number_leads_to_the_pieces_it_counts(client, year):
    closed_round(year, pieces=3)
    page = client.get(home_page(year)).content.decode()

    counted = COUNTED.findall(page)

    assert len(counted) == 2
    for address, number, by in counted:
        behind = client.get(address.replace("&amp;", "&")).content.decode()
        assert f'data-{by}="{number}"' in behind


@pytest.mark.usefixtures("auditor")
def test_packets_and_the_latest_of_the_audit_trail_are_there_to_read(client, year):
    for number in range(1, 5):
        Packet.objects.create(
            district=year.district, number=number, title=f"Packet {number}", content={},
            as_of=dt.date(2026, 10, number), sha256="c" * 64, published_by=UserFactory(),
            published_at=timezone.now() + dt.timedelta(minutes=number),
        )  # fmt: skip
    AuditEvent.objects.create(
        district=year.district, verb="role.added", subject="x", subject_pk="1",
        detail={"title": "Site Lead"},
    )  # fmt: skip

    answer = client.get(home_page(year))

    home = answer.context["home"]
    assert [each.title for each in home.packets] == ["Packet 4", "Packet 3", "Packet 2"]
    assert home.packets_count == 4
    assert home.events[0].words == "added the role Site Lead"
    assert "<form" not in answer.content.decode().split('id="main"')[1].split("</main>")[0]


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.usefixtures("auditor")
def test_the_home_asks_as_many_questions_for_many_as_for_one(
    client, year, many, django_assert_num_queries
):
    closed_round(year, pieces=many)
    client.get(home_page(year))

    with django_assert_num_queries(KEPT):
        client.get(home_page(year))
    keeping.forget()
    with django_assert_num_queries(KEPT + 4):
        client.get(home_page(year))
