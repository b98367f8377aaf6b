"""District leads hear of an endpoint that was switched off because it does not answer."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import District, User, WebhookEndpoint
from roles.notices import Line, News, number
from roles.services import notices


class Off(News):
    """ "webhook_off:<the endpoint>", for as long as it is off and nobody decided so."""

    kind = "webhook_off"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """1 query."""
        found = WebhookEndpoint.objects.filter(
            district=district, pk__in=map(number, subjects), is_on=False
        ).exclude(why_off=WebhookEndpoint.Off.LEAD)
        return {f"{self.kind}:{row.pk}": _line(district, row) for row in found}


def tell_leads(endpoint: WebhookEndpoint) -> None:
    """One notice for each district lead; one more each time it is switched off."""
    leads = User.objects.filter(
        memberships__district=endpoint.district_id,
        memberships__level=AccessLevel.DISTRICT_LEAD,
        is_active=True,
    )
    for lead in leads:
        notices.tell(
            endpoint.district,
            lead,
            Off.kind,
            f"{Off.kind}:{endpoint.pk}",
            again=timezone.now().isoformat(timespec="minutes"),
        )


def _line(district: District, endpoint: WebhookEndpoint) -> Line:
    return Line(
        verb="Look at",
        title=f"the webhook {endpoint.name}, which was switched off",
        path=reverse("systems:webhook", args=[district.slug, endpoint.pk]),
        words="It did not take a message for days. Messages since then wait to be sent again.",
        why="you lead the program in this district",
    )
