"""Both engines as one thing to start, watch and stop."""

import os
from types import TracebackType
from typing import Self

from tutoring_admin.engines.home import Home
from tutoring_admin.engines.leash import sweep
from tutoring_admin.engines.postgres import Postgres
from tutoring_admin.engines.server import Server
from tutoring_admin.engines.valkey import Valkey


class Engines:
    """The engines that the environment does not already name, as a context manager.

    `DATABASE_URL` or `REDIS_URL` set from outside: that server is used, and ours stays off.
    """

    def __init__(self, home: Home, *, durable: bool) -> None:
        self.home = home
        given = [bool(os.environ.get(name)) for name in ("DATABASE_URL", "REDIS_URL")]
        if not all(given):
            home.make()
        self.postgres = None if given[0] else Postgres(home, durable=durable)
        self.valkey = None if given[1] else Valkey(home, durable=durable)

    @property
    def running(self) -> list[Server]:
        """Ours, in the order in which they stop."""
        return [engine for engine in (self.valkey, self.postgres) if engine is not None]

    @property
    def environment(self) -> dict[str, str]:
        """What the product needs to find them: DATABASE_URL and REDIS_URL."""
        found = {}
        if self.postgres is not None:
            found["DATABASE_URL"] = self.postgres.url()
        if self.valkey is not None:
            found["REDIS_URL"] = self.valkey.url()
        return found

    def __enter__(self) -> Self:
        sweep(self.home.tag)
        try:
            for engine in self.running:
                engine.launch()
            for engine in self.running:
                engine.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop what runs: told all at once, then waited for."""
        for engine in self.running:
            engine.ask_to_stop()
        for engine in self.running:
            engine.wait_until_stopped()

    def dead(self) -> str | None:
        """The name of an engine that has ended by itself, or None."""
        for engine in self.running:
            if engine.has_ended:
                return engine.name
        return None
