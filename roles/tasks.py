"""What workers do. A task carries an id to a service; it decides nothing."""

from __future__ import annotations

import time
from typing import Any

from celery import current_app, shared_task
from django.db import transaction
from django.db.transaction import get_connection
from kombu.exceptions import OperationalError

DEAF_FOR = 5.0  # seconds in which a broker that did not answer is not asked again
_deaf_until: dict[str, float] = {}


def ring_on_commit(task: Any, *ids: int) -> None:
    """Send a task after the commit. A broker that is gone is logged and spoils nothing: what is
    owed stands in its row by then, and the sweep rings again.
    """

    def bell() -> None:
        ring(task, *ids)

    bell.rings = (task, *ids)  # type: ignore[attr-defined]  # for whoever would ring the same
    transaction.on_commit(bell, robust=True)


def ring_once_on_commit(task: Any) -> None:
    """The same for a task that carries whatever there is: one bell for all of a transaction."""
    bells = [getattr(bell, "rings", None) for _, bell, _ in get_connection().run_on_commit]
    if (task,) not in bells:
        ring_on_commit(task)


def ring(task: Any, *ids: int) -> None:
    """Send a task now. After a broker that did not answer, nobody waits for it for a while."""
    broker = current_app.conf.broker_url
    if time.monotonic() < _deaf_until.get(broker, 0.0):
        return
    try:
        task.delay(*ids)
    except OperationalError:
        _deaf_until[broker] = time.monotonic() + DEAF_FOR
        raise


# Five seconds' work, a letter that hangs, and a database that comes back: longer than other tasks.
@shared_task(name="roles.post_letters", soft_time_limit=100, time_limit=120)
def post_letters() -> int:
    from roles.services import delivery  # noqa: PLC0415 -- leaf: tasks sit under services

    return delivery.carry()


@shared_task(name="roles.post_letter")
def post_letter(district_pk: int, letter_pk: int) -> bool:
    """One letter; what an earlier release may have left in the broker."""
    from roles.services import letters  # noqa: PLC0415 -- leaf: tasks sit under services

    return letters.post(district_pk, letter_pk)


@shared_task(name="roles.render_job_description")
def render_job_description(district_pk: int, rendering_pk: int) -> bool:
    from roles.services import archives, renderings  # noqa: PLC0415 -- leaf, as above

    try:
        return renderings.render(district_pk, rendering_pk)
    finally:
        archives.advance(district_pk)


# Hundreds of files are packed: longer than other tasks, shorter than the lease.
@shared_task(name="roles.make_archive", soft_time_limit=240, time_limit=270)
def make_archive(district_pk: int, archive_pk: int) -> bool:
    from roles.services import archives  # noqa: PLC0415 -- leaf, as above

    return archives.make(district_pk, archive_pk)


# A long table takes minutes: longer than other tasks, shorter than the lease.
@shared_task(name="roles.make_file", soft_time_limit=240, time_limit=270)
def make_file(district_pk: int, made_pk: int) -> bool:
    from roles.services import making  # noqa: PLC0415 -- leaf, as above

    return making.carry(district_pk, made_pk)


# All of a large district takes hours. Its worker holds the lease for as long as it lives, so that
# it is harmless when the broker gives out a task of more than an hour once more.
@shared_task(name="roles.make_long_file", soft_time_limit=4 * 3600, time_limit=4 * 3600 + 60)
def make_long_file(district_pk: int, made_pk: int) -> bool:
    from roles.services import making  # noqa: PLC0415 -- leaf, as above

    return making.make(district_pk, made_pk)


@shared_task(name="roles.remove_old_files")
def remove_old_files() -> int:
    from roles.services import making  # noqa: PLC0415 -- leaf, as above

    return making.remove_old()


@shared_task(name="roles.remove_old_archives")
def remove_old_archives() -> int:
    from roles.services import archives  # noqa: PLC0415 -- leaf, as above

    return archives.remove_old()


@shared_task(name="roles.remove_old_calendar_changes")
def remove_old_calendar_changes() -> int:
    from roles.services import feeds  # noqa: PLC0415 -- leaf, as above

    return feeds.remove_old_changes()


@shared_task(name="roles.remove_old_traces", soft_time_limit=300, time_limit=330)
def remove_old_traces() -> int:
    from roles import tracing  # noqa: PLC0415 -- leaf: tasks sit under services

    return tracing.remove_old_traces()


@shared_task(name="roles.remove_old_changes")
def remove_old_changes() -> int:
    from roles import keeping  # noqa: PLC0415 -- leaf, as above

    return keeping.remove_old_changes()


@shared_task(name="roles.seal_audit")
def seal_audit() -> int:
    from roles.services import seals  # noqa: PLC0415 -- leaf, as above

    return seals.seal_everywhere()


@shared_task(name="roles.make_handover_pack")
def make_handover_pack(district_pk: int, pack_pk: int) -> bool:
    from roles.services import handovers  # noqa: PLC0415 -- leaf, as above

    return handovers.make(district_pk, pack_pk)


@shared_task(name="roles.owe_notices")
def owe_notices() -> int:
    """Owe what is to be told, and gather each person's letter once their morning has come."""
    from roles.services import gathering  # noqa: PLC0415 -- leaf, as above

    return gathering.round_everywhere()


@shared_task(name="roles.sweep_owed")
def sweep_owed() -> int:
    from roles.services import sweep  # noqa: PLC0415 -- leaf: tasks sit under services

    return sweep.ring_for_owed_work()
