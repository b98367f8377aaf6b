"""Signs of life that worker and beat leave in the broker, and who reads them.

The worker's comes out of its event loop and beat's out of its scheduling loop, so a process that
still exists but no longer works falls silent. `python -m tutoring_admin.heartbeats worker` (or
`beat`) is the health check of a container: exit code 0 if this very host has been heard lately.
"""

import os
import socket
import sys
from typing import Any, Literal

import redis
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent

Part = Literal["worker", "beat"]
SILENT_AFTER = 15  # seconds
LOOP_SECONDS = 3  # beat looks at its schedule at least this often
ANSWER_WITHIN = 1.0  # seconds

_clients: dict[str, redis.Redis] = {}


def broker(url: str) -> redis.Redis:
    """A client that gives up soon; one per process and address."""
    if url not in _clients:
        _clients[url] = redis.Redis.from_url(
            url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN
        )
    return _clients[url]


def _key(part: Part, host: str = "") -> str:
    return f"alive:{part}:{host}" if host else f"alive:{part}"


def say_alive(part: Part, url: str) -> None:
    """Note that `part` is at work, for the whole product and for this host."""
    with broker(url).pipeline(transaction=False) as pipe:
        pipe.set(_key(part), 1, ex=SILENT_AFTER)
        pipe.set(_key(part, socket.gethostname()), 1, ex=SILENT_AFTER)
        pipe.execute()


def heard(part: Part, url: str, *, here: bool = False) -> bool:
    """Whether `part` was at work within the last SILENT_AFTER seconds, anywhere or on this host."""
    return bool(broker(url).exists(_key(part, socket.gethostname() if here else "")))


@heartbeat_sent.connect
def worker_is_alive(sender: Any, **_: Any) -> None:
    """Celery calls this every two seconds from the worker's event loop."""
    say_alive("worker", sender.eventer.app.conf.broker_url)


class Scheduler(PersistentScheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's own scheduler, which says after each look at the schedule that it took one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_interval = min(self.max_interval, LOOP_SECONDS)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait: float = super().tick(*args, **kwargs)
        try:
            say_alive("beat", self.app.conf.broker_url)
        except redis.RedisError as error:
            self.logger.warning("The broker did not take the sign of life: %s", error)
        return wait


if __name__ == "__main__":
    sys.exit(0 if heard(sys.argv[1], os.environ["REDIS_URL"], here=True) else 1)  # type: ignore[arg-type]
