"""From one school year to the next, in one go, once it was looked at as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from roadmap import rolling
from roadmap.models import Milestone, State
from roadmap.notices import subject_of
from roadmap.rolling import Turn
from roadmap.services import anchors
from roadmap.services.archived import refuse_archived
from roadmap.services.year_diff import Carried, preview
from roadmap.services.year_filling import bring, bring_from_library, phases_in
from roadmap.yeardays import YearDays, label_of, year_begin, year_end
from roles.access import Reach
from roles.models import AuditEvent, District, SchoolYear
from roles.services import audit, notices
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Rolled:
    """What was done: how many milestones came, how many open ones moved along or were left behind,
    how many of each kind were copied, and whether the old year is archived.
    """

    year: SchoolYear
    milestones: int
    carried: int
    left: int
    copies: Mapping[str, int]
    archived: bool


def next_year(year: SchoolYear) -> SchoolYear | None:
    """The year after this one, if it is there."""
    later = SchoolYear.objects.filter(district=year.district_id, starts_on__gt=year.starts_on)
    return later.order_by("starts_on").first()


def to_be(district: District, days: YearDays) -> SchoolYear:
    """A school year with these days, not saved."""
    return SchoolYear(
        district=district,
        label=label_of(days.first),
        starts_on=year_begin(days.first),
        ends_on=year_end(days.first),
        first_student_day=days.first,
        last_student_day=days.last,
    )


@transaction.atomic
def make_year(days: YearDays, *, by: Reach) -> SchoolYear:
    """A school year with its days. Refused where the district has one of that name."""
    year = to_be(by.district, days)
    if SchoolYear.objects.filter(district=by.district, label=year.label).exists():
        raise Refused(f"The school year {year} is there already.")
    year.full_clean(exclude=["district"])
    year.save()
    anchors.write(year, days)
    audit.record(by, "roadmap.year_made", year, label=year.label)
    return year


@transaction.atomic
def roll_over(
    old: SchoolYear, days: YearDays, take: Collection[str], *, archive: bool, by: Reach
) -> Rolled:
    """Make the next year, or fill it where it is there, with what was chosen of the preview.

    With `archive` chosen open work moves along, the rest of it is set aside, and the old year is
    read only from then on. What the new year has already is left alone, so that doing it twice
    adds nothing. Refused where the old year is to be archived and is so already.
    """
    old = SchoolYear.objects.select_for_update().get(district=by.district, pk=old.pk)
    if archive:
        refuse_archived(old)
    year = next_year(old)
    if year is None:
        year = make_year(days, by=by)
    else:
        refuse_archived(year)
        days = anchors.days_of(year)
    diff = preview(old, year, days, by=by)
    chosen = set(take) & diff.keys
    made = bring([row for row in diff.lines if row.key in chosen], diff.turn)
    made += bring_from_library(year, [row for row in diff.library if row.key in chosen], by)
    copies = rolling.copy_chosen(diff.turn, chosen, by=by)
    carried, left = _close(old, year, diff.open, chosen, by) if archive else (0, 0)
    rolled = Rolled(year, made, carried, left, copies, archive)
    audit.record(
        by, "roadmap.year_rolled_over", year, label=year.label, old=old.label, milestones=made,
        carried=carried, left_behind=left, copied=copies, archived=archive,
    )  # fmt: skip
    return rolled


@transaction.atomic
def reopen_year(year: SchoolYear, *, reason: str, by: Reach) -> bool:
    """Let an archived year be changed again. True if this call did it; Refused without a reason."""
    if not reason.strip():
        raise Refused("Say why.")
    archived = SchoolYear.objects.filter(
        district=by.district, pk=year.pk, archived_at__isnull=False
    )
    if not archived.update(archived_at=None):
        return False
    audit.record(by, "roadmap.year_reopened", year, label=year.label, reason=reason.strip())
    return True


def _close(
    old: SchoolYear, year: SchoolYear, rows: Iterable[Carried], chosen: set[str], by: Reach
) -> tuple[int, int]:
    """Move chosen open work along, set the rest aside, and archive the old year."""
    rows = list(rows)
    along = [m for row in rows if row.key in chosen for m in row.of]
    behind = [m for row in rows if row.key not in chosen for m in row.of]
    _carry(old, year, along, by)
    _leave(old, behind, by)
    SchoolYear.objects.filter(district=by.district, pk=old.pk).update(archived_at=timezone.now())
    return len(along), len(behind)


def _carry(old: SchoolYear, year: SchoolYear, along: Sequence[Milestone], by: Reach) -> None:
    """The milestone itself goes along, with its page, its notes and its date, which is a fixed one
    from now on: the new year counts its own from its own days.
    """
    if not along:
        return
    phases = phases_in(Turn(old, year, ()))
    for m in along:
        m.school_year, m.phase = year, phases[m.phase.key]
        m.key, m.anchor, m.start_offset, m.due_offset = "", None, None, None
        m.changed_at = timezone.now()
    fields = ["school_year", "phase", "key", "anchor", "start_offset", "due_offset", "changed_at"]
    Milestone.objects.bulk_update(along, fields, batch_size=500)
    _tell(along, "roadmap.milestone_carried", by, reason=f"It was open at the end of {old.label}.")


def _leave(old: SchoolYear, behind: Sequence[Milestone], by: Reach) -> None:
    if not behind:
        return
    reason = f"Left behind when {old.label} was archived."
    for m in behind:
        m.state, m.reason, m.changed_at = State.NOT_APPLICABLE, reason, timezone.now()
    Milestone.objects.bulk_update(behind, ["state", "reason", "changed_at"], batch_size=500)
    _tell(behind, "roadmap.milestone_set_aside", by, reason=reason)
    notices.withdraw(by.district, *(subject_of(m.pk) for m in behind))


def _tell(milestones: Iterable[Milestone], verb: str, by: Reach, **detail: str) -> None:
    """A line in the story of each milestone."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            district=by.district,
            actor_id=by.user.pk,
            verb=verb,
            subject=m._meta.label_lower,
            subject_pk=str(m.pk),
            detail={"title": m.title, **detail},
        )
        for m in milestones
    )
