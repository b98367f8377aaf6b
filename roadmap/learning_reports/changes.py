"""When the plan of learning was changed."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from roles.models import AuditEvent, SchoolYear


def changes_of(year: SchoolYear, *, lines: bool = False) -> list[dt.datetime]:
    """When the plan of a year was worked on; with `lines`, when single lines of it were."""
    return list(changes(year, lines=lines).values_list("at", flat=True))


def changes(year: SchoolYear, *, lines: bool = False) -> QuerySet[AuditEvent]:
    """The same as rows of the audit trail, to be counted or looked at."""
    of_plan = Q(verb__in=("learning.plan_adopted", "learning.lines_rolled_over")) & Q(
        subject_pk=str(year.pk)
    )
    of_lines = Q(verb__startswith="learning.line_", detail__year=year.label)
    found = AuditEvent.objects.filter(district=year.district_id)
    return found.filter(of_lines if lines else of_plan | of_lines)
