"""What may go wrong between us and a roster server, in words for a person."""

from __future__ import annotations

import datetime as dt


class Trouble(Exception):
    """Why an answer was not got; `str()` is for the person who set the source up.

    `passes`: trying again later may help. `wait`: how long the server asked us to wait.
    """

    passes = False

    def __init__(self, words: str, *, wait: dt.timedelta | None = None) -> None:
        super().__init__(words)
        self.wait = wait


class NotAllowed(Trouble):
    """We do not connect to that address, whoever answers there."""


class NotReached(Trouble):
    """Nobody answered, or not in time, or not to the end."""

    passes = True


class NoSuchServer(Trouble):
    """The name of the server leads nowhere."""


class NotTrusted(Trouble):
    """The certificate does not prove that the server is who the address says."""


class Refused(Trouble):
    """The server answered and let us in no further. `status` is its HTTP status."""

    def __init__(self, words: str, *, status: int) -> None:
        super().__init__(words)
        self.status = status


class NotNow(Trouble):
    """The server is busy, or has trouble of its own."""

    passes = True


class NotOneRoster(Trouble):
    """The answer is something else than OneRoster."""
