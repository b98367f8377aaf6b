"""A large district for measuring: the demo's own builders, with many more schools."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from roadmap.models import Milestone
from roles.models import Assignment, District, Membership, School, User
from roles.services import library
from selfassessment.services.agreeing import rate
from selfassessment.services.rounds import open_round
from tutoring_admin.demo import checklists, content, jobs, reviews, roadmap, roles, selfassessment
from tutoring_admin.demo.roles import Seat
from tutoring_admin.demo.world import ONE_DAY, World

SIGN_IN = {"pm": "PROJECT_MANAGER", "champion": "EXEC_CHAMPION"}
NOBODY = "!"  # a password nobody can type
AT_EACH_SCHOOL = (
    ("PRINCIPAL", 1),
    ("SITE_LEAD", 1),
    ("TEACHER_LIAISON", 1),
    ("TUTOR_COACH", 2),
)
SCHOOLS_OF_A_SUPERVISOR = 10
A_SEAT_IN = 30  # one school seat in so many is vacant
BATCH = 2_000
KINDS = ("ES", "MS", "K-8", "HS", "Academy")
SIDES = ("North", "South", "East", "West", "Upper", "Lower", "Old", "New", "Great", "Little")
PLACES = (
    "Alder", "Birch", "Brookside", "Canyon", "Clearwater", "Cottonwood", "Eagle Rock", "Elm Grove",
    "Fairview", "Foxhill", "Granite", "Hawthorn", "Juniper", "Kingfisher", "Lakeside", "Larkspur",
    "Meadow", "Mill Pond", "Orchard", "Pinecrest", "Quarry", "Redwood", "Stonebridge", "Sycamore",
)  # fmt: skip
MOST_SCHOOLS = len(KINDS) * len(SIDES) * len(PLACES)


def fitting_windows(world: World) -> int:
    """How many monthly windows lie between the first student day and today."""
    closed, room = 0, (world.year.first_student_day - world.today).days
    while checklists.closed_plan(closed + 1).closes >= room:
        closed += 1
    return closed + 1


def found(slug: str, schools: int, password_hash: str = NOBODY) -> World:
    """Make the district with its calendar, schools, positions and holders.

    Only the project manager and the champion get `password_hash`.
    """
    district = District.objects.create(slug=slug, name=f"{slug.capitalize()} School District")
    world = roles.calendar(district)
    library.adopt(district)
    School.objects.bulk_create(School(district=district, name=name) for name in _names(schools))
    world.schools = {school.name: school for school in School.objects.filter(district=district)}
    roles.open_positions(world, list(_seats(world)))
    _seat_people(world, password_hash)
    return world


def fill(world: World, windows: int) -> None:
    """Put a school year into the district; `windows` are closed but the last, which is open."""
    jobs.build(world)
    reviews.build(world)
    earlier = [checklists.closed_plan(months) for months in range(windows - 1, 0, -1)]
    checklists.fill(world, [*earlier, checklists.OPEN])
    roadmap.tell_midyear(world)
    Milestone.objects.bulk_create(roadmap.of_schools(world, world.schools.values()))
    _assess(world)


def _names(schools: int) -> Iterator[str]:
    made = (f"{side} {place} {kind}" for kind, side, place in product(KINDS, SIDES, PLACES))
    return islice(made, schools)


def _seats(world: World) -> Iterator[Seat]:
    central = content.MAPLE_SEATS | {
        "INSTR_SUPERVISOR": 1 + len(world.schools) // SCHOOLS_OF_A_SUPERVISOR
    }
    for key, number in central.items():
        yield from ((key, None, seat) for seat in range(1, number + 1))
    for key in roles.department_keys():
        yield key, None, 1
    for school in world.schools:
        for key, number in AT_EACH_SCHOOL:
            yield from ((key, school, seat) for seat in range(1, number + 1))


def _seat_people(world: World, password_hash: str) -> None:
    """A holder of their own for each position, but for the vacant ones."""
    taken = [
        (seat, position)
        for n, (seat, position) in enumerate(world.positions.items(), 1)
        if seat[1] is None or n % A_SEAT_IN
    ]
    addresses: dict[Seat, str] = {(key, None, 1): address for address, key in SIGN_IN.items()}
    people = [
        _person(world.district.slug, n, addresses.get(seat), password_hash)
        for n, (seat, _) in enumerate(taken)
    ]
    users = User.objects.bulk_create(people, batch_size=BATCH)
    rows = [
        roles.take_up(world, position, user)
        for (_, position), user in zip(taken, users, strict=True)
    ]
    world.users = {user.email: user for user in users}
    Assignment.objects.bulk_create((row[0] for row in rows), batch_size=BATCH)
    Membership.objects.bulk_create((row[1] for row in rows), batch_size=BATCH)


def _person(slug: str, n: int, address: str | None, password_hash: str) -> User:
    """The n-th leader: each first name with each last name, before any pair comes again."""
    many = len(content.LEADERS)
    first = content.LEADERS[n % many].split(" ", 1)[0]
    last = content.LEADERS[(n + n // many) % many].split(" ", 1)[1]
    return User(
        email=f"{address or f'leader{n}'}@{slug}.example",
        first_name=first,
        last_name=last,
        password=password_hash if address else NOBODY,
    )


def _assess(world: World) -> None:
    by = selfassessment.rating_reach(world)
    first, last = world.today - 8 * ONE_DAY, world.today + 34 * ONE_DAY
    opened = open_round("First round", first, last, by=by)
    for code, value, why in selfassessment.NOW:
        rate(opened, code, value, why, by=by)
