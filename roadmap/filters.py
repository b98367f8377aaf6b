"""What a reader narrows the roadmap to: kept in the address, and taken off one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q

MONTH = "month"
NOBODY, DISTRICT = "nobody", "district"  # as an owner, and as a school
VIEWS = (
    (MONTH, "By month"),
    ("timeline", "Timeline"),
    ("mine", "Mine"),
    ("overdue", "Overdue"),
    ("phase", "By phase"),
    ("owner", "By owner"),
    ("indicator", "By indicator"),
)
"""The ways to look at a roadmap, as the address names them; the first needs no name."""


@dataclass(frozen=True)
class Choice:
    """One filter that is set: its name and value in the address, and both in words."""

    name: str
    value: str
    words: str


@dataclass(frozen=True)
class Filters:
    """All that are set, and the rows that fit them."""

    choices: Sequence[Choice] = ()
    condition: Q = field(default_factory=Q)

    def __bool__(self) -> bool:
        return bool(self.choices)

    def also(self, choice: Choice, condition: Q) -> Filters:
        return Filters((*self.choices, choice), self.condition & condition)


@dataclass(frozen=True)
class Place:
    """Where on the roadmap a reader is: the view with its filters, as an address."""

    view: str = MONTH
    filters: Filters = field(default_factory=Filters)

    def to(self, view: str | None = None, **changes: object) -> str:
        """The address of this place with some parts changed; an empty part is left out.

        Filters go with every view; what else stood in the address, such as its page, does not.
        """
        view = self.view if view is None else view
        parts = {"view": "" if view == MONTH else view}
        parts |= {choice.name: choice.value for choice in self.filters.choices}
        parts |= {name: str(value) for name, value in changes.items()}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    def without(self, name: str) -> str:
        return self.to(**{name: ""})

    @property
    def bare(self) -> str:
        """The same view with no filter set."""
        return Place(self.view).to()
