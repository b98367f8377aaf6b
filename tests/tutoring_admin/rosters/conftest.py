import pytest

from roles.models import RosterEntry, RosterImport
from roles.wall import district_scope
from tests.factories.roles import DistrictFactory
from tests.reach import reach
from tests.tutoring_admin.rosters import corpus
from tutoring_admin.systems.rosters import applying, carrying, oneroster, staging


class Desk:
    """Reads rosters for one district as a page and a worker would."""

    def __init__(self, district):
        self.district = district
        self.by = reach(district)

    def read(self, files, **how):
        """The import of a set of files, compared."""
        known = RosterEntry.objects.filter(district=self.district, kind="person")
        keys = set(known.values_list("key", flat=True))
        opened = oneroster.Zip(corpus.zipped(files, **how), "roster.zip", keys)
        return self.take(opened.origin(), opened.records())

    def take(self, origin, records):
        with district_scope(self.district):
            roster = staging.stage(origin, records, district=self.district, actor=self.by.user)
        carrying.carry(self.district.pk, roster.pk)
        roster.refresh_from_db()
        return roster

    def apply(self, roster, **how):
        with district_scope(self.district):
            applying.ask_to_apply(roster, by=self.by, **how)
        carrying.carry(self.district.pk, roster.pk)
        roster.refresh_from_db()
        return roster

    def undo(self, roster):
        with district_scope(self.district):
            applying.ask_to_undo(roster, by=self.by)
        carrying.carry(self.district.pk, roster.pk)
        roster.refresh_from_db()
        return roster

    def brought(self, files):
        return self.apply(self.read(files))

    def people(self, **which):
        rows = RosterEntry.objects.filter(district=self.district, kind="person", **which)
        return set(rows.values_list("label", flat=True))

    def entry(self, key, kind="person"):
        return RosterEntry.objects.get(district=self.district, kind=kind, key=key)

    def findings(self, roster):
        return list(roster.findings.values_list("file", "row", "column", "got", "taken"))


@pytest.fixture
def desk(db):
    return Desk(DistrictFactory())


@pytest.fixture
def state(db):
    """Everything of a district's roster that a person can see, to hold before and after."""

    def look(district):
        rows = RosterEntry.objects.filter(district=district).order_by("kind", "key")
        return list(
            rows.values_list(
                "kind", "key", "said", "ours", "label", "email", "about_key", "place_key",
                "ended_on",
            )
        )  # fmt: skip

    return look


@pytest.fixture
def imports(db):
    return RosterImport.objects
