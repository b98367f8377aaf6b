"""One job description as a PDF: through the product, and by WeasyPrint with nothing around it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from weasyprint import HTML

from roles import documents
from roles.models import JobDescriptionVersion
from roles.services.renderings import page_of
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
        html = page_of(rows.get(job_description__role__key="PROJECT_MANAGER"))
    files = f'"{Path(settings.STATIC_ROOT).as_uri()}/'
    with_files = html.replace(f'"{settings.STATIC_URL}', files)

    def take(how: str) -> float:
        began = time.perf_counter()
        if how == OURS:
            documents.to_pdf(html)
        else:
            HTML(string=with_files).write_pdf(pdf_variant="pdf/ua-1")
        return (time.perf_counter() - began) * 1000

    taken = interleaved([OURS, ALONE], take, warm_up=WARM_UP, rounds=ROUNDS)
    ours, alone = spread(taken[OURS]), spread(taken[ALONE])
    pages = len(HTML(string=with_files).render().pages)
    return Papers(pages, ours.median, ours.iqr, alone.median, alone.iqr)
