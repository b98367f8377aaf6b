"""The outbox: letters we owe."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Func, Q
from django.utils import timezone

from roles.models.owed import OwedQuerySet, OwedStatus, OwedWork
from roles.models.people import User

HELD = (OwedStatus.RUNNING, OwedStatus.UNSURE)
LONGEST_WAIT = dt.timedelta(hours=1)  # between two tries
FIRST_WAIT = 30  # seconds
LIFETIME = dt.timedelta(days=5)  # of a letter that names no end itself
LATE_AFTER = dt.timedelta(minutes=15)
SET_ASIDE = "Set aside"  # how the reason of a letter begins that a person set aside
TOO_LATE = "Too late to be true."
LOST = "Its worker ended while sending it."


class DatabaseClock(Func):
    """The database's clock, this very moment. Leases go by it: machines that share the work may
    disagree about the time, and one of them may be set right in the middle of a letter.
    """

    template = "clock_timestamp()"
    output_field: Any = models.DateTimeField()


class LetterQuerySet(OwedQuerySet):
    """A letter leaves a dead worker by way of UNSURE, never straight back to WAITING."""

    def due(self) -> Self:
        return self.filter(status=OwedStatus.WAITING, not_before__lte=timezone.now())

    def lapsed(self) -> Self:
        """Held by a worker that should have been done with it long ago."""
        return self.filter(status__in=HELD, lease_until__lt=DatabaseClock())

    def late(self, by: dt.timedelta) -> Self:
        """Not yet sent, though due for longer than that, for whatever reason."""
        ends = (OwedStatus.WAITING, *HELD)
        return self.filter(status__in=ends, due_at__lt=timezone.now() - by)

    def give_up(self) -> int:
        """End what is still waiting after its time; returns how many."""
        over = self.filter(status=OwedStatus.WAITING, expires_at__lte=timezone.now())
        return over.update(
            status=OwedStatus.EXPIRED,
            done_at=timezone.now(),
            last_error=models.Case(
                models.When(last_error="", then=models.Value(TOO_LATE)), default=F("last_error")
            ),
        )

    def claim(self, pk: int) -> Any:
        return next(iter(self.claim_some([pk], 1)), None)

    def claim_some(self, pks: Sequence[int], most: int) -> list[Any]:
        """Take the first of these that are due and that no other worker has or is just taking. One
        statement.
        """
        now = timezone.now()
        found = list(self.raw(_CLAIM, [Letter.lease, now, list(pks), most]))
        return sorted(found, key=lambda letter: pks.index(letter.pk))

    def finish_all(self, held: Sequence[Letter]) -> int:
        """Mark letters DONE that this worker holds; returns how many it did hold. One statement."""
        values: list[Any] = [
            timezone.now(),
            [each.pk for each in held],
            [each.tries for each in held],
        ]
        with connection.cursor() as cursor:
            cursor.execute(_FINISH, values)
            return int(cursor.rowcount)

    def doubt(self) -> int:
        """Call what is held too long UNSURE; returns how many.

        Its worker may be alive after all (a clock was set, a machine slept): until the new lease
        ends it can still say how the letter ended, and nobody asks or sends.
        """
        lapsed = self.lapsed().filter(status=OwedStatus.RUNNING)
        return lapsed.update(
            status=OwedStatus.UNSURE,
            unsure_since=DatabaseClock(),
            lease_until=DatabaseClock() + Letter.doubt_lasts,
            workers_lost=F("workers_lost") + 1,
            last_error=LOST,
        )

    def take_question(self) -> Any:
        """One UNSURE letter whose wait is over, for this caller to find out about; None if none."""
        return next(iter(self.raw(_TAKE_QUESTION, [Letter.lease])), None)


class LetterKind(models.TextChoices):
    """What a letter is about, and with it whether a person may turn it off."""

    ACCOUNT = "account", "About an account"  # asked for by its reader: at once, always
    DUE = "due", "What is due"  # gathered, at most one a day
    BRIEF = "brief", "Weekly brief"


class Letter(OwedWork):
    """An e-mail we owe one person. Written in the transaction that caused it.

    `message_id` is fixed before the first try, so a letter that a mail server took just before its
    worker died can be told from a second one; where nobody can tell, `may_be_doubled` says so.
    After `expires_at` its words may be untrue. A letter to a `reader` about what is due gets its
    words when it is sent, from what is so then. `due_at` stays when tries move `not_before`.
    """

    # longer than a worker may take over one letter, see roles.smtp
    lease = dt.timedelta(seconds=settings.LETTER_LEASE)
    doubt_lasts = dt.timedelta(seconds=settings.LETTER_LEASE)
    most_workers = 5

    kind = models.CharField(max_length=10, choices=LetterKind, default=LetterKind.ACCOUNT)
    reader = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="letters")
    to = models.EmailField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=200)
    may_be_doubled = models.BooleanField(default=False)
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    unsure_since = models.DateTimeField(null=True, blank=True)
    workers_lost = models.PositiveSmallIntegerField(default=0)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="letter_once")]
        indexes = [
            models.Index(
                fields=["district", "kind", "not_before"],
                name="letters_waiting",
                condition=Q(status="waiting"),
            ),
            models.Index(
                fields=["lease_until"],
                name="letters_held",
                condition=Q(status__in=["running", "unsure"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def try_again(self, error: str) -> bool:
        """Give it back to wait, longer each time and never as long as its neighbors; or end it when
        the next try would come too late.
        """
        return self.wait(self._pause(), error)

    def wait(self, wait: dt.timedelta, error: str) -> bool:
        """As `try_again`, for this long."""
        again = timezone.now() + wait
        if again >= (self.expires_at or self.due_at + LIFETIME):
            given_up = OwedStatus.EXPIRED if self.expires_at else OwedStatus.FAILED
            return self.finish(given_up, error=error)
        return self._move(OwedStatus.WAITING, {"not_before": again, "last_error": error[:300]})

    def give_back(self) -> bool:
        """It was not tried after all. Its claims are counted, since they tell workers apart."""
        return self._move(OwedStatus.WAITING, {})

    def become_unsure(self, error: str) -> bool:
        """Its worker lives, but cannot tell whether the mail server took it. If it did not, the
        next try waits like any other.
        """
        fields = {
            "not_before": timezone.now() + self._pause(),
            "unsure_since": DatabaseClock(),
            "lease_until": DatabaseClock() + self.doubt_lasts,
            "last_error": error[:300],
        }
        return self._move(OwedStatus.UNSURE, fields)

    def send_again(self, *, may_be_doubled: bool) -> bool:
        """Back into the queue from UNSURE, under the Message-ID that it has."""
        doubled = self.may_be_doubled or may_be_doubled
        return self._move(OwedStatus.WAITING, {"may_be_doubled": doubled})

    def ask_later(self, error: str) -> bool:
        """Still UNSURE: who could tell does not answer."""
        later = DatabaseClock() + dt.timedelta(seconds=settings.LETTER_LEASE)
        return self._move(OwedStatus.UNSURE, {"lease_until": later, "last_error": error[:300]})

    def _pause(self) -> dt.timedelta:
        """Longer with each try, up to an hour, and never quite what its neighbors wait."""
        wait = min(LONGEST_WAIT, dt.timedelta(seconds=FIRST_WAIT * 2 ** min(self.tries, 10)))
        return wait * random.uniform(0.75, 1)  # noqa: S311 -- no secret

    def _move(self, status: OwedStatus, fields: dict[str, Any]) -> bool:
        """Only while the claim is this worker's: `tries` counts claims. No query but the one."""
        held = type(self).objects.filter(pk=self.pk, status__in=HELD, tries=self.tries)
        fields = {"status": status, "lease_until": None, **fields}
        if moved := held.update(**fields):
            self.status = status
            self.may_be_doubled = fields.get("may_be_doubled", self.may_be_doubled)
        return bool(moved)


# Both ask by primary key and say "status || ''", which no partial index fits. By statistics from
# before a bulk was owed the planner would take such an index and read all letters in it, each time.
# The inner statement of an ARRAY runs once; that of an IN may run again, and take more.
_CLAIM = """
UPDATE roles_letter
   SET status = 'running', lease_until = clock_timestamp() + %s, tries = tries + 1
 WHERE id = ANY(ARRAY(SELECT id FROM roles_letter
              WHERE status || '' = 'waiting' AND not_before <= %s AND id = ANY(%s)
              ORDER BY kind, not_before, id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING *
"""
_FINISH = """
UPDATE roles_letter SET status = 'done', done_at = %s, last_error = '', lease_until = NULL
  FROM unnest(%s::bigint[], %s::int[]) AS held (pk, claim)
 WHERE id = held.pk AND tries = held.claim AND status || '' IN ('running', 'unsure')
"""
_TAKE_QUESTION = """
UPDATE roles_letter SET lease_until = clock_timestamp() + %s
 WHERE id = (SELECT id FROM roles_letter
              WHERE status = 'unsure' AND lease_until < clock_timestamp()
              ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
