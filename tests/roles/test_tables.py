"""Every table as a file: what is in it, who gets it, short ones at once, long ones by a worker."""

import csv
import io

import pytest
from django.http import QueryDict
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import MadeFile, Membership, OwedStatus
from roles.services import making
from roles.services.audit import record_for
from roles.tables import files
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


def fetch(client, reader, district, name, kind="csv", **given):
    client.force_login(reader)
    address = reverse("roles:table-file", args=[district.slug, name, kind])
    return client.get(address, given)


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_positions_come_with_their_holders_as_the_page_narrows_them(client, district, lead):
    role = RoleFactory(district=district, title="Site Lead")
    oak = SchoolFactory(district=district, name="Oak")
    elm = SchoolFactory(district=district, name="Elm")
    held = AssignmentFactory(
        district=district, position=PositionFactory(district=district, role=role, school=oak)
    )
    PositionFactory(district=district, role=role, school=elm)

    rows = lines(fetch(client, lead, district, "positions"))
    assert [(row["Place"], row["State"], row["Holder"]) for row in rows] == [
        ("Elm", "Vacant", ""),
        ("Oak", "Filled", str(held.holder)),
    ]
    assert rows[1]["Since"] == held.starts_on.isoformat()
    vacant = lines(fetch(client, lead, district, "positions", state="vacant"))
    assert [row["Place"] for row in vacant] == ["Elm"]
    oaks = lines(fetch(client, lead, district, "positions", q="oak", page="7"))
    assert [row["Place"] for row in oaks] == ["Oak"]


def test_a_site_leader_gets_the_people_of_their_school_and_no_others(client, district):
    oak = SchoolFactory(district=district, name="Oak")
    leader = member(AccessLevel.SITE_LEADER, at=oak)
    coach = member(AccessLevel.COACH, at=oak)
    other = member(AccessLevel.COACH, at=SchoolFactory(district=district))

    told = [row["E-mail"] for row in lines(fetch(client, leader, district, "people"))]

    assert set(told) == {leader.email, coach.email}
    assert other.email not in told


def test_what_people_typed_calculates_nothing(client, district, lead):
    member(AccessLevel.EXECUTIVE, at=district, user=UserFactory(first_name="=1+1", last_name="X"))

    rows = lines(fetch(client, lead, district, "people"))

    assert "'=1+1 X" in [row["Person"] for row in rows]


def test_a_long_table_is_offered_made_in_portions_and_fetched(client, district, lead, monkeypatch):
    monkeypatch.setattr(files, "MOST", 5)
    monkeypatch.setattr(files, "PORTION", 3)
    for number in range(7):
        record_for(district, lead, "position.opened", district, role=f"R{number}")

    response = fetch(client, lead, district, "audit", who=lead.email)
    assert "7 rows" in response.content.decode()
    assert not MadeFile.objects.exists()
    response = client.post(response.request["PATH_INFO"] + f"?who={lead.email}")

    made = MadeFile.objects.get()
    assert response["Location"] == reverse("roles:made-files", args=[district.slug])
    assert making.make(district.pk, made.pk)
    made.refresh_from_db()
    assert (made.status, made.made) == (OwedStatus.DONE, made.total)
    told = made.file.read().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told, newline="")))
    assert made.total == len(rows) == 8  # asking for it is on record by then
    assert rows[0]["What"] == "asked for a file, Audit trail, CSV"
    assert [row["What"][:22] for row in rows[1:]] == [
        f"added the position R{n}, "[:22] for n in reversed(range(7))
    ]


def test_a_long_table_says_how_far_it_is_and_stops_when_cancelled(
    district, lead, monkeypatch, client
):
    monkeypatch.setattr(files, "MOST", 2)
    monkeypatch.setattr(files, "PORTION", 2)
    for number in range(6):
        record_for(district, lead, "position.opened", district, role=f"R{number}")
    response = fetch(client, lead, district, "audit", "xlsx")
    client.post(response.request["PATH_INFO"])
    made = MadeFile.objects.get()
    seen = []
    step = files.Work.step

    def and_cancel(work, done, total):
        seen.append((done, total))
        if done == 4:
            client.post(reverse("roles:made-file-cancel", args=[district.slug, made.pk]))
        step(work, done, total)

    monkeypatch.setattr(files.Work, "step", and_cancel)

    assert not making.make(district.pk, made.pk)

    assert seen == [(0, 7), (2, 7), (4, 7)]
    made.refresh_from_db()
    assert made.status == OwedStatus.CANCELLED


def test_who_loses_access_while_a_long_table_is_made_gets_none(district, lead, monkeypatch, client):
    monkeypatch.setattr(files, "MOST", 0)
    record_for(district, lead, "position.opened", district)
    fetch(client, lead, district, "audit")
    client.post(reverse("roles:table-file", args=[district.slug, "audit", "csv"]))
    made = MadeFile.objects.get()
    Membership.objects.filter(user=lead).delete()
    member(AccessLevel.COACH, at=SchoolFactory(district=district), user=lead)

    assert not making.make(district.pk, made.pk)

    made.refresh_from_db()
    assert (made.status, made.last_error) == (OwedStatus.FAILED, making.LOST)


def test_the_list_names_what_the_reader_may_have_and_nothing_else(client, district):
    client.force_login(member(AccessLevel.COACH, at=SchoolFactory(district=district)))

    page = client.get(reverse("roles:tables", args=[district.slug])).content.decode()

    assert reverse("roles:table-file", args=[district.slug, "positions", "xlsx"]) in page
    assert "Audit trail" not in page
    assert reverse("roles:table-file", args=[district.slug, "people", "csv"]) not in page


def test_a_page_keeps_its_filters_in_its_export_but_not_the_page_shown(client, district, lead):
    client.force_login(lead)

    page = client.get(reverse("roles:people", args=[district.slug]), {"q": "ana", "page": "2"})

    address = reverse("roles:table-file", args=[district.slug, "people", "csv"])
    assert f'href="{address}?q=ana"' in page.content.decode()


@pytest.mark.parametrize(("name", "kind"), [("nothing", "csv"), ("people", "pdf")])
def test_what_is_no_table_is_not_found(client, district, lead, name, kind):
    assert fetch(client, lead, district, name, kind).status_code == 404


def test_asked_numbers_are_numbers():
    asked = files.Asked(None, QueryDict("window=12&school=x&long=" + "9" * 30))

    assert (asked.number("window"), asked.number("school"), asked.number("long")) == (12, 0, 0)
