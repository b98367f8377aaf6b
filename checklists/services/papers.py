"""PDFs of checklists: asked for, set by a worker, fetched by whoever asked, gone after a week."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from checklists import papers
from checklists.accesses import accesses_of
from checklists.models import Paper
from checklists.tasks import make_paper
from roles.access import Reach
from roles.models import OwedStatus
from roles.models.owed import UNFINISHED
from roles.services import renderings
from roles.services.audit import record
from roles.tasks import ring_on_commit
from roles.wall import district_scope

KEPT_FOR = dt.timedelta(days=7)
LOST = "You may no longer read what this PDF was to hold."


@transaction.atomic
def ask(kind: str, subject: Any, *, by: Reach) -> Paper:
    """Owe this person a PDF (a key of `papers.KINDS`) of what the row is like now; the one they
    wait for, if there is one. Of two clicks at once, one.
    """
    field = papers.KINDS[kind].field
    mine = Paper.objects.filter(district=by.district, asked_by=by.user.pk, **{field: subject})
    last = mine.order_by("-pk").first()
    if last is not None and last.status in UNFINISHED:
        return last
    paper, created = Paper.objects.get_or_create(
        district=by.district,
        key=f"paper:{kind}:{subject.pk}:{by.user.pk}:{last.pk if last else 0}",
        defaults={field: subject, "asked_by_id": by.user.pk},
    )
    if created:
        record(by, "checklist_paper.asked", paper, what=papers.title_of(paper))
        ring_on_commit(make_paper, paper.district_id, paper.pk)
    return paper


@transaction.atomic
def note_download(paper: Paper, *, by: Reach) -> None:
    """Ratings leave the product: who took them is on record."""
    record(by, "checklist_paper.downloaded", paper, what=papers.title_of(paper))


def make(district_pk: int, paper_pk: int) -> bool:
    """Make one owed PDF. True if this call made it.

    Reads in a transaction, sets the pages outside of any, files the result in another. Whoever
    asked may have lost the right to read it by now: then there is none.
    """
    with district_scope(district_pk):
        paper: Paper | None = Paper.objects.claim(paper_pk)
    if paper is None:
        return False
    html, stored = "", None
    with renderings.excused(paper):
        with district_scope(district_pk):
            html = _page(paper)
        stored = renderings.filed(district_pk, html, "papers") if html else None
    with district_scope(district_pk):
        if not html and paper.status == OwedStatus.RUNNING:
            paper.finish(OwedStatus.FAILED, error=LOST)
        if stored is None or not paper.finish(error=stored.note):
            return False
        Paper.objects.filter(pk=paper.pk).update(file=stored.name, made=1)
    return True


def _page(paper: Paper) -> str:
    asker = accesses_of(paper.district, [paper.asked_by_id]).get(paper.asked_by_id)
    return papers.page_of(paper, asker) if asker else ""


def remove_old() -> int:
    """Take away papers a week after they were asked for, and files that no other one shares.

    Runs outside the wall, for all districts. A file goes before its row, so none is left behind.
    Returns how many papers went.
    """
    old = Paper.objects.filter(owed_at__lt=timezone.now() - KEPT_FOR).exclude(status__in=UNFINISHED)
    removed = 0
    for paper in old:
        shared = Paper.objects.filter(file=paper.file.name).exclude(pk=paper.pk)
        if paper.file.name and not shared.exists():
            paper.file.storage.delete(paper.file.name)
        paper.delete()
        removed += 1
    return removed
