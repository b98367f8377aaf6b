"""The demo's papers: a logo, and ZIPs that were asked for and went this way and that."""

from __future__ import annotations

import datetime as dt
import io

from django.utils import timezone

from roles import letterhead
from roles.models import Archive, JobDescriptionVersion, OwedStatus, User
from tutoring_admin.demo.world import World

PINE, OCHRE, PAPER = "#12504a", "#a87b0c", "#ffffff"


def build(world: World) -> None:
    """The small district has no logo and has asked for nothing yet."""
    if world.district.slug == "cedar-falls":
        return
    world.district.logo.name = letterhead.store(world.district, drawn_logo())
    world.district.save(update_fields=["logo"])
    yesterday = timezone.now() - dt.timedelta(days=1)
    # a worker makes this one, with the PDFs it lacks, as soon as one runs
    _asked(world, world.holder("PROJECT_MANAGER"), OwedStatus.WAITING, timezone.now())
    failed = _asked(world, world.holder("EXEC_CHAMPION"), OwedStatus.FAILED, yesterday)
    failed.last_error = "OSError: No space left on device"
    failed.save(update_fields=["last_error"])
    _asked(world, world.holder("INSTR_SUPERVISOR"), OwedStatus.CANCELLED, yesterday)


def _asked(world: World, who: User, status: OwedStatus, at: dt.datetime) -> Archive:
    return Archive.objects.create(
        district=world.district,
        asked_by=who,
        key=f"archive:{who.pk}:0",
        status=status,
        total=JobDescriptionVersion.objects.filter(district=world.district).published().count(),
        owed_at=at,
        done_at=None if status == OwedStatus.WAITING else at,
    )


def drawn_logo() -> bytes:
    """A board with hills and a sun: ours, and no school's."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- only where a demo is made

    fine = Image.new("RGB", (1200, 480), PAPER)
    draw = ImageDraw.Draw(fine)
    draw.rounded_rectangle((0, 0, 1199, 479), 60, fill=PINE)
    draw.ellipse((780, 70, 980, 270), fill=OCHRE)
    draw.polygon([(60, 420), (360, 130), (660, 420)], fill=PAPER)
    draw.polygon([(480, 420), (720, 220), (1140, 420)], fill="#d9e8e1")
    out = io.BytesIO()
    fine.resize((600, 240), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
