"""The Celery app. Celery carries work and rings the bell; what is owed stands in the database."""

import logging
import os
from typing import Any

import redis
from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_init, worker_shutdown

from tutoring_admin.heartbeats import say_alive
from tutoring_admin.watch import Watch, enough_bells

LOOP_SECONDS = 3  # beat looks at its schedule at least this often

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutoring_admin.settings.production")

app = Celery("tutoring_admin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_scheduler = f"{__name__}:Scheduler"
# for a worker that was told to stop at once: what takes a moment may still end
app.conf.worker_soft_shutdown_timeout = 2.0
app.autodiscover_tasks()


@heartbeat_sent.connect
def worker_is_alive(sender: Any, **_: Any) -> None:
    """Celery calls this every two seconds from the worker's event loop."""
    say_alive("worker", sender.eventer.app.conf.broker_url)


@worker_init.connect
def keep_watch(sender: Any, **_: Any) -> None:
    """Before the broker is asked for anything: it may not be there."""
    watch = Watch(app)
    watch.start()
    worker_shutdown.connect(lambda **_: watch.stop(), weak=False)


class Scheduler(PersistentScheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's own scheduler, which says after each look at the schedule that it took one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_interval: float = LOOP_SECONDS

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Ring, unless that would only lengthen the queue. A round that is left out is not missed:
        the next one looks at all that is due.
        """
        try:
            ring = not enough_bells(self.app)
        except redis.RedisError:
            ring = True  # and hear what Celery says of it
        if ring:
            super().apply_entry(entry, producer)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait: float = super().tick(*args, **kwargs)
        try:
            say_alive("beat", self.app.conf.broker_url)
        except redis.RedisError as error:
            logging.getLogger(__name__).warning("The broker took no sign of life: %s", error)
        return wait
