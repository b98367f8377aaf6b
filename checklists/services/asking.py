"""Whom a window asks: filled positions whose checklist it asks for, and what they still lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q, QuerySet

from checklists.models import Checklist, ChecklistTemplate, RelaxedRhythm, Window
from roles.models import Assignment, Level, Position

Templates = dict[int | None, ChecklistTemplate]


def asked_templates(window: Window) -> Templates:
    """The checklists in force by role; under None the one of any department.

    A window keeps to the versions that were in force when it opened. A role whose own checklist
    the window leaves out is not asked the shared one instead.
    """
    versions = ChecklistTemplate.objects.filter(district_id=window.district_id)
    if window.opened_at is None:
        return {template.role_id: template for template in versions.published()}
    then = Q(published_at=None) | Q(published_at__lte=window.opened_at)
    in_force = versions.exclude(status=ChecklistTemplate.Status.DRAFT).filter(then)
    return {template.role_id: template for template in in_force.order_by("number")}


def template_for(
    position: Position, templates: Templates, only: Collection[str]
) -> ChecklistTemplate | None:
    """The checklist that a window with this `only` asks of a position, or None."""
    template = templates.get(position.role_id)
    if template is None and position.role.level == Level.DEPARTMENT:
        template = templates.get(None)
    return template if template and (not only or template.key in only) else None


def missing_forms(window: Window, day: dt.date) -> list[Checklist]:
    """The self forms, not yet saved, of who holds a position on the day and was not asked.

    In the order of their positions, so that two rounds at once wait for each other instead of
    locking each other out.
    """
    templates = asked_templates(window)
    paired = (
        (held, template_for(held.position, templates, window.only))
        for held in _without_a_form(window, day)
    )
    wanted = [(held, template) for held, template in paired if template]
    resting = set(_resting(window, wanted))
    return [
        _form(window, held, template)
        for held, template in wanted
        if held.position_id not in resting
    ]


def holding(window: Window, day: dt.date) -> QuerySet[Assignment]:
    """Who holds an active position of the district on the day, interim holders too."""
    active = Position.objects.filter(district_id=window.district_id).active(day)
    return Assignment.objects.filter(position__in=active).in_force(day)


def _without_a_form(window: Window, day: dt.date) -> QuerySet[Assignment]:
    there = Checklist.objects.filter(window=window).self_rated().values("position")
    missing = holding(window, day).exclude(position__in=there)
    return missing.select_related("position__role").order_by("position_id")


def _resting(
    window: Window, wanted: Iterable[tuple[Assignment, ChecklistTemplate]]
) -> Iterator[int]:
    """The positions that are asked in every second window and were asked in the last one.

    The last one is the latest earlier window that opened and asked for the position's checklist;
    one before the rhythm was relaxed does not count.
    """
    relaxed = RelaxedRhythm.objects.filter(district_id=window.district_id, ended_at=None)
    since = dict(relaxed.values_list("position", "since__opens_on"))
    if not since:
        return
    earlier = list(
        Window.objects.filter(
            Q(opens_on__lt=window.opens_on) | Q(opens_on=window.opens_on, pk__lt=window.pk),
            district_id=window.district_id,
            opened_at__isnull=False,
            opens_on__gte=min(since.values()),
        ).order_by("-opens_on", "-pk")
    )
    asked = set(
        Checklist.objects.filter(window__in=earlier, position__in=since)
        .self_rated()
        .values_list("window", "position")
    )
    for held, template in wanted:
        began = since.get(held.position_id)
        last = next((w for w in earlier if not w.only or template.key in w.only), None)
        if began and last and last.opens_on >= began and (last.pk, held.position_id) in asked:
            yield held.position_id


def _form(window: Window, held: Assignment, template: ChecklistTemplate) -> Checklist:
    return Checklist(
        district_id=window.district_id,
        window=window,
        template=template,
        position_id=held.position_id,
        school_id=held.position.school_id,
        holder_id=held.holder_id,
        rater_id=held.holder_id,
    )
