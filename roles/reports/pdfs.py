"""How the PDF of a version stands, in words that a reader waits by."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.models import OwedStatus
from roles.models.files import OwedFile

PATIENCE = dt.timedelta(seconds=20)


def pdf_state(rendering: OwedFile | None) -> str:
    """One of: none, queued, late (nobody took it up yet), delayed (is tried again at a time that
    is known), rendering, ready, failed.
    """
    if rendering is None:
        return "none"
    if rendering.status != OwedStatus.WAITING:
        ended = {OwedStatus.RUNNING: "rendering", OwedStatus.DONE: "ready"}
        return ended.get(OwedStatus(rendering.status), "failed")
    now = timezone.now()
    if rendering.not_before > now and rendering.tries:
        return "delayed"
    return "late" if now - rendering.not_before > PATIENCE else "queued"
