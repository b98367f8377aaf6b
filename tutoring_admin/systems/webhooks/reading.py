"""What the pages of webhooks show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import OwedStatus, WebhookDelivery, WebhookEndpoint, WebhookKind
from roles.models.owed import UNFINISHED
from roles.models.webhooks import EXAMPLE, DeliveryQuerySet

LOST = (OwedStatus.FAILED, OwedStatus.CANCELLED)


@dataclass(frozen=True)
class Row:
    """One endpoint, what it is told, and how the last thirty days went."""

    endpoint: WebhookEndpoint
    kinds: list[str]


def rows(reach: Reach) -> list[Row]:
    """One query."""
    found = WebhookEndpoint.objects.reachable(reach).annotate(
        taken=Count("deliveries", filter=Q(deliveries__status=OwedStatus.DONE)),
        waiting=Count("deliveries", filter=Q(deliveries__status__in=UNFINISHED)),
        lost=Count("deliveries", filter=Q(deliveries__status__in=LOST)),
        last=Max("deliveries__tried_at"),
    )
    return [Row(endpoint, kinds_of(endpoint)) for endpoint in found]


def kinds_of(endpoint: WebhookEndpoint) -> list[str]:
    """In the order in which they are offered."""
    return [str(label) for kind, label in WebhookKind.choices if kind in endpoint.kinds]


def log(reach: Reach, endpoint: WebhookEndpoint, *, only: str = "") -> DeliveryQuerySet:
    """The newest first; `only` "lost" for what was not taken, "waiting" for what goes out yet."""
    found = WebhookDelivery.objects.reachable(reach).filter(endpoint=endpoint).defer("body")
    if only == "lost":
        return found.filter(status__in=LOST)
    if only == "waiting":
        return found.filter(status__in=UNFINISHED)
    return found


def lost(endpoint: WebhookEndpoint) -> int:
    """How many messages were not taken and can be sent again."""
    mine = endpoint.deliveries.filter(status__in=LOST)
    return int(mine.exclude(kind=EXAMPLE).count())


def both_secrets(endpoint: WebhookEndpoint) -> bool:
    """Whether the former secret still signs beside the new one."""
    return bool(endpoint.former_until and endpoint.former_until > timezone.now())


def state(access: Access) -> str:
    """The line of the page "Systems". One query."""
    found = list(
        WebhookEndpoint.objects.reachable(access.reach(Capability.SYSTEMS_MANAGE)).values_list(
            "is_on", "why_off", "failing_since"
        )
    )
    if not found:
        return "No endpoint yet"
    parts = [f"{len(found)} endpoint{'s' if len(found) > 1 else ''}"]
    failing = sum(1 for on, _, since in found if on and since)
    off = sum(1 for on, _, _ in found if not on)
    if failing:
        parts.append(f"{failing} failing at present")
    if off:
        parts.append(f"{off} switched off")
    return ", ".join(parts)
