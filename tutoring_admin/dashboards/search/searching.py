"""One search of one reader; how the rows of a kind are chosen and put in order by their names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    DateField,
    F,
    FloatField,
    Func,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from roles.access import Access, Everywhere, Reach
from roles.capabilities import Capability
from roles.finding import LIKE, ROUGHLY, Folded
from tutoring_admin.dashboards.search.asked import Asked

CANDIDATES = 40
ALIKE = 0.3
_TEXTS = ArrayField(TextField())


@dataclass(frozen=True)
class Search:
    """One search of one reader. `roughly`: with typos."""

    access: Access
    asked: Asked
    today: dt.date
    most: int
    roughly: bool = False

    def reach(self, capability: Capability) -> Reach:
        return self.access.reach(capability)

    def candidates(self, table: str, reach: Reach) -> RawSQL:
        """Primary keys from the index of names, the best of those within reach."""
        asked, end = self.asked, ROUGHLY if self.roughly else LIKE
        patterns = asked.rough if self.roughly else asked.parts
        where = None if isinstance(reach.schools, Everywhere) else list(reach.schools)
        sql = f"SELECT {table}_{end}(%s::text[], %s, %s::text[], %s::bigint[], %s)"
        return RawSQL(sql, (patterns, asked.whole, asked.begins, where, CANDIDATES))  # noqa: S611 -- all that varies goes as parameters

    def shown(
        self,
        found: QuerySet[Any],
        kind: str,
        title: Any,
        more: Any = None,
        day: Any = None,
        *,
        says: Any = None,
        by_index: bool = False,
    ) -> QuerySet[Any]:
        """The best rows of a kind, ready for a union: kind, key, title, more, day and fit."""
        name = Folded(says or title)
        if not by_index:
            found = found.filter(self._fits(name))
        fit = Func(
            name,
            Value(self.asked.whole, TextField()),
            Value(self.asked.begins, _TEXTS),
            function="roles_fit_roughly" if self.roughly else "roles_fit",
            output_field=FloatField(),
        )
        rows = found.order_by(fit, F(day).desc() if day else title, "pk").values_list(
            Value(kind, TextField()),
            "pk",
            Cast(title, TextField()),
            Cast(more, TextField()) if more is not None else Value("", TextField()),
            F(day) if day else Cast(Value(None), DateField()),
            fit,
        )
        return rows[: self.most]

    def _fits(self, name: Folded) -> Func:
        if self.roughly:
            return _IsLike(name, Value(self.asked.rough, _TEXTS))
        return _LikeAll(name, Value(self.asked.parts, _TEXTS))


class Joined(Func):
    function = "concat"
    output_field = TextField()


class _LikeAll(Func):
    template = "(%(expressions)s))"
    arg_joiner = " LIKE ALL ("
    output_field = BooleanField()


class _IsLike(Func):
    """That each word is like one of the name's."""

    template = f"((SELECT min(word_similarity(word, %(expressions)s) word) >= {ALIKE})"
    arg_joiner = ")) FROM unnest("
    output_field = BooleanField()


def named(field: str = "") -> Func:
    return Joined(f"{field}first_name", Value(" "), f"{field}last_name")


def trimmed(text: Any) -> Func:
    return Func(text, function="btrim", output_field=TextField())
