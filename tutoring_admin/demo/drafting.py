"""A draft in the middle of the work: one duty not worded yet, one line of the district's own."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.merging import Line
from roles.models import JobDescriptionVersion
from roles.services import drafts
from roles.services.together import text_of
from tutoring_admin.demo.world import World

OWN = Line("Visit each provider's training once before its tutors start at a school.")
SUMMARY = (
    "The provider manager keeps the provider to what was agreed: tutors who are there, trained"
    " and prepared, and figures the district can check."
)


def build(world: World) -> None:
    """The partner in Human Resources has been at the provider manager's draft a moment ago."""
    found = JobDescriptionVersion.objects.filter(district=world.district, status="draft")
    draft = found.filter(job_description__role__key="PROVIDER_MANAGER").first()
    if draft is None:
        return
    *lines, _, closing = text_of(draft).lines
    drafts.save_draft(
        draft,
        fields={"summary": SUMMARY, "funding_ends_on": world.year.ends_on},
        lines=[*lines, OWN, closing],
        seen=draft.edited_at,
        by=world.reach(world.holder("DEPT_HR")),
    )
    found.filter(pk=draft.pk).update(edited_at=timezone.now() - dt.timedelta(minutes=2))
