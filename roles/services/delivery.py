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
from functools import partial
from itertools import takewhile
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
Queue = list[tuple[int, int]]
"""Letters that were due when a turn began: their keys, and how many workers each took down."""
Taken = tuple[list[Letter], Queue]
"""A hand of letters, and those that come after it."""
Tried = list[tuple[Letter, Outcome | None]]

SECONDS = 5.0  # what one call takes, before it makes room for other work
TURN, ALONE = 10, 50  # letters of one district, then the next one's turn; and where there is none
MANY, HAND = 50, 5  # where so many wait, one transaction takes so many and the next one notes them
AHEAD = 20  # letters looked at to find a hand that no other worker has
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
        most = TURN if len(districts) > 1 else ALONE
        for district_pk in districts:
            took, absent = _turn(district_pk, until, most)
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


def _turn(district_pk: int, until: float, most: int) -> tuple[int, bool]:
    """Up to `most` letters of one district; (how many were taken, whether no server was there).

    Trouble with one letter ends the turn, so that a district whose letters hang holds up no other.
    """
    with district_scope(district_pk):
        # as the index has them, so that nothing is sorted
        due = Letter.objects.due().filter(district=district_pk).order_by("kind", "not_before")
        queue: Queue = list(due.values_list("pk", "workers_lost")[:MANY])
        size = HAND if len(queue) == MANY else 1
        hand, queue = _take(queue[:most], size)
    sent, absent = 0, False
    while hand:
        tried = _try(hand)
        last = tried[-1][1] if tried else None
        absent = last is not None and last.end is End.ABSENT
        goes_on = len(tried) == len(hand) and _is_well(last) and time.monotonic() < until
        queue = queue if goes_on else []
        took, hand, queue = _note(district_pk, tried, hand, partial(_take, queue, size))
        sent += took
    return sent, absent


def _take(queue: Queue, size: int) -> Taken:
    """Claim the next ones, but alone what a worker died of: it takes no other down with it."""
    sound = takewhile(lambda row: not row[1], queue[:AHEAD])
    pks = [pk for pk, _ in sound] or [pk for pk, _ in queue[:1]]
    hand = Letter.objects.claim_some(pks, size) if pks else []
    return hand, queue[pks.index(hand[-1].pk) + 1 :] if hand else []


def _try(hand: list[Letter]) -> Tried:
    """Send them one after the other, until one has trouble or the lease of the rest gets short."""
    tried: Tried = []
    until = time.monotonic() + Letter.lease.total_seconds() / 4
    for letter in hand:
        try:
            tried.append((letter, letters.send(letter)))
        except (DatabaseError, InterfaceError):
            log.warning("No database to put letter %s together", letter.pk, exc_info=True)
            break
        except Exception:
            log.exception("Letter %s cannot be put together", letter.pk)
            tried.append((letter, None))
        if not _is_well(tried[-1][1]) or time.monotonic() >= until:
            break
    return tried


def _is_well(outcome: Outcome | None) -> bool:
    """Nothing that the next letter would meet as well."""
    return outcome is None or outcome.end in (End.TAKEN, End.REFUSED)


def _note(
    district_pk: int,
    tried: Tried,
    hand: list[Letter],
    take: Callable[[], tuple[list[Letter], Queue]],
) -> tuple[int, list[Letter], Queue]:
    """Write down how the hand went, and take the next one: in one transaction, so that a worker
    that dies has one hand of letters that nobody knows about. (How many were taken, hand, queue.)
    """

    def note() -> tuple[int, list[Letter], Queue]:
        with district_scope(district_pk):
            took = letters.record_all(tried)
            for letter in hand[len(tried) :]:
                letter.give_back()
            return took, *take()

    return _when_the_database_is_back(note)


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
