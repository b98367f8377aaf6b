"""Closed minutes as a PDF: owed, made, and once more where it failed."""

from __future__ import annotations

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from roadmap.meeting_story import story_of
from roadmap.models import Meeting, MinutesFile
from roadmap.tasks import make_minutes
from roles.letterhead import logo_data_uri
from roles.services import renderings
from roles.tasks import ring_on_commit
from roles.wall import district_scope


def owe_file(meeting: Meeting) -> MinutesFile:
    """Owe the PDF of closed minutes: one for each time they were closed."""
    assert meeting.held_at is not None  # noqa: S101 -- a constraint of the table
    owed, created = MinutesFile.objects.get_or_create(
        district_id=meeting.district_id,
        key=f"minutes:{meeting.pk}:{meeting.held_at:%Y%m%d%H%M%S%f}",
        defaults={"meeting": meeting},
    )
    if created:
        ring_on_commit(make_minutes, owed.district_id, owed.pk)
    return owed


@transaction.atomic
def owe_again(owed: MinutesFile) -> bool:
    """Put a PDF that failed back into the queue. True if it had failed."""
    if not owed.again():
        return False
    ring_on_commit(make_minutes, owed.district_id, owed.pk)
    return True


def make(district_pk: int, file_pk: int) -> bool:
    """Make one owed PDF. True if this call made it.

    Reads in a transaction, sets the pages outside of any, files the result in another.
    """
    with district_scope(district_pk):
        owed: MinutesFile | None = MinutesFile.objects.claim(file_pk)
        html = page_of(owed.meeting) if owed else ""
    if owed is None:
        return False
    stored: renderings.Filed | None = None
    with renderings.excused(owed):
        stored = renderings.filed(district_pk, html, "minutes")
    with district_scope(district_pk):
        if stored is None or not owed.finish(error=stored.note):
            return False
        MinutesFile.objects.filter(pk=owed.pk).update(file=stored.name, made=1)
    return True


def page_of(meeting: Meeting) -> str:
    """The minutes as the HTML of a printed page."""
    with timezone.override(meeting.district.zone):
        context = {
            "meeting": meeting,
            "series": meeting.series,
            "district": meeting.district,
            "logo": logo_data_uri(meeting.district),
            "story": story_of(meeting),
        }
        return render_to_string("print/roadmap/minutes.html", context)
