"""What the district lead sees of support access."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent, SupportVisit


def open_ones(reach: Reach) -> list[SupportVisit]:
    """Those that ask, and those that look right now, with the pages opened so far. One query."""
    every = SupportVisit.objects.reachable(reach)
    return list(_counted(every.filter(pk__in=_open(every)), reach))


def past(reach: Reach) -> QuerySet[SupportVisit]:
    """All others, the newest first."""
    every = SupportVisit.objects.reachable(reach)
    return _counted(every.exclude(pk__in=_open(every)), reach)


def state(access: Access) -> str:
    """The line of the page "Systems". One query."""
    reach = access.reach(Capability.SYSTEMS_MANAGE)
    found = SupportVisit.objects.reachable(reach)
    if not found.exists():
        return "Nobody asked yet"
    states = [visit.state for visit in found.filter(pk__in=_open(found))]
    if "open" in states:
        return "Someone looks right now"
    return "Someone asks to look" if states else "Nobody looks at present"


def _open(every: QuerySet[SupportVisit]) -> QuerySet[SupportVisit]:
    return (every.asked() | every.in_force()).values("pk")  # type: ignore[attr-defined,no-any-return]


def _counted(visits: QuerySet[SupportVisit], reach: Reach) -> QuerySet[SupportVisit]:
    lines = AuditEvent.objects.reachable(reach).filter(
        verb="support.page_opened",
        subject_pk=Cast(OuterRef("pk"), TextField()),
        at__gte=OuterRef("starts_at"),
        at__lte=OuterRef("ends_at"),
    )
    number = lines.order_by().values("subject_pk").annotate(n=Count("pk")).values("n")
    counted = Coalesce(Subquery(number, output_field=IntegerField()), 0)
    return visits.select_related("operator", "allowed_by", "ended_by").annotate(pages=counted)
