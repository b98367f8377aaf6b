"""Which records are no more: what a copy elsewhere has to drop."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from pydantic import AwareDatetime, Field

from roles.access import Reach
from roles.models import Trace
from tutoring_admin.api.paging import Asked, Shown


class Deletion(Shown):
    """A record that was deleted."""

    resource: str = Field(description="What kind of record it was: the name in its address.")
    record_id: int = Field(description="The id it had. No other record gets it.")
    deleted_at: AwareDatetime = Field(description="When.")


def deletions(reach: Reach, kinds: Iterable[str], asked: Asked) -> QuerySet:
    """Traces of what is gone, of these kinds, and did not come back (as an import undone may)."""
    traces = Trace.objects.reachable(reach).filter(kind__in=list(kinds))
    later = Trace.objects.reachable(reach).filter(
        kind=OuterRef("kind"), row_pk=OuterRef("row_pk"), pk__gt=OuterRef("pk")
    )
    found = traces.filter(~Exists(later), gone=True, pk__gt=asked.after)
    if asked.since is not None:
        found = found.filter(at__gte=asked.since)
    return found.order_by("pk")


def shown(trace: Trace) -> Deletion:
    return Deletion(resource=trace.kind, record_id=trace.row_pk, deleted_at=trace.at)
