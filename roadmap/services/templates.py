"""A district's own templates: a roadmap without its dates, kept to be laid on another year."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from roadmap.models import (
    AnchorKind,
    Milestone,
    Precedence,
    RoadmapTemplate,
    TemplateLine,
    Unit,
)
from roadmap.scheduling import offset_between
from roles.access import Reach
from roles.models import SchoolYear
from roles.services import audit
from roles.services.refusal import Refused

NAME_TAKEN = "There is a template of that name. Give this one another."
NOTHING = "Choose at least one milestone."
DIGITS = string.digits + string.ascii_uppercase


def saveable(year: SchoolYear, by: Reach) -> list[Milestone]:
    """What can go into a template: milestones of the whole district, with what they count from."""
    found = Milestone.objects.reachable(by).filter(school_year=year, school=None)
    related = found.select_related("phase", "anchor", "owner__role", "usual_owner")
    return list(related.order_by("phase__order", "due_on", "pk"))


@transaction.atomic
def save(
    year: SchoolYear, *, name: str, note: str = "", chosen: Collection[int], by: Reach
) -> RoadmapTemplate:
    """Keep the chosen milestones (primary keys) of a year as a template. Refused without any.

    A fixed date becomes whole weeks from the first student day.
    """
    found = [m for m in saveable(year, by) if m.pk in chosen]
    if not found:
        raise Refused(NOTHING)
    template = _make(name, note, by)
    keys = {m.pk: m.key or own_key(template, n) for n, m in enumerate(found, 1)}
    pairs = Precedence.objects.filter(district=by.district, milestone__in=keys, before__in=keys)
    after: dict[int, list[str]] = {}
    for before, later in pairs.values_list("before", "milestone"):
        after.setdefault(later, []).append(keys[before])
    lines = []
    for order, milestone in enumerate(found):
        line = _line_of(milestone, year)
        line.key, line.order, line.after = keys[milestone.pk], order, after.get(milestone.pk, [])
        lines.append(line)
    _keep(template, lines)
    audit.record(by, "roadmap.template_saved", template, name=name, lines=len(lines))
    return template


@transaction.atomic
def make(*, name: str, note: str = "", lines: Sequence[TemplateLine], by: Reach) -> RoadmapTemplate:
    """A template of lines that came from elsewhere. Lines without a key get one."""
    if not lines:
        raise Refused("There is no line in it.")
    template = _make(name, note, by)
    for order, line in enumerate(lines):
        line.order, line.key = order, line.key or own_key(template, order + 1)
    _keep(template, lines)
    audit.record(by, "roadmap.template_imported", template, name=name, lines=len(lines))
    return template


@transaction.atomic
def rename(template: RoadmapTemplate, *, name: str, note: str, by: Reach) -> bool:
    """Give it another name or note. True if anything changed; Refused if the name is taken."""
    if (name, note) == (template.name, template.note):
        return False
    old, template.name, template.note = template.name, name, note
    _write(template, by)
    audit.record(by, "roadmap.template_renamed", template, old=old, new=name)
    return True


@transaction.atomic
def put_away(template: RoadmapTemplate, *, by: Reach) -> bool:
    """Offer it no longer. It stays readable. True if this call did it."""
    rows = RoadmapTemplate.objects.filter(pk=template.pk, put_away_at=None)
    if not rows.update(put_away_at=timezone.now()):
        return False
    audit.record(by, "roadmap.template_put_away", template, name=template.name)
    return True


@transaction.atomic
def bring_back(template: RoadmapTemplate, *, by: Reach) -> bool:
    """Offer it again. True if this call did it; Refused if another has its name by now."""
    if template.put_away_at is None:
        return False
    template.put_away_at = None
    _write(template, by)
    audit.record(by, "roadmap.template_brought_back", template, name=template.name)
    return True


def lines(template: RoadmapTemplate) -> list[dict[str, Any]]:
    """Its lines that fit the district's approach, in the shape of the library's: {id, phase, title,
    why, start, due, owner, approach, proof, supports, recurs}, and more: {phase_title, anchor_kind,
    anchor_label, unit, after}.
    """
    return [
        {
            "id": line.key,
            "phase": line.phase_key,
            "phase_title": line.phase_title,
            "title": line.title,
            "why": line.why,
            "start": line.start_offset,
            "due": line.due_offset,
            "owner": line.owner_role.key if line.owner_role else "",
            "approach": line.approaches or ["all"],
            "proof": line.proof_hint,
            "supports": line.supports,
            "recurs": line.recurs,
            "anchor_kind": line.anchor_kind,
            "anchor_label": line.anchor_label,
            "unit": line.unit,
            "after": line.after,
        }
        for line in template.lines.select_related("owner_role")
        if not line.approaches or template.district.approach in line.approaches
    ]


def own_key(template: RoadmapTemplate, number: int) -> str:
    """A key that no line of another template has: years take lines of several.

    Both numbers are written in letters and digits, so that they fit whole into the column: a
    template with up to 1,296 lines has its keys until the two-billionth. A hyphen stands between
    them, since keys made earlier have a point there, with the numbers as they are. Raises
    ValueError rather than cut one.
    """
    key = f"T{_short(template.pk)}-{_short(number)}"
    longest = TemplateLine._meta.get_field("key").max_length or 0
    if len(key) > longest:
        raise ValueError(f"The key {key} is longer than {longest} characters.")
    return key


def _short(number: int) -> str:
    """A number in base 36, in capitals."""
    signs = ""
    while number:
        number, last = divmod(number, len(DIGITS))
        signs = DIGITS[last] + signs
    return signs or DIGITS[0]


def _make(name: str, note: str, by: Reach) -> RoadmapTemplate:
    template = RoadmapTemplate(district=by.district, name=name, note=note, made_by_id=by.user.pk)
    _write(template, by)
    return template


def _write(template: RoadmapTemplate, by: Reach) -> None:
    taken = RoadmapTemplate.objects.filter(
        district=by.district, name=template.name, put_away_at=None
    )
    if taken.exclude(pk=template.pk).exists():
        raise Refused(NAME_TAKEN)
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:  # somebody saved that name a moment ago
        raise Refused(NAME_TAKEN) from error


def _keep(template: RoadmapTemplate, lines: Sequence[TemplateLine]) -> None:
    for line in lines:
        line.district_id, line.template = template.district_id, template
    TemplateLine.objects.bulk_create(lines)


def _line_of(milestone: Milestone, year: SchoolYear) -> TemplateLine:
    anchor, role = milestone.anchor, milestone.owner.role if milestone.owner else None
    line = TemplateLine(
        phase_key=milestone.phase.key,
        phase_title=milestone.phase.title,
        title=milestone.title,
        why=milestone.why,
        proof_hint=milestone.proof_hint,
        supports=milestone.supports,
        owner_role=milestone.usual_owner or role,
        recurs=milestone.recurs,
    )
    if anchor is None:
        first = year.first_student_day
        line.anchor_kind, line.unit = AnchorKind.FIRST_STUDENT_DAY, Unit.WEEKS
        line.due_offset = offset_between(first, milestone.due_on, Unit.WEEKS, [])
        start = offset_between(first, milestone.starts_on, Unit.WEEKS, [])
        line.start_offset = min(start, line.due_offset)
        return line
    line.anchor_kind, line.anchor_label, line.unit = anchor.kind, anchor.label, milestone.unit
    # the database holds a counted milestone to its offsets
    line.start_offset, line.due_offset = milestone.start_offset or 0, milestone.due_offset or 0
    return line
