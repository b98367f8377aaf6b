"""Saving one answer, beside a bare page that writes one row."""

from __future__ import annotations

import statistics
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from django.urls import reverse

from checklists.models import Checklist, ChecklistItem
from roles.models import District
from roles.wall import district_scope
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.visitor import Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD

WARM_UP, ROUNDS = 20, 200
SAVE, BARE = "save of one answer", "bare write"


@dataclass(frozen=True)
class Saving:
    """Milliseconds: the middle, and what 95 of 100 stay under; queries of one save."""

    save_ms: float
    save_p95_ms: float
    bare_ms: float
    bare_p95_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.save_p95_ms / self.bare_p95_ms


def measure(slug: str, port: int, person: str = "site") -> Saving:
    """One person saves answers to their own form one after another, each time another one."""
    form, items = _form(slug, f"{person}@{slug}.example")
    visitor = Visitor(port)
    visitor.sign_in(f"{person}@{slug}.example", DEMO_PASSWORD)
    answers = _Answers(slug, form, items)
    bare = reverse("bench:write", kwargs={"district": slug})

    queries = 0

    def take(what: str) -> float:
        nonlocal queries
        if what == BARE:
            return visitor.post(bare, {}).took_ms
        path, fields, item = answers.next()
        answer = visitor.post(path, fields)
        answers.heard(item, answer.body)
        queries = max(queries, answer.queries)
        return answer.took_ms

    taken = interleaved([SAVE, BARE], take, warm_up=WARM_UP, rounds=ROUNDS)
    return Saving(
        statistics.median(taken[SAVE]),
        p95(taken[SAVE]),
        statistics.median(taken[BARE]),
        p95(taken[BARE]),
        queries,
    )


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


def _form(slug: str, email: str) -> tuple[Checklist, list[ChecklistItem]]:
    district = District.objects.get(slug=slug)
    with district_scope(district):
        forms = Checklist.objects.filter(district=district, window__closed_at=None)
        form: Checklist = forms.self_rated().get(rater__email=email, submitted_at=None)
        return form, list(form.template.items.all())


class _Answers:
    """What the page would send: each item in turn, upon the version that it heard of last."""

    def __init__(self, slug: str, form: Checklist, items: list[ChecklistItem]) -> None:
        self._slug, self._form = slug, form
        self._versions = {item.pk: 0 for item in items}
        self._items: Iterator[ChecklistItem] = cycle(items)
        self._turn = 0

    def next(self) -> tuple[str, dict[str, str], int]:
        item = next(self._items)
        self._turn += 1
        round_ = self._turn // len(self._versions)
        path = reverse("checklists:rate", args=[self._slug, self._form.pk, item.pk])
        fields = {
            f"value-{item.pk}": str(round_ % 2),
            f"base-{item.pk}": str(self._versions[item.pk]),
            f"save-{item.pk}": str(uuid.uuid4()),
        }
        return path, fields, item.pk

    def heard(self, item: int, reply: dict[str, object]) -> None:
        self._versions[item] = int(str(reply["version"]))
