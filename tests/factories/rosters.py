"""Rows of rosters, arranged by the owner of the tables."""

import factory

from roles.models import OwedStatus, RosterEntry, RosterImport
from tests.factories.roles import InDistrict


class RosterImportFactory(InDistrict):
    """A dry run that is ready; `applied=True` for one that is in force."""

    class Meta:
        model = RosterImport

    key = factory.Sequence(lambda n: f"roster:{n}")
    source = "oneroster"
    route = "file"
    version = "1.1"
    name = "roster.zip"
    task = "compare"
    status = OwedStatus.DONE
    summary = {"person": {"added": 1}}


class RosterEntryFactory(InDistrict):
    class Meta:
        model = RosterEntry

    kind = "person"
    source = "oneroster"
    key = factory.Sequence(lambda n: f"u{n}")
    label = "Delgado, Rosa"
    said = {"given_name": "Rosa", "family_name": "Delgado"}
