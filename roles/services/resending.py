"""What a person decides about a letter that did not go out by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import Letter, OwedStatus
from roles.models.letters import SET_ASIDE
from roles.services import audit
from roles.services.refusal import Refused
from roles.tasks import post_letters, ring_once_on_commit

AGAIN = (OwedStatus.FAILED, OwedStatus.EXPIRED, OwedStatus.CANCELLED, OwedStatus.UNSURE)
ASIDE = (OwedStatus.WAITING, OwedStatus.FAILED, OwedStatus.EXPIRED, OwedStatus.UNSURE)


@transaction.atomic
def send_again(letter: Letter, *, by: Reach) -> None:
    """Put it back into the queue as if it were new, under the same Message-ID.

    Raises Refused where it is on its way or was sent.
    """
    now = timezone.now()
    doubled = letter.may_be_doubled or letter.status == OwedStatus.UNSURE
    back = {"status": OwedStatus.WAITING, "not_before": now, "due_at": now, "expires_at": None}
    fresh = {"lease_until": None, "done_at": None, "last_error": "", "workers_lost": 0}
    held = Letter.objects.filter(pk=letter.pk, status=letter.status, status__in=AGAIN)
    if not held.update(**back, **fresh, may_be_doubled=doubled):
        raise Refused("This letter is on its way already.")
    audit.record(by, "letter.sent_again", letter, to=letter.to, about=letter.subject)
    ring_once_on_commit(post_letters)


@transaction.atomic
def set_aside(letter: Letter, *, by: Reach) -> None:
    """Never send it. Raises Refused where it is just being sent or was sent."""
    why = f"{SET_ASIDE} by {by.user}. {letter.last_error}"
    held = Letter.objects.filter(pk=letter.pk, status=letter.status, status__in=ASIDE)
    ended = {"lease_until": None, "done_at": timezone.now(), "last_error": why[:300]}
    if not held.update(status=OwedStatus.CANCELLED, **ended):
        raise Refused("This letter is just being sent, or was sent.")
    audit.record(by, "letter.set_aside", letter, to=letter.to, about=letter.subject)
