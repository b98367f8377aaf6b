"""The audit trail: one row for each thing a person did, written in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.utils import timezone

from roles.access import Reach
from roles.models import AuditEvent, District, User

Listener = Callable[[AuditEvent, models.Model], None]
_listeners: dict[str, list[Listener]] = {}
_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def listen(verb: str, heard: Listener) -> None:
    """Have `heard` called with each event of this verb and what it is about, in the transaction of
    the act. For apps above, which owe work because of it; called once, when apps are ready.
    """
    if heard not in _listeners.setdefault(verb, []):
        _listeners[verb].append(heard)


@contextmanager
def told_of(moment: dt.datetime) -> Iterator[None]:
    """What is recorded inside happened then: for the years that demo districts look back on. It is
    news to nobody, so no listener hears of it.
    """
    mark = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(mark)


def record(by: Reach, verb: str, subject: models.Model, **detail: Any) -> AuditEvent:
    """Note that the person behind `by` did `verb` ("job_description.published") to `subject`."""
    return record_for(by.district, by.user, verb, subject, **detail)


def record_for(
    district: District, actor: User | None, verb: str, subject: models.Model, **detail: Any
) -> AuditEvent:
    """The same where no capability was used: accepting an invitation, or the product itself."""
    event = AuditEvent.objects.create(
        district=district,
        at=_moment.get() or timezone.now(),
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject=subject._meta.label_lower,
        subject_pk=str(subject.pk),
        detail=detail,
    )
    if _moment.get() is None:
        for heard in _listeners.get(verb, ()):
            heard(event, subject)
    return event
