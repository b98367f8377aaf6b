"""What a packet is asked to hold: the lines typed, the day, and who reads the records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roles.access import Reach
from roles.models import SchoolYear

NO_YEAR = "No school year holds this day, so the roadmap tells nothing."


@dataclass(frozen=True)
class Typed:
    """What people type into a packet, and whether staff may be named in it."""

    purpose: str = ""
    money: str = ""
    note: str = ""
    with_names: bool = False


@dataclass(frozen=True)
class Asked:
    """What a packet is built of. `news_since`: decisions taken after this moment are news."""

    reach: Reach
    day: dt.date
    typed: Typed
    year: SchoolYear | None
    news_since: dt.datetime
