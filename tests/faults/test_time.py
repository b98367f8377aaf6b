"""Schedulers that are too many (R04) and clocks that jump (R24)."""

import random

from tests.faults.conftest import LONG, until

LETTERS = 400 if LONG else 60


def test_r04_two_then_five_schedulers_add_nothing(product, mail_server, count):
    mail_server.slow = 0.01
    product.worker()
    for beats in (2, 5):
        while sum(each.runs for each in product.programs) < beats + 1:
            product.beat()
        twice = [product.start("owe", "elm", f"by{beats}", LETTERS) for _ in range(3)]
        until(lambda twice=twice: not any(each.runs for each in twice))
        until(lambda beats=beats: len(mail_server.ids()) >= LETTERS * (1 if beats == 2 else 2))
        until(product.settled)

    ids = mail_server.ids()
    assert product.letters() == {"done": 2 * LETTERS}
    assert sum(ids.values()) == len(ids) == 2 * LETTERS
    count(f"R04 2, then 5 beats, everything owed three times: {2 * LETTERS} letters, 0 more")


def test_r04_control_without_their_key_they_would_be_three_times_as_many(product, mail_server):
    for number in range(3):
        product.act("owe", "elm", f"round{number}", 5)
    product.worker()
    until(lambda: product.letters() == {"done": 15})

    assert len(mail_server.accepted) == 15


def jump_while_sending(product, mail_server, jump):
    """Letters to a server that cannot be asked, while `jump()` is done again and again."""
    product.settings["MAIL_RECONCILER"] = "roles.services.reconciling.Nobody"
    mail_server.slow = 0.1
    product.act("owe", "elm", "clock", LETTERS)
    product.worker()
    product.beat()
    for sent in range(5, LETTERS - 5, 10):
        until(lambda sent=sent: len(mail_server.accepted) >= sent)
        jump()
    product.clock.write_text("0")
    until(product.settled, 120)
    ids = mail_server.ids()
    return LETTERS - len(ids), sum(ids.values()) - len(ids)


def test_r24_a_clock_that_jumps_two_hours_doubles_nothing(product, mail_server, count):
    luck = random.Random(24)  # noqa: S311 -- jumps, not secrets

    def jump():
        # back no further than the letters' own time, else they would rightly wait
        product.clock.write_text(str(luck.choice([7200, 3600, 0])))

    product.clock.write_text("0")
    lost, doubled = jump_while_sending(product, mail_server, jump)

    count(f"R24 a clock that jumps by up to two hours, to and fro: {lost} lost, {doubled} doubled")
    assert (lost, doubled) == (0, 0)
    assert not product.named()


def test_r24_control_leases_by_the_clock_that_jumps_double_some(product, mail_server):
    """What a jump would do to leases by the worker's own clock: all run out at once."""

    def jump():
        product.sql("UPDATE roles_letter SET status = 'waiting' WHERE status = 'running'")

    _, doubled = jump_while_sending(product, mail_server, jump)

    assert doubled
