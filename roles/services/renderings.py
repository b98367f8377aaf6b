"""The PDF of a published job description: owed in the publishing transaction, made by a worker."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from roles import documents
from roles.models import JobDescriptionVersion, OwedStatus, Rendering
from roles.tasks import render_job_description, ring_on_commit
from roles.wall import district_scope


def owe(version: JobDescriptionVersion) -> Rendering:
    """Owe the PDF of a published version once; the text is frozen, so one is enough."""
    rendering, created = Rendering.objects.get_or_create(
        district_id=version.district_id,
        key=f"job-description-version:{version.pk}",
        defaults={"version": version},
    )
    if created:
        ring_on_commit(render_job_description, version.district_id, rendering.pk)
    return rendering


@transaction.atomic
def owe_again(rendering: Rendering) -> bool:
    """Put a rendering that failed back into the queue. True if it had failed."""
    failed = Rendering.objects.filter(pk=rendering.pk, status=OwedStatus.FAILED)
    if not failed.update(status=OwedStatus.WAITING, tries=0, not_before=timezone.now()):
        return False
    ring_on_commit(render_job_description, rendering.district_id, rendering.pk)
    return True


def render(district_pk: int, rendering_pk: int) -> bool:
    """Make one owed PDF. True if this call made it.

    Reads in one transaction, sets the pages outside of any, files the result in another.
    """
    with district_scope(district_pk):
        rendering: Rendering | None = Rendering.objects.claim(rendering_pk)
        html = page_of(rendering.version) if rendering else ""
    if rendering is None:
        return False
    try:
        pdf = documents.to_pdf(html)
    except Exception as error:
        with district_scope(district_pk):
            rendering.finish(OwedStatus.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    name = f"district-{district_pk}/version-{rendering.version_id}.pdf"
    stored = rendering.file.storage.save(f"job-descriptions/{name}", ContentFile(pdf))
    with district_scope(district_pk):
        if not rendering.finish():
            return False
        Rendering.objects.filter(pk=rendering.pk).update(file=stored)
    return True


def page_of(version: JobDescriptionVersion) -> str:
    context = {
        "version": version,
        "role": version.job_description.role,
        "district": version.district,
        "responsibilities": version.responsibilities.select_related("duty"),
    }
    return render_to_string("print/roles/job_description.html", context)
