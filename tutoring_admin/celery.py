"""The Celery app. Celery carries work and rings the bell; what is owed stands in the database."""

import logging
import os
from typing import Any

import redis
from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent

from tutoring_admin.heartbeats import say_alive

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


class Scheduler(PersistentScheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's own scheduler, which says after each look at the schedule that it took one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_interval: float = LOOP_SECONDS

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait: float = super().tick(*args, **kwargs)
        try:
            say_alive("beat", self.app.conf.broker_url)
        except redis.RedisError as error:
            logging.getLogger(__name__).warning("The broker took no sign of life: %s", error)
        return wait
