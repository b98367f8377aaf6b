"""What a calendar feed shows: of one person, or of a district. Nothing that anyone was rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, Func, OuterRef, Q, QuerySet, TextField

from checklists.models import Action, Checklist, ChecklistTemplate, Observation, Window
from roadmap.models import (
    CoachingEntry,
    Contribution,
    LearningSession,
    LineAudience,
    Meeting,
    MeetingAction,
    MeetingSeries,
    Milestone,
    SeriesMember,
)
from roles import prepared
from roles.models import Assignment, Membership, Position, SchoolYear
from roles.scoping import ReachableQuerySet


@dataclass(frozen=True)
class Whose:
    """Primary keys of a district and of a person in it; without a person, the whole district's."""

    district: int
    person: int | None
    today: dt.date


@dataclass(frozen=True)
class Source:
    """A kind of thing in feeds. `told` are the fields that its events are made of."""

    kind: str
    rows: Callable[[Whose], ReachableQuerySet]
    told: tuple[str, ...]
    of_district: bool = True


def milestones(whose: Whose) -> ReachableQuerySet:
    """Owned by the person's positions, or helped with."""
    found = Milestone.objects.filter(district=whose.district, school_year__in=_years(whose))
    if whose.person is None:
        return found
    held = _held(whose).values("position")
    helped = Contribution.objects.filter(district=whose.district, position__in=held)
    return found.filter(Q(owner__in=held) | Q(pk__in=helped.values("milestone")))


def meetings(whose: Whose) -> ReachableQuerySet:
    """Of series that a position of the person leads or belongs to: the protected time."""
    found = Meeting.objects.filter(district=whose.district, series__school_year__in=_years(whose))
    if whose.person is None:
        return found
    held = _held(whose).values("position")
    led = MeetingSeries.objects.filter(district=whose.district, chair__in=held)
    joined = SeriesMember.objects.filter(district=whose.district, position__in=held)
    return found.filter(Q(series__in=led.values("pk")) | Q(series__in=joined.values("series")))


def sessions(whose: Whose) -> ReachableQuerySet:
    """Learning for the person's roles, at their place; led by them; or for all who rate."""
    found = LearningSession.objects.filter(
        district=whose.district, line__school_year__in=_years(whose)
    )
    if whose.person is None:
        return found
    held = _held(whose)
    asked = LineAudience.objects.filter(
        district=whose.district, line=OuterRef(OuterRef("line")), role=OuterRef("role")
    )
    seats = Position.objects.filter(
        Exists(asked), district=whose.district, pk__in=held.values("position")
    )
    rates = Observation.objects.filter(
        district=whose.district,
        observer=whose.person,
        window__school_year=OuterRef("line__school_year"),
    )
    return found.filter(
        Q(school=None) & Q(Exists(seats))
        | Q(Exists(seats.filter(school=OuterRef("school"))))
        | Q(leader__in=held.values("position"))
        | Q(line__for_raters=True) & Q(Exists(rates))
    )


def windows(whose: Whose) -> ReachableQuerySet:
    """Those in which the person has a form to fill in, or will have one when it opens."""
    found = Window.objects.filter(district=whose.district, school_year__in=_years(whose))
    if whose.person is None:
        return found
    forms = Checklist.objects.current().exclude(rater_kind="agreed")
    mine = forms.filter(
        district=whose.district, window=OuterRef("pk"), rater=whose.person, submitted_at=None
    )
    asked = ChecklistTemplate.objects.published().filter(
        district=whose.district, role__in=_held(whose).values("position__role")
    )
    planned = Q(opened_at=None) & Q(Exists(asked))
    return found.filter(Q(closed_at=None) & (Q(Exists(mine)) | planned))


def actions(whose: Whose) -> ReachableQuerySet:
    """What the person is to do after a checklist."""
    return Action.objects.filter(district=whose.district, owner=whose.person).open()


def meeting_actions(whose: Whose) -> ReachableQuerySet:
    """What a meeting gave the person's positions to do."""
    held = _held(whose).values("position")
    return MeetingAction.objects.filter(district=whose.district, owner__in=held).open()


def coaching(whose: Whose) -> ReachableQuerySet:
    """The next coaching talks that the person gives or gets, from today on."""
    with_me = Q(coach=whose.person) | Q(coached_person=whose.person)
    return CoachingEntry.objects.filter(with_me, district=whose.district, next_on__gte=whose.today)


SOURCES = (
    Source(
        "milestone",
        milestones,
        ("pk", "title", "due_on", "state", "proof_hint", "sequence", "changed_at"),
    ),
    Source(
        "meeting",
        meetings,
        (
            "pk",
            "on",
            "at",
            "minutes_long",
            "state",
            "reason",
            "sequence",
            "changed_at",
            "series__title",
            "series__place",
            "series__link",
            "series__agenda",
            "series__protected",
        ),
    ),
    Source(
        "session",
        sessions,
        (
            "pk",
            "title",
            "on",
            "at",
            "minutes_long",
            "state",
            "reason",
            "place",
            "link",
            "sequence",
            "changed_at",
            "line__topic",
        ),
    ),
    Source("window", windows, ("pk", "label", "opens_on", "closes_on", "opened_at")),
    Source("action", actions, ("pk", "text", "due_on"), of_district=False),
    Source("meeting-action", meeting_actions, ("pk", "text", "due_on"), of_district=False),
    Source(
        "coaching",
        coaching,
        ("pk", "next_on", "coach", "coached_person"),
        of_district=False,
    ),
)


def sources(whose: Whose) -> list[Source]:
    return [each for each in SOURCES if whose.person or each.of_district]


class Digest(Func):
    """How many rows there are, and a figure that changes with any of these fields of any row."""

    output_field = TextField()
    template = (
        "COUNT(*)::text || '.' ||"
        " COALESCE(BIT_XOR(HASH_RECORD_EXTENDED(ROW(%(expressions)s), 0))::text, '')"
    )


ANYONE, ANYWHERE, ANY_DAY = -1_000_001, -1_000_002, dt.date(1, 1, 1)


def stamp(whose: Whose) -> str:
    """What stands for all that the feed shows, in one query. Runs outside the wall, so that it
    costs no transaction: each queryset names its district, and nothing but figures comes back.
    """
    values = {ANYONE: whose.person, ANYWHERE: whose.district, ANY_DAY: whose.today}
    found = _stamps(of_person=whose.person is not None).ask(values)
    return " ".join(map(str, found or ()))


@cache
def _stamps(*, of_person: bool) -> prepared.Prepared:
    whose = Whose(ANYWHERE, ANYONE if of_person else None, ANY_DAY)
    figures = [
        source.rows(whose).order_by().values_list(Digest(*source.told)) for source in sources(whose)
    ]
    if of_person:  # what they may see of it follows from where they may enter
        doors = Membership.objects.filter(district=ANYWHERE, user=ANYONE).order_by()
        figures.append(doors.values_list(Digest("pk", "level", "school")))
    return prepared.of_figures(*figures)


def _years(whose: Whose) -> QuerySet:
    """The school years that are not archived: one look at them for all rows, not one for each."""
    return SchoolYear.objects.filter(district=whose.district, archived_at=None).values("pk")


def _held(whose: Whose) -> ReachableQuerySet:
    rows = Assignment.objects.filter(district=whose.district, holder=whose.person)
    return rows.in_force(whose.today)
