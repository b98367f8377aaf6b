"""S15: messages that somebody put on the queue by hand. Whoever can write there still needs a row.

A real broker and a real worker: a message that would run code when it is unpacked, a task that is
none of ours, and a row asked for in the name of another district.
"""

import json
import pickle
import uuid

import pytest
from kombu import Connection

from tests.faults.conftest import only_product, product, until  # noqa: F401 -- fixtures
from tutoring_admin.heartbeats import broker

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
READY = "SELECT district_id, tries FROM roles_madefile WHERE status = 'done'"


class Bomb:
    """Touches a file wherever it is unpacked."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


def post(redis, task, arguments, *, kind="application/json", body=None):
    """Put one message on the workers' queue, as a stranger with the broker's address would."""
    number = str(uuid.uuid4())
    headers = {"lang": "py", "task": task, "id": number, "root_id": number, "parent_id": None}
    body = body if body is not None else json.dumps([arguments, {}, {}])
    with Connection(redis) as connection, connection.channel() as channel:
        connection.Producer(channel).publish(
            body,
            routing_key="celery",
            headers=headers,
            correlation_id=number,
            content_type=kind,
            content_encoding="binary" if isinstance(body, bytes) else "utf-8",
        )


def test_s15_messages_by_hand_are_refused_and_the_next_is_served(product, tmp_path):  # noqa: F811
    product.act(
        "ask_for_file", "elm", "table", json.dumps({"table": "audit", "kind": "csv", "given": ""})
    )
    broker(product.redis).flushall()  # the bell that it rang
    ((row,),) = product.sql("SELECT id FROM roles_madefile")
    other = 987_654_321
    product.sql(
        "INSERT INTO roles_district SELECT (jsonb_populate_record(d,"
        " jsonb_build_object('id', %s, 'slug', 'oak', 'name', 'Oak'))).* FROM roles_district d",
        other,
    )
    mark = tmp_path / "unpacked"

    post(
        product.redis,
        "roles.make_file",
        [],
        kind="application/x-python-serialize",
        body=pickle.dumps([[Bomb(mark)], {}, {}]),
    )
    post(product.redis, "os.system", [f"touch {mark}"])
    post(product.redis, "roles.make_file", [], body="{ not json")
    post(product.redis, "roles.make_file", [other, row])
    post(product.redis, "roles.make_file", ["1; DROP TABLE roles_madefile", row])
    post(product.redis, "roles.make_file", [])
    worker = product.worker()
    until(lambda: broker(product.redis).llen("celery") == 0)
    product.act("sweep")

    ((district, tries),) = until(lambda: product.sql(READY))
    assert not mark.exists()
    assert worker.runs
    assert district != other
    assert tries == 1, "the message in the other district's name must not have touched the row"
    assert product.sql("SELECT 1 FROM roles_auditevent WHERE district_id = %s", other) == []
    assert "Refusing to deserialize" in worker.said() or "ContentDisallowed" in worker.said()


def test_s15_json_is_all_that_is_read(settings):
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"
    assert not hasattr(settings, "CELERY_RESULT_BACKEND")
