"""What follows from the district's roster, for a person to confirm. Nothing follows by itself.

Each sort of proposal is a query: what was confirmed or declined is no longer in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from roles.access import Reach
from roles.capabilities import AccessLevel
from roles.models import (
    Assignment,
    Invitation,
    Membership,
    RosterEntry,
    RosterKind,
    School,
    User,
)

Entries = Any  # a queryset of entries, with annotations that the type checker cannot follow
AT_A_SCHOOL = ("principal", "siteAdministrator", "administrator")
OF_THE_DISTRICT = ("districtAdministrator", "administrator")


@dataclass(frozen=True)
class Sort:
    """One sort of proposals: its key in addresses, its words, and its query."""

    key: str
    title: str
    says: str
    act: str
    find: Callable[[Reach], Entries]
    can_decline: bool = True


def _entries(reach: Reach, kind: str) -> Entries:
    rows: Entries = RosterEntry.objects.reachable(reach).filter(kind=kind)
    return rows


def _open(reach: Reach, kind: str, key: str) -> Entries:
    rows = _entries(reach, kind).filter(ended_on=None)
    return rows.exclude(declined__contains=[key])


def _same_name(reach: Reach) -> QuerySet[School]:
    joined = _entries(reach, RosterKind.ORG).filter(school=OuterRef("pk"))
    schools = School.objects.alias(small=Lower("name")).filter(
        district=reach.district, small=Lower(OuterRef("label"))
    )
    return schools.exclude(Exists(joined))


def schools_to_join(reach: Reach) -> Entries:
    rows = _open(reach, RosterKind.ORG, "school-join").filter(said__type="school", school=None)
    same = _same_name(reach)
    return rows.filter(Exists(same)).annotate(found=Subquery(same.values("pk")[:1]))


def schools_to_add(reach: Reach) -> Entries:
    rows = _open(reach, RosterKind.ORG, "school-add").filter(said__type="school", school=None)
    return rows.exclude(Exists(_same_name(reach)))


def _people_here(reach: Reach) -> QuerySet[User]:
    """Accounts that this district knows already: of others a roster may learn nothing."""
    members = Membership.objects.filter(district=reach.district, user=OuterRef("pk"))
    holders = Assignment.objects.filter(district=reach.district, holder=OuterRef("pk"))
    return User.objects.filter(Exists(members) | Exists(holders))


def people_to_join(reach: Reach) -> Entries:
    rows = _open(reach, RosterKind.PERSON, "person").filter(user=None).exclude(email="")
    accounts = _people_here(reach).alias(small=Lower("email"))
    same = accounts.filter(small=Lower(OuterRef("email")))
    here = _people_here(reach).values(small=Lower("email"))
    return (
        rows.alias(small=Lower("email"))
        .filter(small__in=here)
        .annotate(found=Subquery(same.values("pk")[:1]))
    )


def _roles(reach: Reach, key: str, labels: tuple[str, ...]) -> Entries:
    """Roles of these names with the person and the org they point at."""
    others = RosterEntry.objects.filter(district=reach.district, source=OuterRef("source"))
    person = others.filter(kind=RosterKind.PERSON, key=OuterRef("about_key"), ended_on=None)
    org = others.filter(kind=RosterKind.ORG, key=OuterRef("place_key"))
    return (
        _open(reach, RosterKind.ROLE, key)
        .filter(label__in=labels)
        .annotate(
            who=Subquery(person.values("label")[:1]),
            address=Subquery(person.values("email")[:1]),
            where=Subquery(org.values("label")[:1]),
            org_type=Subquery(org.values("said__type")[:1]),
            found=Subquery(org.values("school")[:1]),
        )
        .filter(who__isnull=False)
    )


def site_leaders(reach: Reach) -> Entries:
    """Who leads a school of the program, by the roster, and has no access to it."""
    here, address = {"district": reach.district}, Lower(OuterRef("address"))
    members = Membership.objects.alias(small=Lower("user__email")).filter(
        **here, level=AccessLevel.SITE_LEADER, school=OuterRef("found"), small=address
    )
    invited = Invitation.objects.alias(small=Lower("email")).filter(
        **here, school=OuterRef("found"), small=address
    )
    rows: Any = _roles(reach, "site-leader", AT_A_SCHOOL).filter(found__isnull=False)
    return rows.exclude(address="").exclude(Exists(members) | Exists(invited.unanswered()))


def district_leaders(reach: Reach) -> Entries:
    """Who leads the district, by the roster, and has no access to the whole of it."""
    here = {"district": reach.district, "school": None}
    address = Lower(OuterRef("address"))
    members = Membership.objects.alias(small=Lower("user__email")).filter(**here, small=address)
    invited = Invitation.objects.alias(small=Lower("email")).filter(**here, small=address)
    rows: Any = _roles(reach, "district-leader", OF_THE_DISTRICT).exclude(
        Q(label="administrator") & ~Q(org_type="district")
    )
    return rows.exclude(address="").exclude(Exists(members) | Exists(invited.unanswered()))


def who_left(reach: Reach) -> Entries:
    """Whom the roster ended and who can still sign in here, or holds a position."""
    members = Membership.objects.filter(district=reach.district, user=OuterRef("user"))
    today = reach.district.today()
    holds = Assignment.objects.filter(district=reach.district, holder=OuterRef("user")).filter(
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    rows = _entries(reach, RosterKind.PERSON).filter(ended_on__isnull=False, user__isnull=False)
    rows = rows.exclude(declined__contains=["left"])
    return rows.annotate(has_access=Exists(members), holds=Exists(holds)).filter(
        Q(has_access=True) | Q(holds=True)
    )


SORTS = (
    Sort("school-join", "Schools of the same name", "The roster has a school that is called like"
         " one of the program. Joined, it gets the number of the roster and takes its new name when"
         " that changes.", "Join them", schools_to_join),
    Sort("school-add", "Schools that are not in the program", "Add those where tutoring runs. The"
         " others stay in the roster and nowhere else.", "Add to the program", schools_to_add),
    Sort("person", "People who are here already", "The roster has somebody with the address of a"
         " person here. Look whether it is the same person.", "They are the same", people_to_join),
    Sort("site-leader", "May lead a school", "By the roster they lead a school of the program. An"
         " invitation lets them in as site leader of that school.", "Invite", site_leaders),
    Sort("district-leader", "May lead the district", "By the roster they work for the whole"
         " district.", "Invite", district_leaders),
    Sort("left", "Left the roster, still here", "They can sign in or hold a position. End what"
         " should end on the page of people; nothing is taken away by itself.",
         "", who_left),
)  # fmt: skip
BY_KEY = {sort.key: sort for sort in SORTS}


def waiting(reach: Reach) -> list[tuple[Sort, int]]:
    """How many proposals of each sort wait for a person. One query for each sort."""
    return [(sort, sort.find(reach).count()) for sort in SORTS]


def page_of(sort: Sort, reach: Reach) -> Entries:
    """In order of names, with what is shown of each."""
    order = [F("who").asc()] if sort.key in ("site-leader", "district-leader") else []
    return sort.find(reach).select_related("user", "school").order_by(*order, "label", "pk")
