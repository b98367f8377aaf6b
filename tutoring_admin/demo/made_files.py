"""Files that the demo's project manager asked for: two are ready, one could not be made."""

from __future__ import annotations

import datetime as dt
import io

from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils import timezone

from roles import table_files
from roles.access import Access
from roles.models import MadeFile, Membership, OwedStatus
from roles.tables import files
from roles.tables.registry import Asked, find
from tutoring_admin.demo.world import World

# Table, kind of file, filters, hours ago.
READY = (("milestones", "xlsx", "state=open", 3), ("positions", "csv", "", 26))
FAILED = ("audit", "xlsx", "", 50)
WHY = "The server could not set pages or store the file."


def build(world: World) -> None:
    """At the end: a table holds what stands in the demo by then."""
    if world.district.slug == "cedar-falls":
        return
    user = world.holder("PROJECT_MANAGER")
    given = Membership.objects.filter(user=user, district=world.district)
    access = Access.from_memberships(user, world.district, given)
    for table, kind, filters, hours in READY:
        _ready(_asked(access, table, kind, filters, hours), access)
    table, kind, filters, hours = FAILED
    failed = _asked(access, table, kind, filters, hours)
    MadeFile.objects.filter(pk=failed.pk).update(status=OwedStatus.FAILED, last_error=WHY)


def _asked(access: Access, name: str, kind: str, filters: str, hours: int) -> MadeFile:
    """As if it had been asked for some hours ago."""
    table = find(name)
    if table is None:
        raise LookupError(name)
    made = files.ask(table, Asked(access, QueryDict(filters)), kind)
    made.owed_at = timezone.now() - dt.timedelta(hours=hours)
    day = timezone.localdate(made.owed_at, access.district.zone)
    made.name = made.name.replace(str(access.district.today()), str(day))
    made.save(update_fields=["owed_at", "name"])
    return made


def _ready(made: MadeFile, access: Access) -> None:
    """What a worker would have made of it."""
    asked = Asked(access, QueryDict(made.arguments["given"]))
    table, file = find(made.arguments["table"]), io.BytesIO()
    if table is None:
        raise LookupError(made.title)
    columns = table.columns_for(asked)
    with timezone.override(access.district.zone):
        told = files.cells(columns, table.portion(asked, table.rows(asked)))
        rows = table_files.write(
            made.arguments["kind"], file, table.title, files.heads(columns), told
        )
    made.file.save(f"district-{made.district_id}/{made.name}", ContentFile(file.getvalue()))
    made.status, made.done_at = OwedStatus.DONE, made.owed_at + dt.timedelta(seconds=20)
    made.made = made.total = rows
    made.save()
