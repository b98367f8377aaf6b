from django.core.files.base import ContentFile

from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RenderingFactory,
    ResponsibilityFactory,
    RoleFactory,
    VersionFactory,
)
from tests.guards.case import Case


def a_role(school, who):
    return {"pk": RoleFactory(district=school.district).pk}


def published(school, who):
    version = VersionFactory(district=school.district, published=True)
    return {"pk": version.pk}


def held(school, who):
    """A published version that covers a position of the person who knocks."""
    role = RoleFactory(district=school.district)
    job = JobDescriptionFactory(district=school.district, role=role)
    position = PositionFactory(district=school.district, role=role)
    AssignmentFactory(district=school.district, position=position, holder=who)
    return {"pk": VersionFactory(district=school.district, job_description=job, published=True).pk}


def rendered(school, who):
    version = VersionFactory(district=school.district, published=True)
    rendering = RenderingFactory(district=school.district, version=version, status="done")
    rendering.file.save("a.pdf", ContentFile(b"%PDF-1.7"))
    return {"pk": version.pk}


def a_draft(school, who):
    version = VersionFactory(district=school.district)
    ResponsibilityFactory(district=school.district, version=version)
    return {"pk": version.pk}


CASES = {
    "GET roles:index": Case(),
    "GET roles:role": Case(kwargs=a_role, shared=True),
    "POST roles:draft": Case(kwargs=a_role, shared=True),
    "GET roles:version": Case(kwargs=published, shared=True),
    "GET roles:version-edit": Case(kwargs=a_draft, shared=True),
    "POST roles:version-edit": Case(kwargs=a_draft, shared=True),
    "POST roles:version-discard": Case(kwargs=a_draft, shared=True),
    "GET roles:version-publish": Case(kwargs=a_draft, shared=True),
    "POST roles:version-publish": Case(kwargs=a_draft, shared=True),
    "POST roles:version-acknowledge": Case(kwargs=held, shared=True),
    "GET roles:version-file": Case(kwargs=published, shared=True),
    "POST roles:version-render-again": Case(kwargs=published, shared=True),
    "GET roles:version-pdf": Case(kwargs=rendered, shared=True),
}
