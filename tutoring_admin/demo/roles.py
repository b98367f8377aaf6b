"""The demo's ground floor: places, positions, who sits in them, and their job descriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from roles.capabilities import AccessLevel
from roles.models import (
    Assignment,
    Closure,
    District,
    LeadershipRole,
    Membership,
    Position,
    School,
    SchoolYear,
    User,
)
from roles.schooltime import year_label
from roles.services import library
from tutoring_admin.demo import content
from tutoring_admin.demo.people import DISTRICTS, DemoPerson, people
from tutoring_admin.demo.world import World, closures_between, school_year_around, year_span

Seat = tuple[str, str | None, int]
AT_EVERY_SCHOOL = ("PRINCIPAL", "SITE_LEAD")


def found(slug: str, password_hash: str) -> World:
    """Make a demo district with its calendar, schools, positions, people and access levels."""
    small = slug == "cedar-falls"
    district = District.objects.create(
        slug=slug,
        name=DISTRICTS[slug][0],
        time_zone="America/Chicago" if small else "America/New_York",
        approach="build_own" if small else "partner_provider",
    )
    world = calendar(district)
    library.adopt(district)
    names = content.CEDAR_SCHOOLS if small else content.MAPLE_SCHOOLS
    School.objects.bulk_create([School(district=district, name=name) for name in names])
    world.schools = {school.name: school for school in School.objects.filter(district=district)}
    open_positions(world, list(_seats(small=small)))
    _users(world, password_hash)
    _fill(world, small=small)
    return world


def calendar(district: District) -> World:
    """Start a world: the school year in progress, with its breaks."""
    today = district.today()
    first, last = school_year_around(today)
    starts_on, ends_on = year_span(first)
    year = SchoolYear.objects.create(
        district=district,
        label=year_label(starts_on.year),
        starts_on=starts_on,
        ends_on=ends_on,
        first_student_day=first,
        last_student_day=last,
    )
    closures = Closure.objects.bulk_create(
        Closure(district=district, school_year=year, label=label, first_day=a, last_day=z)
        for label, a, z in closures_between(first, last)
    )
    return World(district=district, year=year, today=today, closures=closures)


def _seats(*, small: bool) -> Iterator[Seat]:
    """Every position of the district, as (role key, school name or None, seat number)."""
    central = content.CEDAR_SEATS if small else content.MAPLE_SEATS
    for key, number in central.items():
        for seat in range(1, number + 1):
            yield key, None, seat
    for school in content.CEDAR_SCHOOLS if small else content.MAPLE_SCHOOLS:
        for key in AT_EVERY_SCHOOL:
            yield key, school, 1
    for school in content.CEDAR_SCHOOLS[:1] if small else content.MAPLE_COACHED:
        yield "TUTOR_COACH", school, 1
    for school in () if small else content.MAPLE_LIAISONS:
        yield "TEACHER_LIAISON", school, 1
    departments = ("DEPT_HR", "DEPT_TECH") if small else tuple(department_keys())
    for key in departments:
        yield key, None, 1


def department_keys() -> Iterator[str]:
    """The roles that speak for a partner department, in the library's order."""
    for role in library.content()["roles"]:
        if role["level"] == "department":
            yield role["key"]


def open_positions(world: World, seats: list[Seat]) -> None:
    """Make the positions of `seats`; schools and roles must be there."""
    roles = {r.key: r for r in LeadershipRole.objects.filter(district=world.district)}
    departments = library.adopt_departments(world.district)
    made = Position.objects.bulk_create(
        Position(
            district=world.district,
            role=roles[key],
            school=world.schools.get(school or ""),
            department=departments.get(key),
            seat=seat,
            opened_on=_program_start(world),
        )
        for key, school, seat in seats
    )
    world.positions = dict(zip(seats, made, strict=True))


def _program_start(world: World) -> dt.date:
    if world.district.slug == "cedar-falls":
        return world.today - dt.timedelta(days=20)
    return world.year.starts_on


def _users(world: World, password_hash: str) -> None:
    """Those who can sign in, and as many more leaders as the positions need."""
    named = [p for p in people() if p.district_slug == world.district.slug]
    rows = [
        User(
            email=p.email,
            first_name=p.first_name,
            last_name=p.last_name,
            password=password_hash,
        )
        for p in named
    ]
    start = 0 if world.district.slug == "maple-valley" else 34
    for n, name in enumerate(content.LEADERS[start:]):
        first, last = name.split(" ", 1)
        mail = f"{first}.{last.split('-')[0]}".lower().replace("'", "").replace(" ", "")
        rows.append(
            User(
                email=f"{mail}{n}@{world.district.slug}.example",
                first_name=first,
                last_name=last,
                password="!",  # noqa: S106 -- a password nobody can type
            )
        )
    world.users = {user.email: user for user in User.objects.bulk_create(rows)}


def _fill(world: World, *, small: bool) -> None:
    here = [p for p in people() if p.district_slug == world.district.slug]
    named = {seat: p for p in here for seat in (_seat_of(p), *p.also)}
    spare = iter([u for u in world.users.values() if u.password == "!"])  # noqa: S105 -- as above
    vacant = set() if small else content.MAPLE_VACANT
    interim = set() if small else content.MAPLE_INTERIM
    assignments, memberships = [], []
    for (key, school, seat), position in world.positions.items():
        if (key, school) in vacant:
            continue
        person = named.get((key, school)) if seat == 1 else None
        if person is None or person.also:
            other = next(spare)  # passed over for who has two seats, so that all others keep theirs
        holder = world.users[person.email] if person else other
        assignment, membership = take_up(world, position, holder, interim=(key, school) in interim)
        assignments.append(assignment)
        memberships.append(membership)
    auditor = next(p for p in people() if p.email.startswith(f"auditor@{world.district.slug}"))
    memberships.append(_membership(world, world.users[auditor.email], auditor.level, None))
    Assignment.objects.bulk_create(assignments)
    Membership.objects.bulk_create(memberships)
    _drop_idle(world)


def take_up(
    world: World, position: Position, holder: User, *, interim: bool = False
) -> tuple[Assignment, Membership]:
    """Put a person into a position with the access level that fits; rows to be inserted."""
    world.holders[position.pk] = holder
    assignment = Assignment(
        district=world.district,
        position=position,
        holder=holder,
        starts_on=_program_start(world),
        interim=interim,
    )
    return assignment, _membership(world, holder, _level(position), position.school)


def _seat_of(person: DemoPerson) -> tuple[str | None, str | None]:
    return person.role_key, person.school


def _membership(world: World, user: User, level: AccessLevel, school: School | None) -> Membership:
    return Membership(district=world.district, user=user, level=level, school=school)


def _level(position: Position) -> AccessLevel:
    """The access level that fits a leadership role in the demo."""
    key = position.role.key
    if key in ("PROGRAM_LEAD", "PROJECT_MANAGER"):
        return AccessLevel.DISTRICT_LEAD
    return {
        "executive": AccessLevel.EXECUTIVE,
        "administrative": AccessLevel.ADMINISTRATIVE_LEADER,
        "site": AccessLevel.SITE_LEADER,
        "coaching": AccessLevel.COACH if position.school else AccessLevel.ADMINISTRATIVE_LEADER,
        "department": AccessLevel.DEPARTMENT_PARTNER,
    }[position.role.level]


def _drop_idle(world: World) -> None:
    """Leaders on the list whom no position needed."""
    used = {user.pk for user in world.holders.values()}
    idle = [u.pk for u in world.users.values() if u.password == "!" and u.pk not in used]  # noqa: S105 -- as above
    User.objects.filter(pk__in=idle).delete()
