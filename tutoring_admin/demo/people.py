"""The invented people who can sign in to the demo, and the password they share.

The seed makes their accounts and positions from this list; the sign-in page and
`manage.py demo_people` show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roles.capabilities import AccessLevel

DEMO_PASSWORD = "tutoring-demo"  # noqa: S105 -- known to all on purpose; the demo runs on loopback


@dataclass(frozen=True)
class DemoPerson:
    """One address of the demo. `role_key` names the leadership role held, if any; `also` are more
    positions of the same person, as (role key, school).
    """

    email: str
    first_name: str
    last_name: str
    position: str
    role_key: str | None
    level: AccessLevel
    district_slug: str
    district: str
    school: str | None
    also: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


DISTRICTS = {
    "maple-valley": ("Maple Valley School District", "Cedar Hill ES"),
    "cedar-falls": ("Cedar Falls School District", "Garfield ES"),
}

# Address, what the page calls the seat, leadership role, access level, whether at the school.
_SEATS: tuple[tuple[str, str, str | None, AccessLevel, bool], ...] = (
    ("pm", "Project manager", "PROJECT_MANAGER", AccessLevel.DISTRICT_LEAD, False),
    ("lead", "Program lead", "PROGRAM_LEAD", AccessLevel.DISTRICT_LEAD, False),
    ("champion", "Executive champion", "EXEC_CHAMPION", AccessLevel.EXECUTIVE, False),
    (
        "supervisor",
        "Instructional supervisor",
        "INSTR_SUPERVISOR",
        AccessLevel.ADMINISTRATIVE_LEADER,
        False,
    ),
    ("principal", "Principal", "PRINCIPAL", AccessLevel.SITE_LEADER, True),
    ("site", "Site tutoring lead", "SITE_LEAD", AccessLevel.SITE_LEADER, True),
    ("coach", "Tutor coach", "TUTOR_COACH", AccessLevel.COACH, True),
    ("hr", "Human resources partner", "DEPT_HR", AccessLevel.DEPARTMENT_PARTNER, False),
    ("auditor", "Auditor", None, AccessLevel.AUDITOR, False),
)

_NAMES = {
    "maple-valley": {
        "pm": "Dana Whitfield",
        "lead": "Marcus Ofori",
        "champion": "Helen Okafor",
        "supervisor": "Renee Castillo",
        "principal": "James Thornton",
        "site": "Lucia Ferro",
        "coach": "Owen Baker",
        "hr": "Yolanda Reyes",
        "auditor": "Peter Lindqvist",
    },
    "cedar-falls": {
        "pm": "Anita Kowalski",
        "lead": "Samuel Adeyemi",
        "champion": "Grace Nakamura",
        "supervisor": "Victor Delgado",
        "principal": "Ruth Abernathy",
        "site": "Tomas Novak",
        "coach": "Imani Brooks",
        "hr": "Carol Jensen",
        "auditor": "Farid Haddad",
    },
}


# Leads one school and coaches at the next: two hats, so two homes to choose from.
_BOTH = DemoPerson(
    email="both@maple-valley.example",
    first_name="Noor",
    last_name="Halvorsen",
    position="Site tutoring lead, Summit MS; tutor coach, Riverbend MS",
    role_key="SITE_LEAD",
    level=AccessLevel.SITE_LEADER,
    district_slug="maple-valley",
    district=DISTRICTS["maple-valley"][0],
    school="Summit MS",
    also=(("TUTOR_COACH", "Riverbend MS"),),
)


def people() -> list[DemoPerson]:
    """All who can sign in, district by district, in the order the page shows them."""
    return [person for slug in DISTRICTS for person in _of_district(slug)]


def find(email: str) -> DemoPerson | None:
    """The demo person of an address, or None if nobody on the list has it."""
    wanted = email.strip().lower()
    return next((person for person in people() if person.email == wanted), None)


def _of_district(slug: str) -> Iterator[DemoPerson]:
    district, school = DISTRICTS[slug]
    for address, position, role_key, level, at_school in _SEATS:
        first, last = _NAMES[slug][address].split(" ", 1)
        yield DemoPerson(
            email=f"{address}@{slug}.example",
            first_name=first,
            last_name=last,
            position=f"{position}, {school}" if at_school else position,
            role_key=role_key,
            level=level,
            district_slug=slug,
            district=district,
            school=school if at_school else None,
        )
    if slug == _BOTH.district_slug:
        yield _BOTH
