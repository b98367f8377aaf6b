"""Workers that are killed or stopped in the middle of letters (R01, R02, R03, R23)."""

import random
import signal
import time
from functools import partial

from roles.services import delivery
from tests.faults.conftest import LONG, until

LETTERS, KILLS, STOPS = (1000, 100, 200) if LONG else (60, 5, 4)
SLOW = 0.02  # seconds over a letter, half of them after the server took it down


def mail_while_workers_are_killed(product, mail_server, *, kills=KILLS, number=signal.SIGKILL):
    """Owe letters, and end the whole worker group again and again while they are sent.

    Returns the longest time a worker took to end.
    """
    mail_server.slow = SLOW
    product.act("owe", "elm", "killed", LETTERS)
    product.beat()
    longest = end_again_and_again(product.worker, mail_server, kills, number)
    product.worker()
    until(product.settled, 120)
    return longest


def end_again_and_again(start, mail_server, times, number=signal.SIGKILL):
    """Start a worker and end it after so many letters, by chance, and so on.

    The steps are such that letters are left for the last time.
    """
    luck = random.Random(23)  # noqa: S311 -- moments, not secrets
    longest = 0.0
    for left in range(times, 0, -1):
        worker = start()
        here = len(mail_server.ids())
        wanted = here + luck.randint(1, max(1, 2 * (LETTERS - here) // (left + 1) - 1))
        until(partial(enough, mail_server, min(wanted, LETTERS - 1)))
        longest = max(longest, worker.end(number))
    return longest


def enough(mail_server, letters):
    return len(mail_server.ids()) >= letters


def test_r01_a_relay_that_can_be_asked_gets_each_letter_once(product, mail_server, count):
    mail_while_workers_are_killed(product, mail_server)

    ids = mail_server.ids()
    lost, doubled = LETTERS - len(ids), sum(ids.values()) - len(ids)
    doubt = product.sql("SELECT count(*) FROM roles_letter WHERE workers_lost > 0")[0][0]
    count(
        f"R01 relay that can be asked: {LETTERS} letters, {KILLS} kills, {lost} lost,"
        f" {doubled} doubled; {doubt} were in a dying worker's hands"
    )
    assert (lost, doubled) == (0, 0)
    assert product.letters() == {"done": LETTERS}
    assert not product.named()
    assert doubt  # else the kills proved nothing


def test_r02_a_plain_relay_loses_none_and_each_possible_double_is_named(
    product, mail_server, count
):
    product.settings["MAIL_RECONCILER"] = "roles.services.reconciling.Nobody"
    mail_while_workers_are_killed(product, mail_server)

    ids = mail_server.ids()
    lost, doubled = LETTERS - len(ids), sum(ids.values()) - len(ids)
    named = product.named()
    twice = {message_id for message_id, times in ids.items() if times > 1}
    count(
        f"R02 plain relay: {LETTERS} letters, {KILLS} kills, {lost} lost, {doubled} doubled,"
        f" {len(named)} named as possibly doubled, {len(twice - named)} doubled and not named"
    )
    assert lost == 0
    assert twice <= named
    assert doubled <= KILLS * 2 * delivery.HAND  # two processes, each with a hand of letters
    assert twice  # control: the kills do hit the gap that only a relay that can be asked closes
    assert product.letters() == {"done": LETTERS}


def test_r03_control_a_plain_task_for_each_letter_loses_or_doubles(product, mail_server, count):
    """The usual way, a Celery task for each letter with late acknowledgement: under the same kills
    it must do worse, or the kills are too gentle to prove anything.
    """
    mail_server.slow = SLOW
    product.act("owe_stock", LETTERS)
    end_again_and_again(product.stock_worker, mail_server, KILLS)
    product.stock_worker()
    last = [0, time.monotonic()]

    def nothing_comes_any_more():
        if len(mail_server.accepted) != last[0]:
            last[:] = len(mail_server.accepted), time.monotonic()
        return time.monotonic() - last[1] > 8  # twice its visibility timeout

    until(nothing_comes_any_more, 120)
    ids = mail_server.ids()
    lost, doubled = LETTERS - len(ids), sum(ids.values()) - len(ids)
    count(f"R03 control, a task for each letter: {lost} lost, {doubled} doubled")
    assert lost + doubled


def test_r23_a_worker_told_to_stop_ends_soon_and_loses_nothing(product, mail_server, count):
    longest = mail_while_workers_are_killed(
        product, mail_server, kills=STOPS, number=signal.SIGTERM
    )

    ids = mail_server.ids()
    lost, doubled = LETTERS - len(ids), sum(ids.values()) - len(ids)
    doubt = product.sql("SELECT count(*) FROM roles_letter WHERE workers_lost > 0")[0][0]
    count(
        f"R23 {STOPS} stops by SIGTERM over {LETTERS} letters: {lost} lost, {doubled} doubled,"
        f" {doubt} in doubt; the slowest took {longest:.1f} s"
    )
    assert (lost, doubled) == (0, 0)
    assert doubt == 0  # control: R01, where SIGKILL does leave letters in doubt
    assert longest <= 30
