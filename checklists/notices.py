"""Checklists and actions as sources of notices: what is due, asked or news, and what is still so.

None of them climbs: who has not filled in a checklist, or is late with an action that grew out of
one, is between the person and who runs the program. It is for support, not for evaluation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from checklists.models import Action, Checklist, RaterKind, Reopening, Window
from checklists.models.actions import ActionQuerySet
from roles.models import District, Membership
from roles.notices import Due, Line, Mine, News, number

SUPPORT = "This is for learning and support. It is not an evaluation."


def action_subject(action_pk: int) -> str:
    return f"action:{action_pk}"


def form_subject(window_pk: int, form_pk: int) -> str:
    return f"checklist:{window_pk}:{form_pk}"


def open_actions(district: District) -> ActionQuerySet:
    """Open actions of people who can still sign in and see them."""
    inside = Membership.objects.filter(district=district, user=OuterRef("owner"))
    there = inside.filter(Q(school=None) | Q(school=OuterRef("school")))
    seen = Exists(there) | Q(Exists(inside), school=None)
    rows = Action.objects.filter(seen, district=district, owner__is_active=True).open()
    return rows.select_related("owner", "window", "made_by", "role", "school")


def waiting_forms(district: District) -> QuerySet[Checklist]:
    """Forms not submitted whose raters can be written to: with an open account and access here."""
    member = Membership.objects.filter(district=district, user=OuterRef("rater"))
    forms = Checklist.objects.filter(district=district, submitted_at=None).current()
    unfinished = forms.exclude(rater_kind=RaterKind.AGREED)
    return unfinished.filter(Exists(member), rater__is_active=True)


def with_names(forms: QuerySet[Checklist]) -> QuerySet[Checklist]:
    return forms.select_related(
        "template", "window", "rater", "holder", "position__role", "position__school"
    ).select_related("position__department")


class Actions:
    kind = "action"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Open actions that are due in these days. One query."""
        found = open_actions(district).filter(due_on__range=(first, last))
        if mine is not None:
            found = found.filter(owner=mine.reader_id)
        for action in found.order_by("due_on", "pk"):
            yield Due(
                subject=action_subject(action.pk), climbs=False, **self._line(district, action)
            )

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = open_actions(district).filter(pk__in=[number(subject) for subject in subjects])
        return {action_subject(action.pk): Line(**self._line(district, action)) for action in found}

    def _line(self, district: District, action: Action) -> dict[str, Any]:
        place = action.school or (action.role and action.role.title)
        where = f", {place}" if place else ""
        return {
            "title": action.text,
            "path": _path(district, "action", action.pk),
            "due_on": action.due_on,
            "reader_id": action.owner_id,
            "words": f"Planned by {action.made_by}, from {action.window.label}{where}.",
            "why": "you own this action",
        }


class Forms:
    """Checklists to fill in. Which day they are told on is the window's own: see `telling` and
    `nudging`; here they have no ladder.
    """

    kind = "checklist"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Checklists of open windows that close in these days, their raters told. One query."""
        running = Window.objects.filter(district=district).open_on(district.today())
        found = waiting_forms(district).filter(
            window__in=running.filter(closes_on__range=(first, last)), told_at__isnull=False
        )
        if mine is not None:
            found = found.filter(rater=mine.reader_id)
        for form in with_names(found):
            subject = form_subject(form.window_id, form.pk)
            yield Due(subject=subject, steps=(), **self._line(district, form))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        running = Window.objects.filter(district=district).open_on(district.today())
        found = waiting_forms(district).filter(
            window__in=running, pk__in=[number(subject) for subject in subjects]
        )
        return {
            form_subject(form.window_id, form.pk): Line(**self._line(district, form))
            for form in with_names(found)
        }

    def _line(self, district: District, form: Checklist) -> dict[str, Any]:
        observes = form.rater_kind == RaterKind.OBSERVER
        whose = f"{form.holder}, {form.position}" if observes else str(form.position)
        return {
            "title": f"{form.window.label}: {form.template.title}, {whose}",
            "path": _path(district, "fill", form.pk),
            "due_on": form.window.closes_on,
            "reader_id": form.rater_id,
            "verb": "Fill in",
            "words": f"Each answer is saved as you give it, also on a phone. {SUPPORT}",
            "why": f"you {'were picked to observe' if observes else 'hold'} {form.position}",
        }


class BothIn(News):
    """Both ratings of a pair are in: "both_in:<the form that was in first>"."""

    kind = "both_in"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Until the pair's cycle is closed."""
        found = _forms(district, subjects).submitted()
        closed = Checklist.objects.filter(
            window=OuterRef("window"), position=OuterRef("position"), rater_kind=RaterKind.AGREED
        ).exclude(submitted_at=None)
        return {
            f"{self.kind}:{form.pk}": Line(
                title=f"{form.template.title}, {form.window.label}",
                path=_path(district, "compare", form.pk),
                verb="Compare and agree",
                words=f"Both ratings are in for {form.position}. {SUPPORT}",
                why="you are one of the two who rated",
            )
            for form in with_names(found.filter(~Exists(closed)))
        }


class Closed(News):
    """A pair's cycle was closed by the other one: "cycle_closed:<the agreed form>"."""

    kind = "cycle_closed"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        found = with_names(_forms(district, subjects).submitted()).prefetch_related("actions")
        return {
            f"{self.kind}:{form.pk}": Line(
                title=f"{form.template.title}, {form.window.label}: agreed rating closed",
                path=_path(district, "compare", form.pk),
                verb="Read",
                words=f"What follows: {'; '.join(a.text.rstrip('.') for a in form.actions.all())}.",
                why="you are one of the two who rated",
            )
            for form in found
        }


class Reopened(News):
    """A submitted checklist was opened again: "reopened:<the reopening>"."""

    kind = "reopened"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Until it is submitted again or its window is over."""
        pks = [number(subject) for subject in subjects]
        found = Reopening.objects.filter(
            district=district, pk__in=pks, checklist__submitted_at=None
        ).filter(checklist__window__closes_on__gte=district.today())
        related = found.select_related("by", "checklist__window", "checklist__template")
        return {
            f"{self.kind}:{row.pk}": Line(
                title=f"{row.checklist.window.label}: {row.checklist.template.title}, open again",
                path=_path(district, "fill", row.checklist_id),
                due_on=row.checklist.window.closes_on,
                verb="Submit again",
                words=f"{row.by} opened it: \u201c{row.reason}\u201d Your answers are still there.",
                why="you rate on this checklist",
            )
            for row in related
        }


class ClosedWindows(News):
    """A window is over, told to who manages checklists: "window_closed:<the window>"."""

    kind = "window_closed"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        pks = [number(subject) for subject in subjects]
        windows = Window.objects.filter(district=district, pk__in=pks, closed_at__isnull=False)
        forms = Checklist.objects.filter(district=district, window__in=windows).self_rated()
        counted = (
            forms.order_by("position__role__order")
            .values("window", "position__role__title", "position__role__order")
            .annotate(asked=Count("pk"), done=Count("pk", filter=Q(submitted_at__isnull=False)))
        )
        rows: dict[int, list[Any]] = {}
        for row in counted:
            rows.setdefault(row["window"], []).append(row)
        return {
            f"{self.kind}:{window.pk}": self._line(district, window, rows.get(window.pk, []))
            for window in windows
        }

    def _line(self, district: District, window: Window, rows: list[Any]) -> Line:
        done, asked = (sum(row[name] for row in rows) for name in ("done", "asked"))
        roles = [f"{r['position__role__title']}: {r['done']} of {r['asked']}" for r in rows]
        return Line(
            title=f"{window.label}, {done} of {asked} in",
            path=_path(district, "window-detail", window.pk),
            verb="Look through",
            words=f"{'; '.join(roles)}." if roles else "",
            why="you manage checklists",
        )


SOURCES = (Actions(), Forms(), BothIn(), Closed(), Reopened(), ClosedWindows())


def _forms(district: District, subjects: Collection[str]) -> Any:
    pks = [number(subject) for subject in subjects]
    return Checklist.objects.filter(district=district, pk__in=pks).current()


def _path(district: District, name: str, pk: int) -> str:
    return reverse(f"checklists:{name}", kwargs={"district": district.slug, "pk": pk})
