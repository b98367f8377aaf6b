"""What a webhook says: that something happened, to what, and where to read more.

Messages are thin. Ids, titles and addresses; never a rating, never the name of a person on the
staff. Whoever may know more asks the API, whose token says how much.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from roles.models import AuditEvent, District, WebhookKind
from roles.models.webhooks import EXAMPLE

Data = dict[str, Any]
K = WebhookKind


def _job_description(version: Any) -> Data:
    return {
        "id": version.pk,
        "job_description_id": version.job_description_id,
        "version": version.number,
        "title": version.title,
        "url": ("roles:version", version.pk),
        "api_url": "api-job-descriptions-detail",
    }


def _packet(packet: Any) -> Data:
    return {"id": packet.pk, "title": packet.title, "url": ("packets:detail", packet.pk)}


def _standards(made: Any) -> Data:
    return {
        "id": made.pk,
        "version": made.number,
        "title": made.name,
        "url": ("selfassessment:standards-set", made.pk),
    }


def _checklist(form: Any) -> Data:
    return {
        "id": form.pk,
        "title": f"Checklist of {form.window.label}",
        "window_id": form.window_id,
        "school_id": form.school_id,
        "url": ("checklists:result", form.pk),
    }


def _milestone(milestone: Any) -> Data:
    return {
        "id": milestone.pk,
        "title": milestone.title,
        "url": ("roadmap:detail", milestone.pk),
        "api_url": "api-milestones-detail",
    }


def _window(window: Any) -> Data:
    return {
        "id": window.pk,
        "title": window.label,
        "url": ("checklists:window-detail", window.pk),
        "api_url": "api-windows-detail",
    }


def _round(round_: Any) -> Data:
    return {"id": round_.pk, "title": round_.label, "url": ("selfassessment:round", round_.pk)}


HEARD: dict[str, tuple[WebhookKind, Callable[[Any], Data]]] = {
    "job_description.published": (K.JOB_DESCRIPTION_PUBLISHED, _job_description),
    "packet.published": (K.PACKET_PUBLISHED, _packet),
    "standards.imported": (K.STANDARDS_PUBLISHED, _standards),
    "checklist.submitted": (K.CHECKLIST_SUBMITTED, _checklist),
    "roadmap.milestone_done": (K.MILESTONE_DONE, _milestone),
    "checklist_window.closed": (K.WINDOW_CLOSED, _window),
    "assessment.round_closed": (K.ROUND_CLOSED, _round),
}
"""By the verb of the audit trail: the kind of message, and what it says of the thing."""


def message(event: AuditEvent, subject: models.Model) -> str:
    """The body for an event of `HEARD`: JSON, the same bytes at every try and for each endpoint."""
    kind, of = HEARD[event.verb]
    return _body(event.district, kind, event.at, of(subject))


def example(district: District, at: dt.datetime) -> str:
    """A message that only tries an endpoint out."""
    data = {"id": 0, "title": "An example: nothing happened", "url": ("systems:index", None)}
    return _body(district, EXAMPLE, at, data)


def _body(district: District, kind: str, at: dt.datetime, data: Data) -> str:
    view, pk = data["url"]
    arguments = {"district": district.slug} | ({"pk": pk} if pk else {})
    told = {
        **data,
        "url": _here(reverse(view, kwargs=arguments)),
        "district": {"id": district.slug, "title": district.name},
    }
    if record := data.get("api_url"):
        told["api_url"] = _here(reverse(record, args=[data["id"]]))
    moment = at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = {"type": str(kind), "timestamp": moment, "data": told}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _here(path: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + path
