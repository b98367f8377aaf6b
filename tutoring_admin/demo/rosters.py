"""The demo's roster: one that is applied, and the next one's dry run, which waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from roles.models import RosterImport
from tutoring_admin.demo.world import World
from tutoring_admin.systems.rosters import applying, carrying, staging
from tutoring_admin.systems.rosters.records import (
    Finding,
    Kind,
    LeftOut,
    Org,
    Origin,
    Person,
    Record,
    Remark,
    Role,
    Route,
    Session,
    Source,
    Where,
)

GIVEN = ("Ana", "Ben", "Carla", "Dev", "Elena", "Farid", "Gwen", "Hugo", "Ines", "Jonah", "Kim")
FAMILY = ("Abbott", "Brooks", "Castro", "Dawson", "Evans", "Fuentes", "Grant", "Hayes", "Ibarra")
TEACHERS = 9  # at each school
NOT_YET = ("Willow Creek ES", "Summit Early College")  # schools where no tutoring runs


def build(world: World) -> None:
    """Only in the larger district: the other one shows how the page looks before a roster."""
    if world.district.slug != "maple-valley":
        return
    by = world.reach(world.holder("PROJECT_MANAGER"))
    first = _stage(world, "OneRoster fall.zip", _fall(world))
    applying.ask_to_apply(first, by=by)
    carrying.carry(world.district.pk, first.pk)
    _stage(world, "OneRoster today.zip", _today(world))


def _stage(world: World, name: str, records: Iterator[Record]) -> RosterImport:
    everything = frozenset({Kind.ORG, Kind.SESSION, Kind.PERSON, Kind.ROLE})
    origin = Origin(Source.ONEROSTER, Route.FILE, name, "1.2", everything)
    actor = world.holder("PROJECT_MANAGER")
    roster = staging.stage(origin, records, district=world.district, actor=actor)
    carrying.carry(world.district.pk, roster.pk)
    roster.refresh_from_db()
    return roster


def _fall(world: World) -> Iterator[Record]:
    yield LeftOut("users.csv", "students, guardians, parents and relatives", 6412)
    yield Remark("Not read: classes.csv, demographics.csv, enrollments.csv.")
    yield from _places(world)
    yield from _people(world)


def _today(world: World) -> Iterator[Record]:
    """Somebody married, somebody left, somebody came, and two rows are broken."""
    yield LeftOut("users.csv", "students, guardians, parents and relatives", 6398)
    yield from _places(world)
    for record in _people(world):
        match record:
            case Person(key="t-0-3") | Role(person="t-0-3"):
                continue
            case Person(key="t-1-2"):
                yield Person(record.where, record.key, "Carla", "Dawson-Lee", record.email)
            case Person(key="t-2-4"):
                yield Person(record.where, record.key, "", "", record.email)
            case _:
                yield record
    yield Person(Where("users.csv", 9001), "new-1", "Priya", "Raman", "praman@maple-valley.example")
    yield Role(Where("roles.csv", 9001), "new-1", "s-0", "teacher", "r-new-1", "primary")
    where = Where("roles.csv", 9002)
    yield Finding(where, "role", "a role that OneRoster knows", "Dean", kind=Kind.ROLE)


def _places(world: World) -> Iterator[Record]:
    yield Org(Where("orgs.csv", 2), "d-1", world.district.name, "district", "4812345")
    names = [*sorted(world.schools), *NOT_YET]
    for at, name in enumerate(names):
        number = f"4812345{at + 101:05}"
        yield Org(Where("orgs.csv", at + 3), f"s-{at}", name, "school", number, "d-1")
    year = world.year
    yield Session(
        Where("academicSessions.csv", 2), "y-1", year.label, "schoolYear",
        year.starts_on.isoformat(), year.ends_on.isoformat(), str(year.ends_on.year),
    )  # fmt: skip


def _people(world: World) -> Iterator[Record]:
    """Teachers with made-up names, and those who lead here, with their own addresses."""
    row = 1
    for at in range(len(world.schools) + len(NOT_YET)):
        for n in range(TEACHERS):
            row += 1
            given, family = GIVEN[(at * 7 + n) % len(GIVEN)], FAMILY[(at * 5 + n) % len(FAMILY)]
            key, email = f"t-{at}-{n}", f"{family}{at}{n}@maple-valley.example".lower()
            yield from _person(row, key, given, family, email, f"s-{at}", "teacher")
    seen = set()
    for position_pk, user in world.holders.items():
        if user.pk in seen:
            continue
        seen.add(user.pk)
        row += 1
        org, role = _place_of(world, position_pk)
        yield from _person(
            row, f"e-{user.pk}", user.first_name, user.last_name, user.email, org, role
        )


def _place_of(world: World, position_pk: int) -> tuple[str, str]:
    """The org of a position, and what a roster calls whoever holds it."""
    names = sorted(world.schools)
    key, school, _ = next(key for key, each in world.positions.items() if each.pk == position_pk)
    if school is None:
        return "d-1", "districtAdministrator" if "LEAD" in key else "aide"
    return f"s-{names.index(school)}", "principal" if "PRINCIPAL" in key else "aide"


def _person(
    row: int, key: str, given: str, family: str, email: str, org: str, role: str
) -> Iterator[Record]:
    yield Person(Where("users.csv", row), key, given, family, email, main_org=org)
    yield Role(Where("roles.csv", row), key, org, role, f"r-{key}", "primary")
