"""What a person reads right after submitting: how it went so far, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checklists.models import Checklist, RaterKind, Window
from checklists.models.forms import ChecklistQuerySet, RatingQuerySet
from checklists.sheets import BANDS, Line
from checklists.standing import kind_of, standing_forms
from roles.access import Reach
from roles.models import JobDescriptionVersion, OwedStatus, Rendering
from roles.scoping import SharedQuerySet


@dataclass(frozen=True, slots=True)
class Past:
    """One window of the trend. `rated` says whose rating stands for it."""

    form: Checklist
    rated: str

    @property
    def window(self) -> Window:
        return self.form.window

    @property
    def score(self) -> int | None:
        return self.form.score

    @property
    def band(self) -> tuple[str, str]:
        return BANDS[self.form.band]


@dataclass(frozen=True, slots=True)
class Trend:
    """A holder's windows in one position, oldest first, up to the one that is looked at."""

    rows: Sequence[Past]

    @property
    def scored(self) -> list[Past]:
        return [row for row in self.rows if row.score is not None]

    @property
    def scores(self) -> list[int]:
        return [row.score or 0 for row in self.scored]

    @property
    def is_a_line(self) -> bool:
        return len(self.scored) > 1

    @property
    def change(self) -> int | None:
        """In points, of the last window against the one before; None without both scores."""
        last = self.rows[-2:]
        if len(last) < 2 or last[0].score is None or last[1].score is None:
            return None
        return last[1].score - last[0].score

    @property
    def label(self) -> str:
        parts = (f"{row.window.label} {row.score}%, {row.rated}" for row in self.scored)
        return f"Score by window: {'; '.join(parts)}"

    @property
    def before(self) -> Past | None:
        return self.rows[-2] if len(self.rows) > 1 else None


def trend_of(form: Checklist, readable: ChecklistQuerySet) -> Trend:
    """Out of the forms the reader may read. One query."""
    mine = readable.filter(
        position=form.position_id,
        holder=form.holder_id,
        window__opens_on__lte=form.window.opens_on,
    )
    rows = standing_forms(mine).select_related("window")
    in_order = sorted(rows, key=lambda row: (row.window.opens_on, row.window_id))
    return Trend([Past(row, kind_of(row)) for row in in_order])


def words_before(trend: Trend, steps: Sequence[Line], ratings: RatingQuerySet) -> dict[str, str]:
    """How the items of the next steps were rated in the window before, by item key. One query.

    A key lasts through rewording, so a step is followed from version to version.
    """
    if trend.before is None or not steps:
        return {}
    keys = [line.item.key for line in steps]
    found = ratings.filter(checklist=trend.before.form, item__key__in=keys).select_related("item")
    return {rating.item.key: Line(0, rating.item, rating).word for rating in found}


@dataclass(frozen=True, slots=True)
class Cycle:
    """The other ratings of the same position and window, as far as this reader may know of them.

    `is_observed` says that there is a second rater, and no more; `both_in` that both can be read.
    """

    is_observed: bool
    both_in: bool
    is_closed: bool


def cycle_of(form: Checklist, known: ChecklistQuerySet, readable: ChecklistQuerySet) -> Cycle:
    """2 queries: which forms there are, and which of them the reader may read."""
    same = {"window": form.window_id, "position": form.position_id, "holder": form.holder_id}
    kinds = set(known.current().filter(**same).values_list("rater_kind", flat=True))
    read = set(readable.current().submitted().filter(**same).values_list("rater_kind", flat=True))
    return Cycle(
        is_observed=RaterKind.OBSERVER in kinds,
        both_in={RaterKind.SELF, RaterKind.OBSERVER} <= read,
        is_closed=RaterKind.AGREED in read,
    )


@dataclass(frozen=True, slots=True)
class Resources:
    """Where the role is written down: its published job description, and whether as a PDF."""

    version: JobDescriptionVersion | None
    has_pdf: bool


def resources_of(form: Checklist, roles: Reach) -> Resources:
    """2 queries."""
    versions: SharedQuerySet = JobDescriptionVersion.objects.reachable(roles)
    of_role = versions.filter(job_description__role=form.position.role_id)
    found = of_role.filter(status=JobDescriptionVersion.Status.PUBLISHED).first()
    if found is None:
        return Resources(None, has_pdf=False)
    made = Rendering.objects.reachable(roles).filter(version=found, status=OwedStatus.DONE)
    return Resources(found, has_pdf=made.exists())


def next_window(form: Checklist, windows: SharedQuerySet) -> Window | None:
    found: Window | None = (
        windows.filter(opens_on__gt=form.window.opens_on, closed_at=None)
        .order_by("opens_on")
        .first()
    )
    return found
