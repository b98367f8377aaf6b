"""Job descriptions put in force, and frozen from then on."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import JobDescriptionVersion
from roles.services import renderings, route
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Status = JobDescriptionVersion.Status


@transaction.atomic
def publish(version: JobDescriptionVersion, *, by: Reach, seen: dt.datetime | None = None) -> bool:
    """Freeze a draft and put it in force; owe its PDF and the request to acknowledge it.

    True if this call did it, False if the version was not open any more. `seen` is the `edited_at`
    of the text that this person checked: raises Stale if someone wrote since. Raises Refused if
    the district has a route and this text did not go all of it.
    """
    others = JobDescriptionVersion.objects.filter(job_description=version.job_description_id)
    held = others.open().select_for_update(of=("self",)).filter(pk=version.pk).first()
    if held is None:
        return False
    if seen is not None and held.edited_at != seen:
        raise Stale("The draft was changed after you opened this page.")
    if refusal := route.refusal(held):
        raise Refused(refusal)
    others.published().update(status=Status.SUPERSEDED)
    others.filter(pk=version.pk).update(
        status=Status.PUBLISHED,
        published_at=timezone.now(),
        published_by_id=by.user.pk,
        review_on=by.district.today() + JobDescriptionVersion.REVIEW_AFTER,
    )
    version.refresh_from_db()
    renderings.owe(version)
    record(by, "job_description.published", version, title=version.title, number=version.number)
    return True
