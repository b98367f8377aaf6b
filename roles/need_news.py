"""What a department is asked for, and what it answered, as news."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from roles.models import Department, DepartmentNeed, District
from roles.notices import Line, News, number


def page(district: District, department: Department) -> str:
    """Where a department stands on the departments' page."""
    return f"{reverse('roles:departments', args=[district.slug])}#department-{department.pk}"


class Needs(News):
    """Asked of a department's partners: "need:<the need>"; no news once it is answered."""

    kind = "need"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = _needs(district, subjects)
        return {
            f"{self.kind}:{need.pk}": self._line(district, need)
            for need in found
            if need.answer == DepartmentNeed.Answer.ASKED
        }

    def _line(self, district: District, need: DepartmentNeed) -> Line:
        return Line(
            title=need.text,
            path=page(district, need.department),
            due_on=need.due_on,
            verb="Answer",
            words=f"{need.asked_by} asks {need.department}. Agree, or say what stands in the way.",
            why=f"you speak for {need.department}",
        )


class NeedsAnswered(Needs):
    """Said to who asked: "need_answered:<the need>"."""

    kind = "need_answered"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = _needs(district, subjects)
        return {
            f"{self.kind}:{need.pk}": self._line(district, need)
            for need in found
            if need.answer != DepartmentNeed.Answer.ASKED
        }

    def _line(self, district: District, need: DepartmentNeed) -> Line:
        return Line(
            title=f"{need.department}: {need.text}",
            path=page(district, need.department),
            verb=need.get_answer_display(),
            words=f"\u201c{need.note}\u201d" if need.note else "",
            why="you asked for it",
        )


def _needs(district: District, subjects: Collection[str]) -> list[DepartmentNeed]:
    pks = [number(subject) for subject in subjects]
    found = DepartmentNeed.objects.filter(district=district, pk__in=pks)
    return list(found.select_related("department", "asked_by"))
