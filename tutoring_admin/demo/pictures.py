"""The one photo of the demo: a session log on paper, drawn, without a name on it."""

from __future__ import annotations

import uuid
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from checklists.models import ItemEvidence, RaterKind
from tutoring_admin.demo.season import Season

SHOWS = ("SITE_LEAD", "Cedar Hill ES"), "FC_SITE-1"
WIDTH, HEIGHT, WEEKS, DAYS = 900, 640, 4, 5
PAPER, INK, LINE = "#f7f4ec", "#1f4b6b", "#b9b2a2"


def show(season: Season) -> None:
    """Put it beside the site lead's rating in the last closed window, before that is locked."""
    place, key = SHOWS
    form = season.form(season.windows[-2], season.world.at(*place), RaterKind.SELF)
    if form is None:
        return
    rating = season.given[form.pk][key]
    picture = session_log()
    name = default_storage.save(f"evidence/{uuid.uuid4().hex}.jpg", ContentFile(picture))
    ItemEvidence.objects.create(
        district=season.world.district,
        checklist=form,
        item=rating.item,
        file=name,
        name="Session log.jpg",
        content_type="image/jpeg",
        size=len(picture),
        added_at=rating.saved_at,
    )


def session_log() -> bytes:
    """A JPEG of four weeks with a mark for each day on which sessions took place."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((60, 40), "Tutoring sessions, room 12", fill=INK, font_size=34)
    for week in range(WEEKS):
        top = 130 + week * 120
        pen.text((60, top + 35), f"Week {week + 1}", fill=INK, font_size=26)
        for day in range(DAYS):
            left = 220 + day * 125
            pen.rectangle((left, top, left + 100, top + 100), outline=LINE, width=3)
            if (week, day) != (2, 3):
                pen.line(
                    [(left + 25, top + 55), (left + 45, top + 78), (left + 78, top + 24)],
                    fill=INK,
                    width=7,
                )
    kept = BytesIO()
    sheet.save(kept, "JPEG", quality=80)
    return kept.getvalue()
