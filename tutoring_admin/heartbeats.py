"""Signs of life that worker and beat leave in the broker, and who reads them.

The worker's comes out of its event loop and beat's out of its scheduling loop, so a process that
still exists but no longer works falls silent.

As a program it is the health check of a container: `python -m tutoring_admin.heartbeats worker`
(or `beat`, or `web`) ends with exit code 0 if the part on this very host is at work.
"""

import os
import socket
import sys
import urllib.error
import urllib.request
from typing import Literal, cast, get_args

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

Part = Literal["worker", "beat"]
SILENT_AFTER = 15  # seconds
ANSWER_WITHIN = 1.0  # seconds

_clients: dict[str, redis.Redis] = {}


def broker(url: str) -> redis.Redis:
    """A client that gives up soon; one per process and address."""
    if url not in _clients:
        _clients[url] = redis.Redis.from_url(
            url,
            socket_timeout=ANSWER_WITHIN,
            socket_connect_timeout=ANSWER_WITHIN,
            retry=Retry(NoBackoff(), 0),
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


def web_answers(port: int, host: str) -> bool:
    """Whether the web server on this machine answers to `host`, whatever it says of the rest."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz", headers={"Host": host.lstrip(".")}
    )
    try:
        urllib.request.urlopen(asked, timeout=5).close()  # noqa: S310 -- loopback
    except urllib.error.HTTPError as answer:
        return b'"database": "ok"' in answer.read()
    except OSError:
        return False
    return True


def main(part: str) -> int:
    """The exit code for one part: 0 well, 1 not."""
    if part == "web":
        host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
        return 0 if web_answers(8000, host) else 1
    if part not in get_args(Part):
        raise SystemExit(f"There is no part called {part}.")
    return 0 if heard(cast(Part, part), os.environ["REDIS_URL"], here=True) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
