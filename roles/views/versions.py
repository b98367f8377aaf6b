"""What the pages about one version of a job description share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.dateparse import parse_datetime

from roles.capabilities import Capability
from roles.models import JobDescriptionVersion
from roles.pages import DistrictRequest

READS_DRAFTS = (Capability.JOB_DESCRIPTION_EDIT, Capability.JOB_DESCRIPTION_APPROVE)


def all_versions(request: DistrictRequest) -> Any:
    found = JobDescriptionVersion.objects.reachable(request.reach)
    return found.select_related(
        "job_description__role__reports_to", "district", "edited_by", "published_by"
    )


def readable_versions(request: DistrictRequest) -> Any:
    """Drafts are for those who edit or approve them; everyone else reads what was published."""
    found = all_versions(request)
    return found if reads_drafts(request) else found.exclude(status__in=found.model.OPEN)


def reads_drafts(request: DistrictRequest) -> bool:
    return any(request.access.reach(capability) for capability in READS_DRAFTS)


def moment(text: str) -> dt.datetime:
    """The `edited_at` that a page carried; long ago if it is none of ours, so that it is stale."""
    try:
        found = parse_datetime(text)
    except ValueError:  # the thirteenth month
        found = None
    if found is None or found.tzinfo is None:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return found
