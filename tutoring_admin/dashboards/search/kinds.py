"""One query for each kind of record that can be found; they are sent together, as one.

Every query starts from what the reader reaches. Tables that grow with a district are asked for
candidates by index first (roles.finding); the others are small.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, NullIf

from checklists.models import ChecklistTemplate, Paper
from roadmap.models import DecisionRequest, Milestone
from roles.access import Access, Everywhere, Reach
from roles.capabilities import Capability
from roles.finding import LIKE, ROUGHLY, Folded
from roles.models import (
    Assignment,
    Department,
    JobDescriptionVersion,
    LeadershipRole,
    Membership,
    Position,
    School,
    User,
)
from selfassessment.models import EvidenceRevision, HandEvidence, Packet
from tutoring_admin.dashboards.search.asked import Asked

COLUMNS = ("kind", "key", "title", "more", "day", "fit")
CANDIDATES = 40
ALIKE = 0.3
_TEXTS = ArrayField(TextField())
_OFFICE = Value("central office")
_PLACE = Coalesce("school__name", "department__name", _OFFICE)
_DRAFTS = (Capability.JOB_DESCRIPTION_EDIT, Capability.JOB_DESCRIPTION_APPROVE)


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
        """The best rows of a kind as COLUMNS, ready for a union."""
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


class _Joined(Func):
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


def _named(field: str = "") -> Func:
    return _Joined(f"{field}first_name", Value(" "), f"{field}last_name")


def people(search: Search) -> QuerySet[Any]:
    """Who holds or held a position within reach, and who has access there."""
    reach = search.reach(Capability.ROLES_VIEW)
    seats = Assignment.objects.reachable(reach).filter(holder=OuterRef("pk"))
    access = Membership.objects.reachable(search.reach(Capability.PEOPLE_VIEW))
    within = Q(Exists(seats)) | Q(Exists(access.filter(user=OuterRef("pk"))))
    found = User.objects.filter(within, pk__in=search.candidates("roles_user", reach))
    place = Coalesce("position__school__name", "position__department__name", _OFFICE)
    now = seats.in_force(search.today).order_by("position__role__order", "pk")
    seat = Subquery(now.values_list(_Joined("position__role__title", Value(", "), place))[:1])
    name = Coalesce(NullIf(_trimmed(_named()), Value("", TextField())), Cast("email", TextField()))
    return search.shown(
        found, "person", name, Coalesce(seat, Value("", TextField())), says=_named(), by_index=True
    )


def _trimmed(text: Any) -> Func:
    return Func(text, function="btrim", output_field=TextField())


def positions(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROLES_VIEW)
    found = Position.objects.reachable(reach).active(search.today)
    found = found.filter(pk__in=search.candidates("roles_position", reach))
    now = Assignment.objects.reachable(reach).in_force(search.today).filter(position=OuterRef("pk"))
    holder = Subquery(now.values_list(_named("holder__"))[:1])
    name = _Joined("role__title", Value(", "), _PLACE)
    return search.shown(
        found, "position", name, Coalesce(holder, Value("vacant", TextField())), by_index=True
    )


def schools(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROLES_VIEW)
    found = School.objects.reachable(reach).filter(pk__in=search.candidates("roles_school", reach))
    return search.shown(found, "school", "name", by_index=True)


def departments(search: Search) -> QuerySet[Any]:
    found = Department.objects.reachable(search.reach(Capability.ROLES_VIEW))
    return search.shown(found, "department", "name")


def roles(search: Search) -> QuerySet[Any]:
    found = LeadershipRole.objects.reachable(search.reach(Capability.ROLES_VIEW))
    return search.shown(found, "role", "title", "level")


def job_descriptions(search: Search) -> QuerySet[Any]:
    """What is in force, and drafts for those who write or approve them."""
    found = JobDescriptionVersion.objects.reachable(search.reach(Capability.ROLES_VIEW))
    if not any(search.reach(each) for each in _DRAFTS):
        found = found.published()
    found = found.exclude(status=JobDescriptionVersion.Status.SUPERSEDED)
    more = _Joined("status", Value(" "), Cast("number", TextField()))
    says = _Joined("title", Value(" job description"))
    return search.shown(found, "job_description", "title", more, says=says)


def checklists(search: Search) -> QuerySet[Any]:
    found = ChecklistTemplate.objects.reachable(search.reach(Capability.HOME_VIEW)).published()
    return search.shown(found, "checklist", "title", says=_Joined("title", Value(" checklist")))


def papers(search: Search) -> QuerySet[Any]:
    """PDFs that the reader asked for."""
    reach = search.reach(Capability.HOME_VIEW)
    found = Paper.objects.reachable(reach).filter(asked_by=search.access.user)
    of = Coalesce("template__title", "checklist__template__title", "window__label")
    return search.shown(found, "paper", of, says=_Joined(Value("PDF "), of), day="owed_at__date")


def packets(search: Search) -> QuerySet[Any]:
    found = Packet.objects.reachable(search.reach(Capability.PACKET_VIEW))
    return search.shown(
        found, "packet", "title", "kind", "as_of", says=_Joined("title", Value(" packet"))
    )


def milestones(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROADMAP_VIEW)
    found = Milestone.objects.reachable(reach)
    found = found.filter(pk__in=search.candidates("roadmap_milestone", reach))
    more = _Joined("state", Value(" "), Coalesce("school__name", Value("")))
    says = _Joined("key", Value(" "), "title")
    return search.shown(found, "milestone", "title", more, "due_on", says=says, by_index=True)


def decisions(search: Search) -> QuerySet[Any]:
    found = DecisionRequest.objects.reachable(search.reach(Capability.DECISION_VIEW))
    return search.shown(found, "decision", "question", "state", "due_on")


def evidence(search: Search) -> QuerySet[Any]:
    """By hand, what each piece says now."""
    reach = search.reach(Capability.HOME_VIEW)
    readable = HandEvidence.objects.reachable(reach).readable_by(search.access)
    said = EvidenceRevision.objects.reachable(reach).current().filter(evidence=OuterRef("pk"))
    found = readable.standing().annotate(
        label=Subquery(said.values("label")[:1]), of=Subquery(said.values("dated_on")[:1])
    )
    return search.shown(found, "evidence", "label", day="of")


KINDS: tuple[Callable[[Search], QuerySet[Any]], ...] = (
    people,
    positions,
    schools,
    departments,
    roles,
    job_descriptions,
    checklists,
    papers,
    packets,
    milestones,
    decisions,
    evidence,
)


@dataclass(frozen=True)
class Row:
    kind: str
    key: int
    title: str
    more: str
    day: dt.date | None
    fit: float


def rows(search: Search) -> Iterator[Row]:
    """What the records hold, the best of each kind first. One query."""
    asked, reader = search.asked, Reader.of(search.access)
    sql, blanks = _sentence(reader, search.most, search.roughly)
    given: dict[Any, Any] = {
        _WHOLE: asked.whole,
        _PARTS: asked.parts,
        _BEGINS: asked.begins,
        _ROUGH: asked.rough,
        _DAY: search.today,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(_name(blank), blank) for blank in blanks])
        for row in cursor.fetchall():
            yield Row(*row)


# Putting the query together takes longer than answering it. So it is kept for a reader, with blanks
# where the words and the day go.
_WHOLE, _PARTS, _BEGINS, _ROUGH = (f"\N{WHITE SQUARE}{n}" for n in range(4))
_DAY = dt.date.min


class _Blank(Asked):
    whole = _WHOLE
    parts = [_PARTS]
    begins = [_BEGINS]
    rough = [_ROUGH]


def _name(blank: Any) -> Any:
    return blank[0] if isinstance(blank, list) and len(blank) == 1 else _hashable(blank)


def _hashable(value: Any) -> Any:
    return None if isinstance(value, list) else value


@dataclass(frozen=True)
class Reader:
    """Who searches; equal for as long as they reach the same."""

    key: tuple[Any, ...]
    access: Access = field(compare=False)

    @classmethod
    def of(cls, access: Access) -> Reader:
        reaches = frozenset(access.schools.items())
        return cls((access.user.pk, access.district.pk, reaches), access)


@lru_cache(maxsize=256)
def _sentence(reader: Reader, most: int, roughly: bool) -> tuple[str, list[Any]]:  # noqa: FBT001 -- part of the key
    """The query of one reader: SQL, and its parameters with blanks."""
    search = Search(reader.access, _Blank(()), _DAY, most, roughly)
    first, *others = (kind(search) for kind in KINDS)
    sql, parameters = first.union(*others, all=True).query.sql_with_params()
    return sql, list(parameters)
