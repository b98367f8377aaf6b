"""What people put beside a milestone: how it goes, who helps, what is best done first."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from roadmap.models import Contribution, Milestone, Precedence, ProgressNote
from roadmap.notices import risk_subject
from roadmap.precedence import way
from roadmap.services.milestones import may_work_on, said
from roles.access import Reach
from roles.models import Position, SchoolYear
from roles.services import audit, notices
from roles.services.refusal import Refused

CIRCLE = "That would go in a circle: {path}."


def may_note(milestone: Milestone, by: Reach, manages: Reach) -> bool:
    """Whether this person may say how it goes: who works on it, or who helps with it."""
    if may_work_on(milestone, by, manages):
        return True
    today = by.district.today()
    mine = Milestone.objects.filter(pk=milestone.pk).contributed_to_by(by.user, today)
    return mine.exists()


@transaction.atomic
def note_progress(milestone: Milestone, *, text: str, by: Reach) -> bool:
    """Say how it goes. Answers a question whether it is at risk. True: each call adds a note."""
    if not milestone.is_open:
        raise Refused("It is settled. Open it again to add how it goes.")
    now = timezone.now()
    ProgressNote.objects.create(
        district=by.district, milestone=milestone, text=said(text), by=by.user, at=now
    )
    Milestone.objects.filter(pk=milestone.pk).update(progressed_at=now)
    audit.record(by, "roadmap.milestone_progress", milestone, title=milestone.title)
    milestone.progressed_at = now
    notices.withdraw(by.district, risk_subject(milestone.pk))
    return True


@transaction.atomic
def add_contributor(milestone: Milestone, *, position: Position, by: Reach) -> bool:
    """Let a position help: it sees the milestone among its own. True if this call did it."""
    if position.pk == milestone.owner_id:
        raise Refused("This position owns the milestone already.")
    _, made = Contribution.objects.get_or_create(
        district=by.district, milestone=milestone, position=position
    )
    if made:
        audit.record(
            by, "roadmap.contributor_added", milestone, title=milestone.title, who=str(position)
        )
    return made


@transaction.atomic
def remove_contributor(contribution: Contribution, *, by: Reach) -> bool:
    """True if this call did it."""
    milestone, who = contribution.milestone, str(contribution.position)
    gone, _ = Contribution.objects.filter(pk=contribution.pk).delete()
    if gone:
        audit.record(by, "roadmap.contributor_removed", milestone, title=milestone.title, who=who)
    return bool(gone)


@transaction.atomic
def precede(milestone: Milestone, *, before: Milestone, by: Reach) -> bool:
    """Note that `before` is best done first. True if this call did it.

    It warns and stops nobody. Refuses another school year, and a circle, whose path it names.
    """
    if before.school_year_id != milestone.school_year_id:
        raise Refused("Both have to be of one school year.")
    # two people adding halves of a circle at the same moment wait for each other here
    SchoolYear.objects.select_for_update().get(pk=milestone.school_year_id)
    pairs = Precedence.objects.filter(milestone__school_year=milestone.school_year_id)
    found = way(pairs.order_by().values_list("before", "milestone"), milestone.pk, before.pk)
    if found:
        raise Refused(CIRCLE.format(path=_names([*found, milestone.pk])))
    _, made = Precedence.objects.get_or_create(
        district=by.district, before=before, milestone=milestone
    )
    if made:
        audit.record(
            by, "roadmap.precedence_added", milestone, title=milestone.title, before=before.name
        )
    return made


@transaction.atomic
def part(precedence: Precedence, *, by: Reach) -> bool:
    """The two no longer hang together. True if this call did it."""
    milestone, before = precedence.milestone, precedence.before.name
    gone, _ = Precedence.objects.filter(pk=precedence.pk).delete()
    if gone:
        audit.record(
            by, "roadmap.precedence_removed", milestone, title=milestone.title, before=before
        )
    return bool(gone)


def not_done_before(milestone: Milestone) -> list[Milestone]:
    """What is best done first and still open, earliest due first. One query."""
    return list(Milestone.objects.filter(successions__milestone=milestone).open())


def warning(milestone: Milestone) -> str:
    """A sentence about what is best done first and is not; "" if nothing is in the way."""
    waiting = [before.name for before in not_done_before(milestone)]
    if not waiting:
        return ""
    if len(waiting) == 1:
        return f"{waiting[0]} is not done yet. It is best done first."
    listed = f"{', '.join(waiting[:-1])} and {waiting[-1]}"
    return f"{listed} are not done yet. They are best done first."


def _names(path: list[int]) -> str:
    names = {m.pk: m.short_name for m in Milestone.objects.filter(pk__in=path)}
    return ", then ".join(names[pk] for pk in path)
