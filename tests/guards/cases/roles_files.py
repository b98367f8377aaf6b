from django.core.files.base import ContentFile

from roles import making
from roles.access import EVERYWHERE, Reach
from roles.capabilities import CATALOGUE, Capability
from roles.models import Membership
from tests.factories.roles import MadeFileFactory
from tests.guards.case import Case


def own_file(school, who, **extra):
    """Made with what the one who knocks reaches, if with anything."""
    held = Membership.objects.filter(user=who, district=school.district).first()
    whole = held is None or CATALOGUE[held.level].whole_district
    schools = EVERYWHERE if whole else frozenset({held.school_id})
    told = making.within([Reach(who, school.district, Capability.HOME_VIEW, schools)])
    return MadeFileFactory(
        district=school.district, asked_by=who, arguments={making.WITHIN: told}, **extra
    )


def an_own_file(school, who):
    return {"pk": own_file(school, who).pk}


def a_failed_file(school, who):
    return {"pk": own_file(school, who, status="failed").pk}


def a_ready_file(school, who):
    made = own_file(school, who, status="done")
    made.file.save("everything.csv", ContentFile(b"a,b"))
    return {"pk": made.pk}


def a_table(school, who):
    return {"name": "positions", "kind": "csv"}


CASES = {
    "GET roles:made-files": Case(),
    "GET roles:made-file": Case(kwargs=a_ready_file, shared=True),
    "POST roles:made-file-cancel": Case(kwargs=an_own_file, shared=True),
    "POST roles:made-file-again": Case(kwargs=a_failed_file, shared=True),
    "GET roles:tables": Case(),
    "GET roles:table-file": Case(kwargs=a_table, shared=True),
    "POST roles:table-file": Case(kwargs=a_table, shared=True),
}
