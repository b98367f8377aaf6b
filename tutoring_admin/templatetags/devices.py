"""What the list of sessions says of the device of each."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django import template

from tutoring_admin.shared_devices import SessionStore, is_shared

register = template.Library()


@register.filter
def is_shared_device(session: UserSession) -> bool:
    """Whether it ends by itself. One query: the session says it, not the row about it."""
    return is_shared(SessionStore(session.session_key))
