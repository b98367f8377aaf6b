"""Files made on request, by real workers (R26), one of which is killed half way."""

import json

from tests.faults.conftest import until

READY = "SELECT file, made, total, tries FROM roles_madefile WHERE status = 'done'"


def test_a_worker_makes_a_table_that_was_asked_for(product):
    product.worker()
    asked = {"table": "audit", "kind": "csv", "given": ""}
    product.act("ask_for_file", "elm", "table", json.dumps(asked))

    ((name, made, total, tries),) = until(lambda: product.sql(READY))

    assert (made, total, tries) == (1, 1, 1)
    text = product.act("tell_file", name)
    assert text.startswith("When,Who,What,Kind")
    assert "asked for a file, Everything" in text


def test_a_file_whose_worker_was_killed_is_made_by_the_next_one(product):
    first = product.worker()
    product.act("ask_for_file", "elm", "half-way-at-first")
    half = "SELECT 1 FROM roles_madefile WHERE status = 'running' AND made = 1"
    until(lambda: product.sql(half))
    first.end()
    product.sql("UPDATE roles_madefile SET lease_until = now()")  # its lease of minutes runs out

    product.worker()
    product.act("sweep")

    ((name, made, total, tries),) = until(lambda: product.sql(READY))
    assert (made, total, tries) == (2, 2, 2)
    assert product.act("tell_file", name) == "made"


def test_a_file_that_takes_hours_is_its_workers_until_that_is_killed(product):
    first = product.worker()
    product.act("ask_for_file", "elm", "for-hours-at-first")
    lease = "SELECT lease_until FROM roles_madefile WHERE status = 'running'"
    ((held_until,),) = until(lambda: product.sql(lease))
    until(lambda: product.sql(f"{lease} AND lease_until > %s", held_until))
    first.end()
    product.sql("UPDATE roles_madefile SET lease_until = now()")  # its lease of minutes runs out

    product.worker()
    product.act("sweep")

    ((name, _made, _total, tries),) = until(lambda: product.sql(READY))
    assert tries == 2
    assert product.act("tell_file", name) == "roles.make_long_file"
