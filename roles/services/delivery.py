"""Carrying letters: whatever is due in any district, each district in its turn.

Level-triggered: a call looks at what is due and unsent now. It may be made at any time, by any
number of workers, as often as anybody likes.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from celery import current_app
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from roles.models import District, Letter, OwedStatus
from roles.services import letters
from roles.services.reconciling import Answer, Reconciler, reconciler
from roles.smtp import End, Outcome
from roles.tasks import post_letters, ring
from roles.wall import district_scope

log = logging.getLogger(__name__)
Result = TypeVar("Result")

SECONDS = 5.0  # what one call takes, before it makes room for other work
TURN = 50  # letters of one district, then the next one's turn
QUESTIONS = 200  # to the relay, in one call
DATABASE_BACK_WITHIN = 30.0  # seconds
ASKED_FOR = dt.timedelta(hours=1)  # a relay that does not answer; then nobody knows


def carry(seconds: float = SECONDS) -> int:
    """Send what is due, for about so long; returns how many letters the mail server took.

    Ends early when nothing is due or no mail server is there. Calls for another worker while there
    is more to do than it can.
    """
    until = time.monotonic() + seconds
    settle()
    Letter.objects.give_up()
    sent, called = 0, False
    while districts := _with_due_letters():
        if not called and Letter.objects.due().count() > TURN:
            _call_another()
            called = True
        for district_pk in districts:
            took, absent = _turn(district_pk, until)
            sent += took
            if absent or time.monotonic() >= until:
                return sent
    return sent


def settle() -> int:
    """See to the letters of workers that fell silent; returns how many were settled.

    A relay that can be asked decides. Where nobody knows, the letter goes out again under the same
    Message-ID and is marked as possibly doubled.
    """
    Letter.objects.doubt()
    who = reconciler()
    for settled in range(QUESTIONS):
        letter = Letter.objects.take_question()
        if letter is None or not _ask(who, letter):
            return settled
    return QUESTIONS


def _ask(who: Reconciler, letter: Letter) -> bool:
    """False where the relay does not answer: then no other letter is asked about either."""
    try:
        answer = who.ask(letter.message_id)
    except OSError as error:
        if letter.unsure_since and letter.unsure_since > timezone.now() - ASKED_FOR:
            with district_scope(letter.district_id):
                letter.ask_later(f"Asked whether it was taken: {error}")
            return False
        answer = Answer.NOBODY_KNOWS
    with district_scope(letter.district_id):
        _settle(letter, answer)
    return True


def _settle(letter: Letter, answer: Answer) -> None:
    if answer is Answer.TAKEN:
        letters.taken(letter)
    elif letter.workers_lost >= letter.most_workers:
        letter.finish(OwedStatus.FAILED, error="Each worker that sent it ended.")
    else:
        letter.send_again(may_be_doubled=answer is Answer.NOBODY_KNOWS)


def _with_due_letters() -> list[int]:
    """Districts that have letters due, in a new order each time. Reads keys only: this looks into
    every district, outside the wall.
    """
    due = Letter.objects.due().filter(district=OuterRef("pk"))
    found = list(District.objects.filter(Exists(due)).values_list("pk", flat=True))
    random.shuffle(found)
    return found


def _turn(district_pk: int, until: float) -> tuple[int, bool]:
    """Up to TURN letters of one district; (how many were taken, whether no server was there).

    Trouble with one letter ends the turn, so that a district whose letters hang holds up no other.
    What marks a letter takes the next as well: a worker that dies has one in its hands.
    """
    with district_scope(district_pk):
        due = Letter.objects.due().order_by("kind", "not_before", "pk")
        pks = list(due.values_list("pk", flat=True)[: 2 * TURN])
        letter = Letter.objects.claim_first(pks)
    sent = 0
    for number in range(1, TURN + 1):
        if letter is None:
            break
        outcome = _try(letter)
        well = outcome is None or outcome.end in (End.TAKEN, End.REFUSED)
        more = well and number < TURN and time.monotonic() < until
        pks = pks[pks.index(letter.pk) + 1 :] if more else []
        took, letter = _mark(letter, outcome, pks)
        sent += took
        if outcome is not None and outcome.end is End.ABSENT:
            return sent, True
    return sent, False


def _try(letter: Letter) -> Outcome | None:
    try:
        return letters.send(letter)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("Letter %s cannot be put together", letter.pk)
        return None


def _mark(letter: Letter, outcome: Outcome | None, pks: list[int]) -> tuple[bool, Letter | None]:
    def mark() -> tuple[bool, Letter | None]:
        if outcome is not None and outcome.end is End.TAKEN and letter.kind not in letters.SAID:
            # by keys that were read behind the wall, and without the price of going there again
            return Letter.objects.done_then_first(letter, pks)
        with district_scope(letter.district_id):
            took = letters.record(letter, outcome)
            return took, Letter.objects.claim_first(pks) if pks else None

    return _when_the_database_is_back(mark)


def _when_the_database_is_back(act: Callable[[], Result]) -> Result:
    """Do it now, or once the database can be reached again: what the server took must be noted."""
    until = time.monotonic() + DATABASE_BACK_WITHIN
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.2)


def _call_another() -> None:
    if current_app.conf.task_always_eager:
        return  # there is no other
    try:
        ring(post_letters)
    except BrokerError:  # the bell is optional
        log.warning("No bell for another worker", exc_info=True)
