"""One job description as a PDF: by the product's task, and by WeasyPrint with nothing around it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from weasyprint import HTML

from roles.models import JobDescriptionVersion, OwedStatus, Rendering
from roles.services.renderings import page_of, render
from roles.wall import district_scope
from tutoring_admin.bench.rounds import interleaved, spread

WARM_UP, ROUNDS = 1, 7
OURS, ALONE = "product", "WeasyPrint alone"


@dataclass(frozen=True)
class Papers:
    """Milliseconds for one document, tagged and with its own fonts on both sides."""

    pages: int
    product_ms: float
    product_iqr_ms: float
    alone_ms: float
    alone_iqr_ms: float

    @property
    def ratio(self) -> float:
        return self.product_ms / self.alone_ms


def set_papers(district_pk: int) -> Papers:
    with district_scope(district_pk):
        rows = JobDescriptionVersion.objects.published().filter(district=district_pk)
        version = rows.get(job_description__role__key="PROJECT_MANAGER")
        html = page_of(version)
    rendering = Rendering.objects.create(
        district_id=district_pk, version=version, key=f"bench:{version.pk}"
    )
    files = f'"{Path(settings.STATIC_ROOT).as_uri()}/'
    with_files = html.replace(f'"{settings.STATIC_URL}', files)

    def take(how: str) -> float:
        if how == OURS:
            return _by_the_task(rendering)
        began = time.perf_counter()
        HTML(string=with_files).write_pdf(pdf_variant="pdf/ua-1")
        return (time.perf_counter() - began) * 1000

    taken = interleaved([OURS, ALONE], take, warm_up=WARM_UP, rounds=ROUNDS)
    ours, alone = spread(taken[OURS]), spread(taken[ALONE])
    pages = len(HTML(string=with_files).render().pages)
    return Papers(pages, ours.median, ours.iqr, alone.median, alone.iqr)


def _by_the_task(rendering: Rendering) -> float:
    """Milliseconds from the claim to the stored file, of a text that was never set before."""
    rendering.refresh_from_db()
    if rendering.file.name:
        default_storage.delete(rendering.file.name)
    Rendering.objects.filter(pk=rendering.pk).update(status=OwedStatus.WAITING, tries=0)
    began = time.perf_counter()
    if not render(rendering.district_id, rendering.pk):
        raise RuntimeError("The PDF was not made.")
    return (time.perf_counter() - began) * 1000
