"""A roster server is asked page by page, and whatever it does, a person reads what happened."""

import datetime as dt
import socket
import time

import pytest
from django.test import override_settings

from tests.tutoring_admin.rosters_rest.oneroster import (
    CLIENT,
    SCOPE,
    SECRET,
    Server,
    busy,
    certificate,
    cut_off,
    drip,
    elsewhere,
    hang_up,
    maple,
    say,
    silent,
    web_page,
)
from tutoring_admin.systems.rosters.rest import client, walk
from tutoring_admin.systems.rosters.rest.client import Door, OneRoster
from tutoring_admin.systems.rosters.rest.line import Limits
from tutoring_admin.systems.rosters.rest.trouble import NotAllowed, Refused, Trouble

QUICK = Limits(silence=0.4, whole=1.0, size=200_000)


def service(server, *, limits=None, **changed):
    door = {
        "base_address": server.base_address,
        "token_address": server.token_address,
        "client_id": CLIENT,
        "secret": SECRET,
        "scopes": SCOPE if server.version == "1.2" else "",
        "version": server.version,
    }
    return OneRoster(Door(**{**door, **changed}), limits or Limits())


def everything(server, *, version=None, since=None):
    """All rows by collection, as a pull would walk through them."""
    asked, found = service(server), {}
    step = walk.first(version or server.version, since)
    while step is not None:
        try:
            page = asked.page(step.collection, step.query())
        except Refused:
            step = step.plainer()
            assert step is not None
            continue
        found.setdefault(step.collection, []).extend(page.rows)
        step = walk.after(step, page)
    return found


def keys(rows):
    return sorted(row["sourcedId"] for row in rows)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(walk, "PER_PAGE", 2)


@pytest.mark.parametrize("headers", ["both", "link", "count", "none"])
def test_every_page_is_read_whichever_header_tells_of_the_next(server, small_pages, headers):
    server.manner.link = headers in {"both", "link"}
    server.manner.count = headers in {"both", "count"}
    found = everything(server)
    assert keys(found["orgs"]) == ["d1", "s1", "s2"]
    staff = {"p1", "t00000", "t00001", "t00002"}
    assert staff <= set(keys(found["users"]))
    assert len(server.questions("orgs")) >= 2


def test_a_server_that_gives_less_than_asked_for_is_read_to_the_end(server):
    server.manner.cap, server.manner.link, server.manner.count = 2, False, False
    assert keys(everything(server)["orgs"]) == ["d1", "s1", "s2"]


def test_students_and_passwords_are_not_asked_for(server):
    found = everything(server)
    assert not [row for row in found["users"] if row["sourcedId"].startswith("k")]
    asked = server.questions("users")[0]
    assert "student" in asked["filter"]
    assert not {"password", "grades", "sms", "demographics"} & set(asked["fields"].split(","))


@pytest.mark.parametrize("knows", [(), ("filter",), ("filter", "sort")])
def test_a_server_that_knows_fewer_questions_is_asked_plainly(server, knows):
    server.manner.knows = frozenset(knows)
    assert {"p1", "t00000", "t00001", "t00002"} <= set(keys(everything(server)["users"]))


def test_a_filter_that_leaves_nobody_over_is_dropped(server12):
    for row in server12.collections["users"]:
        for role in row["roles"]:
            role["role"] = "student"  # what a server may make of "not" for a list
    assert len(everything(server12)["users"]) == len(server12.collections["users"])


def test_only_what_changed_since_is_asked_for(server):
    server.collections["users"][1]["dateLastModified"] = "2026-11-03T01:00:00.000Z"
    since = dt.datetime(2026, 11, 2, 7, 30, tzinfo=dt.UTC)
    found = everything(server, since=since)
    assert keys(found["users"]) == ["t00000"]
    assert "dateLastModified>'2026-11-02T07:30:00.000Z'" in server.questions("users")[0]["filter"]


def test_a_next_page_elsewhere_is_asked_for_here(server, small_pages):
    """`Link` names a host inside; only its query is taken."""
    assert keys(everything(server)["orgs"]) == ["d1", "s1", "s2"]
    assert server.questions("orgs")[1]["offset"] == "2"


def test_a_token_that_runs_out_between_pages_is_replaced(server, small_pages):
    asked = service(server)
    asked.page("orgs", {})
    server.tokens.clear()
    assert asked.page("orgs", {}).rows
    assert server.given == 2


def test_a_token_is_not_used_past_its_time(server, monkeypatch):
    asked, now = service(server), time.monotonic()
    monkeypatch.setattr(client.time, "monotonic", lambda: now)
    asked.page("orgs", {})
    now += server.manner.token_lasts - client.EARLY + 1
    asked.page("orgs", {})
    assert server.given == 2


def test_a_secret_that_the_server_wants_in_the_form_gets_there(server):
    server.manner.secret_in_form = True
    assert service(server).page("orgs", {}).rows


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web_page, "answered with a web page"),
        (lambda h: say(h, 200, {"schools": []}), "no list called orgs"),
        (lambda h: say(h, 200, [1, 2]), "JSON that is not OneRoster"),
        (lambda h: say(h, 200, b"[" * 100_000), "not with OneRoster"),
        (lambda h: say(h, 403, {}), "does not let this client read orgs"),
        (lambda h: say(h, 404, {}), "base address may be wrong"),
        (lambda h: say(h, 418, {}), "418"),
        (elsewhere, "sends us on to http://169.254.169.254, where we do not follow"),
        (cut_off, "hung up before its answer was complete"),
        (hang_up, "hung up before its answer was complete"),
        (busy(30), "too many questions"),
        (busy(status=503), "trouble of its own"),
    ],
)
def test_an_answer_that_is_no_page_is_told_in_words(server12, answer, words):
    server12.next_answers(answer)
    with pytest.raises(Trouble, match=words):
        service(server12).page("orgs", {})


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("999999", 7200),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_how_long_a_busy_server_asks_us_to_wait(server12, told, seconds):
    server12.next_answers(busy(told))
    with pytest.raises(Trouble) as caught:
        service(server12).page("orgs", {})
    wait = caught.value.wait
    assert (wait.total_seconds() if wait is not None else None) == seconds
    assert caught.value.passes


def test_a_silent_server_is_left(server12):
    server12.next_answers(silent(server12))
    with pytest.raises(Trouble, match="was silent"):
        service(server12, limits=QUICK).page("orgs", {})


def test_a_server_that_drips_is_left_when_the_time_is_over(server12):
    server12.next_answers(drip(server12))
    with pytest.raises(Trouble, match="was not done answering after 1 s"):
        service(server12, limits=QUICK).page("orgs", {})


def test_an_answer_without_end_is_left(server12):
    server12.next_answers(lambda h: say(h, 200, b" " * 300_000))
    with pytest.raises(Trouble, match="more than"):
        service(server12, limits=QUICK).page("orgs", {})


def test_a_wrong_secret_is_told(server):
    with pytest.raises(Refused, match="does not accept this client ID and secret"):
        service(server, **{"secret": "another"}).sign_in()


def test_a_scope_that_is_not_given_is_told(server12):
    with pytest.raises(Refused, match="does not give this client what we ask for: roster"):
        service(server12, scopes="roster").sign_in()


def test_a_token_address_that_leads_nowhere_is_told(server12):
    with pytest.raises(Refused, match="nothing at the token address"):
        service(server12, token_address=server12.url + "/nothing").sign_in()


def test_a_token_address_that_is_a_web_page_is_told(server12):
    with pytest.raises(Trouble):
        service(server12, token_address=server12.url + "/ims").sign_in()


def test_a_name_that_is_nobodys_is_told(server12):
    with pytest.raises(Trouble, match=r"nowhere\.invalid"):
        service(server12, base_address="https://nowhere.invalid/ims").page("orgs", {})


def test_a_port_where_nobody_listens_is_told(server12):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Trouble, match="takes no connections"):
        service(server12, token_address=f"http://127.0.0.1:{port}/token").sign_in()


@pytest.mark.parametrize(("days", "words"), [(2, "signed by itself"), (-2, "has run out|signed")])
def test_a_certificate_that_proves_nothing_is_told(tmp_path, days, words):
    made = Server(context=certificate(tmp_path, days=days))
    try:
        with pytest.raises(Trouble, match=words):
            service(made).sign_in()
    finally:
        made.stop()


def test_a_server_inside_the_network_is_not_asked(server12):
    with override_settings(OUTBOUND_LOOPBACK=False), pytest.raises(NotAllowed):
        service(server12).sign_in()
    assert server12.asked == []


def test_rows_that_moved_while_we_read_are_noticed(server, small_pages):
    server.manner.count_shift = 1
    server.manner.link = False
    with pytest.raises(walk.Shifted, match="spoke of"):
        everything(server)


def test_the_secret_is_in_no_representation(server12):
    assert SECRET not in repr(service(server12).door)


def test_a_large_district_is_read_in_few_questions(server12):
    maple(server12, teachers=1200, students=50)
    assert len(everything(server12)["users"]) == 1203
    assert len(server12.questions("users")) == 3
