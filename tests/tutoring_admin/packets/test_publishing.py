"""Publishing: what was looked at is frozen, once, and never changes again."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from roadmap.models import Milestone
from roles.models import AuditEvent
from roles.wall import district_scope
from selfassessment.models import Packet
from tests.factories.packets import PacketFactory
from tests.tutoring_admin.packets.conftest import TYPED, published
from tutoring_admin.packets import content as shape
from tutoring_admin.packets import services

pytestmark = pytest.mark.django_db
LINES = {"purpose": TYPED.purpose, "money": TYPED.money, "note": TYPED.note}


def address(name, district, *args):
    return reverse(f"packets:{name}", args=[district.slug, *args])


def looked(client, district, **more):
    """The answer to "See what will be published"."""
    data = {**LINES, "act": "look", **more}
    return client.post(address("publish", district, "board"), data)


def test_what_is_looked_at_is_what_is_frozen(client, program, lead):
    client.force_login(lead)
    draft = looked(client, program).context["draft"]

    answer = client.post(
        address("publish", program, "board"), {**LINES, "act": "publish", "seen": draft.sha256}
    )

    packet = Packet.objects.get()
    assert answer.url == address("detail", program, packet.pk)
    assert packet.content == draft.content
    assert packet.sha256 == shape.digest(packet.content)
    assert packet.title == "Board packet 1"
    event = AuditEvent.objects.get(verb="packet.published")
    assert event.detail["sha256"] == packet.sha256


def test_the_page_before_publishing_shows_the_lines_and_who_can_read_it(client, program, lead):
    client.force_login(lead)

    page = looked(client, program).content.decode()

    assert "Every school is well led." in page
    assert "$214,000 of $640,000 is spent." in page
    assert "Everyone who sees the whole program can read it" in page
    assert "Maria Vasquez" in page  # says that this name was left out
    assert not Packet.objects.exists()


def test_where_the_records_have_changed_meanwhile_it_is_looked_at_once_more(client, program, lead):
    client.force_login(lead)
    draft = looked(client, program).context["draft"]
    Milestone.objects.filter(title="Rooms agreed").update(due_on="2026-11-30")

    answer = client.post(
        address("publish", program, "board"), {**LINES, "act": "publish", "seen": draft.sha256}
    )

    assert answer.status_code == 422
    assert "The records have changed" in answer.content.decode()
    assert answer.context["draft"].sha256 != draft.sha256
    assert not Packet.objects.exists()


def test_lines_that_are_missing_are_asked_for_and_the_rest_is_kept(client, program, lead):
    client.force_login(lead)

    answer = looked(client, program, money="")

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"money"}
    assert TYPED.purpose in answer.content.decode()


def test_back_from_the_look_the_lines_are_still_there(client, program, lead):
    client.force_login(lead)

    answer = looked(client, program, act="change")

    assert TYPED.note in answer.content.decode()
    assert answer.status_code == 200


def test_published_twice_it_is_there_once(program, by):
    seen = services.draft("board", TYPED, by=by).sha256

    first = services.publish("board", TYPED, seen=seen, by=by)
    again = services.publish("board", TYPED, seen=seen, by=by)

    assert first == again
    assert AuditEvent.objects.filter(verb="packet.published").count() == 1


def test_packets_are_numbered_by_their_kind_and_know_the_one_before(program, by):
    published(by)
    Milestone.objects.filter(title="Rooms agreed").update(due_on="2026-11-30")
    second = published(by)
    annex = published(by, "grant")

    assert (second.number, annex.number) == (2, 1)
    assert second.content["before"]["number"] == 1
    late = next(x for x in second.content["before"]["lines"] if x["key"] == "late")
    assert (late["was"], late["now"], late["change"]) == ("1", "0", -1)


@pytest.mark.parametrize(
    "change",
    [
        lambda packet: Packet.objects.filter(pk=packet.pk).update(title="Another"),
        lambda packet: Packet.objects.filter(pk=packet.pk).update(content={}),
        lambda packet: Packet.objects.filter(pk=packet.pk).delete(),
    ],
    ids=["title", "content", "delete"],
)
def test_the_database_refuses_every_change_of_a_packet(district, change):
    packet = PacketFactory(district=district)

    with pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic(), district_scope(district):
            change(packet)

    packet.refresh_from_db()
    assert packet.sha256 == shape.digest(packet.content)


def test_a_packet_that_was_changed_in_the_database_is_found_out(client, district, lead):
    packet = PacketFactory(district=district)
    Packet.objects.filter(pk=packet.pk).update(content={**packet.content, "year": "2020-21"})
    client.force_login(lead)

    page = client.get(address("detail", district, packet.pk)).content.decode()

    assert "its digest differs" in page


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_the_same_at_once_get_the_same_packet(program, by):
    seen = services.draft("board", TYPED, by=by).sha256
    found, both = [], threading.Barrier(2)

    def go():
        try:
            both.wait(10)
            with district_scope(program):
                found.append(services.publish("board", TYPED, seen=seen, by=by).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(found) == 2
    assert len(set(found)) == 1
    assert Packet.objects.count() == 1
