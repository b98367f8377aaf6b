"""Broker and database that go away (R05, R06)."""

import signal
from functools import partial

from tests.faults.conftest import LONG, flush, until
from tutoring_admin.heartbeats import broker

KILLS, STOPS, SAVERS = (20, 20, 8) if LONG else (3, 3, 3)
EACH = 10  # letters


def accepted(mail_server, prefix):
    return {each.to for each in list(mail_server.accepted) if each.to.startswith(f"{prefix}-")}


def test_r05_a_broker_that_is_killed_or_emptied_loses_no_letter(product, mail_server, count):
    valkey = product.engines.valkey
    product.beat()
    product.worker()
    until(lambda: product.hears("worker"))
    for number in range(KILLS):
        valkey.process.kill()
        valkey.process.wait()
        product.act("owe", "elm", f"killed{number}", EACH)
        valkey.launch()
        valkey.wait_until_ready()
    product.act("owe", "elm", "emptied", EACH)
    flush(product)
    until(lambda: product.letters() == {"done": EACH * (KILLS + 1)}, 120, product.left)

    ids = mail_server.ids()
    assert sum(ids.values()) == len(ids) == EACH * (KILLS + 1)
    count(
        f"R05 broker killed {KILLS} times and emptied once: {sum(ids.values())} letters,"
        " 0 lost, 0 doubled"
    )


def test_r05_control_what_stood_only_in_the_broker_is_gone(product, mail_server):
    product.act("owe_stock", EACH)
    flush(product)
    product.stock_worker()
    product.act("owe", "elm", "after", 1)
    product.worker()
    until(lambda: accepted(mail_server, "after"))

    assert len(mail_server.accepted) == 1


def test_r05_a_broker_that_hangs_or_is_full_holds_up_no_letter(product, mail_server, count):
    valkey = product.engines.valkey
    product.worker()
    until(lambda: product.hears("worker"))
    valkey.process.send_signal(signal.SIGSTOP)  # as a network that swallows every packet
    try:
        product.act("owe", "elm", "hung", EACH)
        until(lambda: len(accepted(mail_server, "hung")) == EACH, 160)
    finally:
        valkey.process.send_signal(signal.SIGCONT)
    until(lambda: product.hears("worker"))
    if LONG:
        broker(product.redis).config_set("maxmemory", "1")
        try:
            product.end()
            product.worker()  # it cannot even say what it listens to
            product.act("owe", "elm", "full", EACH)
            until(lambda: len(accepted(mail_server, "full")) == EACH, 160)
        finally:
            broker(product.redis).config_set("maxmemory", "0")
        until(lambda: product.hears("worker"))
    until(product.settled)

    ids = mail_server.ids()
    assert max(ids.values()) == 1
    count(f"R05 broker hangs: {len(ids)} letters sent meanwhile, 0 lost, 0 doubled")


def stop_at_once(product):
    """As a power cut: no checkpoint, no good-bye."""
    postgres = product.engines.postgres
    postgres.process.send_signal(signal.SIGQUIT)
    postgres.process.wait()
    postgres.launch()
    postgres.wait_until_ready()


def save_and_stop(product, stops):
    """Savers at work while the database is stopped; returns what they were told is saved."""
    savers = [product.start("owe_one_by_one", "elm", f"s{number}") for number in range(SAVERS)]
    for _ in range(stops):
        heard = [len(saver.said().split()) for saver in savers]
        until(partial(all_went_on, savers, heard), 90)
        stop_at_once(product)
    for saver in savers:
        saver.end()
    return {key for saver in savers for key in saver.said().splitlines() if key.startswith("s")}


def all_went_on(savers, heard):
    return all(len(s.said().split()) > before for s, before in zip(savers, heard, strict=True))


def missing(product, told):
    kept = {key for (key,) in product.sql("SELECT key FROM roles_letter")}
    return told - kept


def test_r06_no_save_that_was_confirmed_is_lost_with_the_database(product, mail_server, count):
    product.beat()
    product.worker()
    told = save_and_stop(product, STOPS)

    assert not missing(product, told)
    until(product.settled, 150)
    ids = mail_server.ids()
    assert max(ids.values()) == 1
    count(
        f"R06 database stopped at once {STOPS} times under {SAVERS} savers: {len(told)} saves"
        f" confirmed, 0 missing; {len(ids)} letters, 0 doubled"
    )


def test_r06_control_a_database_that_confirms_too_early_does_lose_some(product):
    try:
        product.sql("ALTER DATABASE tutoring SET synchronous_commit = off")
        lost = 0
        for _ in range(10):
            lost += len(missing(product, save_and_stop(product, 1)))
            if lost:
                break
    finally:
        product.sql("ALTER DATABASE tutoring RESET synchronous_commit")
    assert lost
