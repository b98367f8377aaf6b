"""/healthz and the signs of life behind it, on a real broker."""

import socket
import time

import pytest
import redis
from django.conf import settings as configured

from tutoring_admin.heartbeats import SILENT_AFTER, broker, heard, main, say_alive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(settings):
    """A broker without any sign of life in it."""
    settings.CELERY_BROKER_URL = configured.REDIS_URL.rsplit("/", 1)[0] + "/11"
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as empty:
        empty.flushdb()
    return settings.CELERY_BROKER_URL


def test_all_parts_are_well_and_nobody_has_to_sign_in(client, url):
    say_alive("worker", url)
    say_alive("beat", url)

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == dict.fromkeys(("status", "database", "broker", "worker", "beat"), "ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("silent", "speaking"), [("worker", "beat"), ("beat", "worker")])
def test_a_silent_part_is_named(client, url, silent, speaking):
    say_alive(speaking, url)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "down",
        "database": "ok",
        "broker": "ok",
        silent: "down",
        speaking: "ok",
    }


def test_without_a_broker_nobody_knows_how_worker_and_beat_are(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["broker"] == "down"
    assert answer.json()["worker"] == answer.json()["beat"] == "unknown"
    assert answer.json()["database"] == "ok"


def test_a_broker_that_hangs_does_not_make_the_answer_wait(client, settings):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"

        began = time.monotonic()
        answer = client.get("/healthz")

    assert time.monotonic() - began < 2.5
    assert answer.json()["broker"] == "down"


def test_only_reading_is_allowed(client, url):
    assert client.post("/healthz").status_code == 405


def test_a_sign_of_life_fades(url):
    say_alive("worker", url)

    assert 0 < broker(url).ttl("alive:worker") <= SILENT_AFTER


def test_a_container_looks_for_its_own_sign_of_life_only(url, monkeypatch):
    monkeypatch.setenv("REDIS_URL", url)
    broker(url).set("alive:worker", 1)  # another host's worker

    assert heard("worker", url)
    assert main("worker") == 1

    say_alive("worker", url)
    assert main("worker") == 0


def test_an_unknown_part_is_refused_in_words():
    with pytest.raises(SystemExit, match="no part called cook"):
        main("cook")
