"""Guest addresses: one packet for whoever has the address, and nothing for anyone else."""

import datetime as dt
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.models import AuditEvent
from roles.services.refusal import Refused
from selfassessment.models import GuestLink
from tests.factories.packets import GuestLinkFactory, PacketFactory
from tutoring_admin.packets import services
from tutoring_admin.packets.guest import GUESSES

pytestmark = pytest.mark.django_db


@pytest.fixture
def packet(district):
    return PacketFactory(district=district, number=7)


def invited(packet, by, days=30):
    until = packet.district.today() + dt.timedelta(days)
    return services.invite(packet, "The board", until, by=by)


def guest(client, token):
    return client.get(reverse("packet-guest", args=[token]))


def test_a_guest_reads_the_packet_without_an_account(client, packet, by):
    answer = guest(client, invited(packet, by))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Board packet 7" in page
    assert "Milestones late" in page
    assert "/d/" not in page
    assert "<script" not in page
    assert "<form" not in page


def test_nothing_of_the_visit_is_kept_but_a_count(client, packet, by):
    token = invited(packet, by)

    answers = [guest(client, token) for _ in range(3)]

    link = GuestLink.objects.get()
    assert not client.cookies
    assert (link.opened, link.last_opened_at is not None) == (3, True)
    for header, value in (
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Robots-Tag", "noindex, nofollow, noarchive"),
    ):
        assert answers[0][header] == value


def test_only_the_hash_of_a_token_of_256_bits_is_stored(packet, by):
    token = invited(packet, by)

    link = GuestLink.objects.get()
    assert len(token) == 43  # 32 bytes as base64
    assert link.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(AuditEvent.objects.values_list("detail"))


def test_wrong_ended_and_run_out_addresses_answer_alike(client, packet, by, school_day):
    ended, old = invited(packet, by), invited(packet, by, 1)
    services.revoke(GuestLink.objects.get(token_sha256=services.hash_token(ended)), by=by)
    school_day.shift(dt.timedelta(days=2))

    answers = [guest(client, token) for token in ("x" * 43, ended, old)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert "Nothing can be read at this address" in answers[0].content.decode()
    assert not client.cookies


def test_the_last_day_is_a_day_where_the_district_is(client, packet, by, school_day):
    token = invited(packet, by, 0)

    school_day.move_to(dt.datetime(2026, 10, 30, 4, 0, tzinfo=dt.UTC))  # 11 pm in Chicago
    late = guest(client, token).status_code
    school_day.move_to(dt.datetime(2026, 10, 30, 6, 0, tzinfo=dt.UTC))

    assert (late, guest(client, token).status_code) == (200, 404)


def test_guessing_gets_slow(client, packet, by, school_day):
    token = invited(packet, by)
    statuses = [guest(client, f"guess-{n}").status_code for n in range(GUESSES[0] + 1)]

    assert statuses[-2:] == [404, 429]
    assert guest(client, token).status_code == 200


def test_a_guest_reads_behind_the_wall(client, packet, by):
    token = invited(packet, by)

    with CaptureQueriesContext(connection) as asked:
        guest(client, token)

    queries = [query["sql"] for query in asked]
    scoped = next(n for n, sql in enumerate(queries) if "app.district" in sql)
    reads = [n for n, sql in enumerate(queries) if '"selfassessment_packet"' in sql]
    assert reads
    assert min(reads) > scoped


def test_the_address_is_shown_once(client, district, lead, packet):
    client.force_login(lead)
    page = reverse("packets:guests", args=[district.slug, packet.pk])
    until = district.today() + dt.timedelta(30)

    client.post(page, {"label": "The board", "expires_on": until.isoformat()})
    first, second = client.get(page), client.get(page)

    address = first.context["new"]
    assert address.startswith("http")
    assert guest(client, address.rstrip("/").rsplit("/", 1)[1]).status_code == 200
    assert not second.context["new"]
    assert "The board" in second.content.decode()


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (365, True), (366, False)])
def test_an_address_works_for_a_year_at_most(client, district, lead, packet, by, days, allowed):
    client.force_login(lead)
    until = district.today() + dt.timedelta(days)

    answer = client.post(
        reverse("packets:guests", args=[district.slug, packet.pk]),
        {"label": "The board", "expires_on": until.isoformat()},
    )

    assert answer.status_code == (302 if allowed else 422)
    assert GuestLink.objects.exists() is allowed
    if not allowed:
        with pytest.raises(Refused):
            services.invite(packet, "The board", until, by=by)


def test_an_address_is_ended_once_and_on_record(client, district, lead, packet):
    link = GuestLinkFactory(district=district, packet=packet)
    client.force_login(lead)
    end = reverse("packets:guest-end", args=[district.slug, packet.pk, link.pk])

    client.post(end)
    client.post(end)

    link.refresh_from_db()
    assert link.revoked_by == lead
    assert AuditEvent.objects.filter(verb="packet.guest_revoked").count() == 1


def test_the_list_asks_no_more_questions_for_more_packets(client, district, lead):
    client.force_login(lead)
    page = reverse("packets:index", args=[district.slug])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    GuestLinkFactory(district=district, packet__number=1)
    asked()
    one = asked()
    for number in range(2, 6):
        GuestLinkFactory(district=district, packet__number=number)

    assert asked() == one
