"""The demo's webhooks and support: an endpoint with its log, switched off, and a visit, over.

Only in the district that has run for months. The address is nobody's, so that nothing leaves the
machine: the log was written here.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roadmap.models import Milestone
from roles.models import (
    AuditEvent,
    OwedStatus,
    SupportVisit,
    User,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookKind,
)
from roles.sealing import seal
from roles.services.audit import record_for, told_of
from tutoring_admin.demo.world import World
from tutoring_admin.systems.webhooks import messages

K = WebhookKind
TOLD = [K.JOB_DESCRIPTION_PUBLISHED, K.MILESTONE_DONE, K.WINDOW_CLOSED, K.ROUND_CLOSED]
FAILED, DONE, ASIDE = OwedStatus.FAILED, OwedStatus.DONE, OwedStatus.CANCELLED
# Days ago, how it ended, tries, code, answer, milliseconds.
Sent = tuple[int, OwedStatus, int, int | None, str, int]
LOG: tuple[Sent, ...] = (
    (24, DONE, 1, 202, '{"queued": true}', 184),
    (19, DONE, 3, 202, '{"queued": true}', 211),
    (15, DONE, 1, 202, '{"queued": true}', 176),
    (10, FAILED, 10, 503, "Warehouse is being moved. Back on Monday.", 95),
    (9, FAILED, 10, None, "", 10_000),
    (4, ASIDE, 0, None, "", 0),
    (2, ASIDE, 0, None, "", 0),
)
REASON = "The PDF of the board packet stays queued for an hour. I want to see what its page says."
OPENED = ("", "packets/", "packets/1/", "roles/files/")


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    lead = User.objects.get(email__startswith="pm@", memberships__district=world.district)
    _endpoint(world, lead)
    _visit(world, lead)


def _endpoint(world: World, lead: User) -> None:
    now, district = timezone.now(), world.district
    endpoint = WebhookEndpoint.objects.create(
        district=district,
        name="Data warehouse",
        url="https://hooks.warehouse.example/tutoring",
        kinds=TOLD,
        secret=seal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        is_on=False,
        why_off=WebhookEndpoint.Off.FAILING,
        failing_since=now - dt.timedelta(days=10),
        off_at=now - dt.timedelta(days=5),
        made_by=lead,
        made_at=now - dt.timedelta(days=40),
    )
    milestones = Milestone.objects.filter(district=district, state="done").order_by("-done_at")
    for sent, milestone in zip(LOG, milestones, strict=False):
        _message(endpoint, milestone, now, sent)
    with told_of(now - dt.timedelta(days=40)):
        record_for(district, lead, "webhook.added", endpoint, name=endpoint.name, url=endpoint.url)
    with told_of(now - dt.timedelta(days=5)):
        why = endpoint.get_why_off_display()
        record_for(district, None, "webhook.given_up", endpoint, name=endpoint.name, why=why)


def _message(endpoint: WebhookEndpoint, milestone: Milestone, now: dt.datetime, sent: Sent) -> None:
    ago, status, tries, code, answer, took = sent
    at = now - dt.timedelta(days=ago, minutes=ago * 7)
    event = AuditEvent(district=endpoint.district, verb="roadmap.milestone_done", at=at)
    errors = {FAILED: f"It answered {code}." if code else "No answer within 10 seconds."}
    WebhookDelivery.objects.create(
        district=endpoint.district,
        endpoint=endpoint,
        key=f"demo:{milestone.pk}",
        kind=K.MILESTONE_DONE,
        body=messages.message(event, milestone),
        status=status,
        tries=tries,
        owed_at=at,
        tried_at=at + dt.timedelta(seconds=2) if tries else None,
        done_at=at + dt.timedelta(seconds=3),
        took_ms=took or None,
        answer_code=code,
        answer=answer,
        last_error=errors.get(status, "The endpoint is switched off." if status == ASIDE else ""),
    )


def _visit(world: World, lead: User) -> None:
    now, district = timezone.now(), world.district
    operator, _ = User.objects.get_or_create(
        email="support@hosting.example",
        defaults={"first_name": "Robin", "last_name": "Achebe", "is_staff": True},
    )
    began = now - dt.timedelta(days=6, hours=3)
    visit = SupportVisit.objects.create(
        district=district,
        operator=operator,
        reason=REASON,
        minutes=30,
        asked_at=began - dt.timedelta(minutes=14),
        allowed_by=lead,
        starts_at=began,
        ends_at=began + dt.timedelta(minutes=30),
        ended_by=lead,
        ended_at=began + dt.timedelta(minutes=18),
    )
    who = str(operator)
    with told_of(visit.asked_at):
        record_for(district, operator, "support.asked", visit, reason=REASON, minutes=30)
    with told_of(began):
        record_for(district, lead, "support.allowed", visit, person=who, minutes=30)
    for minutes, page in enumerate(OPENED, start=1):
        with told_of(began + dt.timedelta(minutes=minutes * 2)):
            address = f"/d/{district.slug}/{page}"
            record_for(district, operator, "support.page_opened", visit, page=address)
    with told_of(began + dt.timedelta(minutes=18)):
        record_for(district, lead, "support.ended", visit, person=who)
