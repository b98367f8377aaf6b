"""The test of a source: sign in, look at one page of schools and of people, and keep nothing."""

from __future__ import annotations

from roles.models import OwedStatus, RosterPull
from roles.wall import district_scope
from tutoring_admin.systems.rosters.rest import walk
from tutoring_admin.systems.rosters.rest.client import OneRoster, Page
from tutoring_admin.systems.rosters.rest.trouble import Refused, Trouble

FEW = {"limit": "1", "offset": "0"}
COUNTED = {"orgs": "schools and offices", "users": "people, students left out where it can"}


def test(pull: RosterPull, service: OneRoster) -> bool:
    """Note in words what happened. True, as it is over either way."""
    try:
        words, how = _tried(service), OwedStatus.DONE
    except Trouble as trouble:
        words, how = str(trouble), OwedStatus.FAILED
    with district_scope(pull.district_id):
        if pull.finish(how, error="" if how == OwedStatus.DONE else words):
            RosterPull.objects.filter(pk=pull.pk).update(words=words[:500])
    return True


def _tried(service: OneRoster) -> str:
    service.sign_in()
    found = {name: _first_row(service, name) for name in COUNTED}
    said = [f"{found[name].total:,} {what}" for name, what in COUNTED.items() if found[name].total]
    if not found["orgs"].rows:
        return "It works: the server lets us in. But it has no schools for this client yet."
    listed = f" It speaks of {' and '.join(said)}." if said else ""
    return f"It works: {service.server} lets us in and answers in OneRoster.{listed}"


def _first_row(service: OneRoster, collection: str) -> Page:
    """As a pull would ask, in plainer words where the server does not know these."""
    step: walk.Step | None = walk.Step(version=service.door.version, collection=collection)
    while step is not None:
        try:
            return service.page(collection, {**step.query(), **FEW})
        except Refused as refused:
            plainer = step.plainer() if refused.status not in {401, 403} else None
            if plainer is None:
                raise
            step = plainer
    raise AssertionError("a step without a plainer one raises")
