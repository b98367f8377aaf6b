"""All job descriptions of a district in one ZIP, beside what its PDFs cost one after another."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from django.utils import timezone

from roles import documents
from roles.access import EVERYWHERE, Reach
from roles.models import (
    Archive,
    District,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Level,
    OwedStatus,
    Responsibility,
    User,
)
from roles.models.owed import UNFINISHED
from roles.services import archives, sweep
from roles.services.renderings import page_of
from roles.wall import district_scope
from tutoring_admin.bench.programs import wait_until
from tutoring_admin.engines.trouble import Trouble

MANY, PROCESSES = 200, 2
SAMPLE = 12  # of the PDFs, set alone; the first one warms up and is not counted
PATIENCE, LOOK_EVERY = 600, 0.2  # seconds
MODEL = "PROJECT_MANAGER"  # the text that all of them carry, each under a name of its own


@dataclass(frozen=True)
class Zips:
    """From the click to the file, and the middle time of one PDF set alone by the same product."""

    documents: int
    seconds: float
    one_pdf_ms: float

    @property
    def ratio(self) -> float:
        """To the sum of the renders, shared out evenly over the worker's processes."""
        return self.seconds * 1000 / (self.one_pdf_ms * self.documents / PROCESSES)


def measure(district: District, asker: User) -> Zips:
    """Needs a worker and a district whose PDFs are made, or will be by it, before the clock."""
    with district_scope(district):
        archives.ask(by=Reach(asker, district, archives.NEEDS, EVERYWHERE))
    sweep.ring_for_owed_work()  # the demo owes some, and no beat runs here
    _wait(asker)
    with district_scope(district):
        versions = describe(district)
    # Before and after, since a shared machine is not as fast in one minute as in the next.
    alone = one_pdf_ms(district, versions)
    seconds = _zip_all(district, asker)
    return Zips(len(versions), seconds, (alone + one_pdf_ms(district, versions)) / 2)


def describe(district: District, many: int = MANY) -> list[JobDescriptionVersion]:
    """Publish that many job descriptions, none of which has a PDF yet; no letter is owed."""
    model = JobDescriptionVersion.objects.published().get(
        district=district, job_description__role__key=MODEL
    )
    copies = [_copy(model, number).pk for number in range(1, many + 1)]
    versions = JobDescriptionVersion.objects.filter(pk__in=copies)
    versions.update(
        status=JobDescriptionVersion.Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=model.published_by,
    )
    return list(versions)


def _copy(model: JobDescriptionVersion, number: int) -> JobDescriptionVersion:
    """A draft with the model's text and lines, and a role of its own."""
    district = model.district
    role = LeadershipRole.objects.create(
        district=district,
        key=f"BENCH_{number}",
        title=f"Leader number {number}",
        level=Level.values[number % len(Level.values)],
        order=1000 + number,
    )
    job = JobDescription.objects.create(district=district, role=role)
    lines = list(model.responsibilities.all())
    copy = JobDescriptionVersion.objects.get(pk=model.pk)
    copy.pk, copy.job_description, copy.number = None, job, 1
    copy.title, copy.status = role.title, JobDescriptionVersion.Status.DRAFT
    copy.published_at = copy.published_by = None
    copy.save(force_insert=True)
    Responsibility.objects.bulk_create(
        Responsibility(district=district, version=copy, text=line.text, order=line.order)
        for line in lines
    )
    return copy


def _zip_all(district: District, asker: User) -> float:
    """Seconds from the click to the file."""
    began = time.perf_counter()
    with district_scope(district):
        archives.ask(by=Reach(asker, district, archives.NEEDS, EVERYWHERE))
    _wait(asker)
    return time.perf_counter() - began


def _wait(asker: User) -> None:
    mine = Archive.objects.filter(asked_by=asker)
    open_ones = mine.filter(status__in=UNFINISHED)

    def is_over() -> bool:
        time.sleep(LOOK_EVERY)  # what is measured here shares the processor with whoever looks
        return not open_ones.exists()

    wait_until(is_over, within=PATIENCE)
    newest = mine.latest("pk")
    if newest.status != OwedStatus.DONE:
        raise Trouble(f"The ZIP was not made: {newest.last_error}")


def one_pdf_ms(district: District, versions: list[JobDescriptionVersion]) -> float:
    """One after another, in this process, through the product; nothing is stored."""
    with district_scope(district):
        pages = [page_of(version) for version in versions[:SAMPLE]]
    taken = []
    for html in pages:
        began = time.perf_counter()
        documents.to_pdf(html)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken[1:])
