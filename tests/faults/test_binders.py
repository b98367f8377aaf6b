"""Evidence binders and the workers that make them: away at first, and killed in the middle."""

from tests.faults.conftest import until


def statuses(product):
    return [row[0] for row in product.sql("SELECT status FROM selfassessment_binder ORDER BY id")]


def test_a_binder_whose_worker_was_killed_is_made_by_the_next_one(product):
    product.act("ask_for_binders", "elm")
    assert statuses(product) == ["waiting", "waiting"]
    product.beat()
    first = product.worker(1)
    until(lambda: "running" in statuses(product))
    first.end()
    killed = statuses(product)
    product.sql("UPDATE selfassessment_binder SET lease_until = now() WHERE status = 'running'")
    product.worker(1)

    until(lambda: set(statuses(product)) == {"done"}, 120)

    made = product.sql("SELECT file, tries FROM selfassessment_binder ORDER BY id")
    assert [name.rpartition(".")[2] for name, _ in made] == ["pdf", "zip"]
    assert "running" in killed
    assert sum(tries for _, tries in made) > len(made)  # one was taken up twice
    for name, _ in made:
        assert (product.folder / "files" / name).stat().st_size > 1_000
