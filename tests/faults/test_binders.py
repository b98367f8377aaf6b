"""Evidence binders and the workers that make them: away at first, and killed on the way."""

from tests.faults.conftest import until


def statuses(product):
    return [row[0] for row in product.sql("SELECT status FROM selfassessment_binder ORDER BY id")]


def test_binders_wait_for_a_worker_and_are_made_by_the_next_one(product):
    product.act("ask_for_binders", "elm")
    assert statuses(product) == ["waiting", "waiting"]
    product.beat()
    product.worker(1).end()  # before it has read a bell, or in the middle of a binder
    product.sql("UPDATE selfassessment_binder SET lease_until = now() WHERE status = 'running'")
    product.worker(1)

    until(lambda: set(statuses(product)) == {"done"}, 120)

    files = product.sql("SELECT file FROM selfassessment_binder ORDER BY id")
    assert [name.rpartition(".")[2] for (name,) in files] == ["pdf", "zip"]
