from django.core.files.base import ContentFile

from roles import letterhead
from tests.factories.roles import ArchiveFactory, RoleFactory
from tests.guards.case import Case
from tests.guards.cases.roles_jobs import published


def a_role(school, who):
    return {"pk": RoleFactory(district=school.district).pk}


def own_archive(school, who):
    return {"pk": ArchiveFactory(district=school.district, asked_by=who).pk}


def ready_archive(school, who):
    archive = ArchiveFactory(district=school.district, asked_by=who, status="done")
    archive.file.save("a.zip", ContentFile(b"PK"))
    return {"pk": archive.pk}


def with_logo(school, who):
    district = school.district
    district.logo.name = letterhead.store(district, b"\x89PNG\r\n\x1a\n")
    district.save()
    return {}


CASES = {
    "GET roles:documents": Case(),
    "GET roles:archive": Case(),
    "POST roles:archive": Case(),
    "POST roles:archive-cancel": Case(kwargs=own_archive, shared=True),
    "GET roles:archive-file": Case(kwargs=ready_archive, shared=True),
    "GET roles:letterhead": Case(),
    "POST roles:letterhead": Case(),
    "POST roles:letterhead-remove": Case(),
    "GET roles:logo": Case(kwargs=with_logo, shared=True),
    "GET roles:version-word": Case(kwargs=published, shared=True),
    "GET roles:version-print": Case(kwargs=published, shared=True),
    "GET roles:outline": Case(kwargs=a_role, shared=True),
    "GET roles:outline-word": Case(kwargs=a_role, shared=True),
}
