"""Work that is owed: the row is the truth, Celery only rings the bell and carries.

A worker claims a row by compare-and-set and gets a lease. A worker that dies leaves the lease to
run out, and the sweep hands the row to the next one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self, cast

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.scoping import DistrictOwned, SharedQuerySet

LEASE = dt.timedelta(minutes=5)
MAX_TRIES = 8


class OwedStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"
    UNSURE = "unsure", "Not known whether it was sent"


UNFINISHED = (OwedStatus.WAITING, OwedStatus.RUNNING)


class OwedQuerySet(SharedQuerySet):
    @property
    def most_tries(self) -> int:
        return self._owed.most_tries

    @property
    def _owed(self) -> type[OwedWork]:
        return cast("type[OwedWork]", self.model)

    def due(self) -> Self:
        """Waiting rows whose time has come, and those whose worker died mid-way."""
        now = timezone.now()
        return self.filter(
            Q(status=OwedStatus.WAITING, not_before__lte=now)
            | Q(status=OwedStatus.RUNNING, lease_until__lt=now, tries__lt=self.most_tries)
        )

    def give_up(self) -> int:
        """End the rows that took down one worker after another; returns how many."""
        now = timezone.now()
        spent = self.filter(tries__gte=self.most_tries)
        lost = spent.filter(status=OwedStatus.RUNNING, lease_until__lt=now)
        return lost.update(
            status=OwedStatus.FAILED,
            lease_until=None,
            done_at=now,
            last_error="Its workers ended before it was done.",
        )

    def claim(self, pk: int) -> Any:
        """Take one due row for this worker; None if another has it or it is not due."""
        now = timezone.now()
        free = self.due().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
        taken = self.filter(pk__in=free.values("pk")).update(
            status=OwedStatus.RUNNING, lease_until=now + self._owed.lease, tries=F("tries") + 1
        )
        return self.get(pk=pk) if taken else None


class OwedWork(DistrictOwned):
    """One piece of owed work. `key` is unique: owing it twice owes it once.

    A kind may be taken up fewer times, or wait for a dead worker less long, than the usual.
    """

    most_tries: ClassVar[int] = MAX_TRIES
    lease: ClassVar[dt.timedelta] = LEASE

    key = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=OwedStatus, default=OwedStatus.WAITING)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    owed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def finish(self, status: OwedStatus = OwedStatus.DONE, *, error: str = "") -> bool:
        """End a row that this worker claimed; False if the claim was lost to another meanwhile."""
        return self._move(status, {"done_at": timezone.now(), "last_error": error[:300]})

    def try_again(self, error: str) -> bool:
        """Give the row back to wait longer each time, or end it when it has had its tries."""
        if self.tries >= self.most_tries:
            return self.finish(OwedStatus.FAILED, error=error)
        wait = dt.timedelta(seconds=min(3600, 30 * 2**self.tries))
        again = timezone.now() + wait
        return self._move(OwedStatus.WAITING, {"not_before": again, "last_error": error[:300]})

    def again(self) -> bool:
        """Put a row that failed back into the queue, with all its tries. True if it had failed."""
        failed = type(self)._default_manager.filter(pk=self.pk, status=OwedStatus.FAILED)
        waiting = {"status": OwedStatus.WAITING, "not_before": timezone.now()}
        return bool(failed.update(**waiting, tries=0, last_error=""))

    def _move(self, status: OwedStatus, fields: dict[str, Any]) -> bool:
        held = type(self)._default_manager.filter(
            pk=self.pk, status=OwedStatus.RUNNING, tries=self.tries
        )
        moved = held.update(status=status, lease_until=None, **fields)
        if moved:
            self.refresh_from_db()
        return bool(moved)
