"""How to knock at the pages of templates and of files."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.roadmap_templates import TemplateLineFactory
from tests.guards.case import Case

TABLE = b"Phase,Title,Due\r\nReadiness,Kickoff held,-2\r\n"


def template(school, who):
    """A template of the whole district."""
    return {"pk": TemplateLineFactory(district=school.district).template.pk}


def as_file(school, who):
    return template(school, who) | {"kind": "csv"}


def table(kwargs):
    return {"name": "Theirs", "file": SimpleUploadedFile("plan.csv", TABLE)}


CASES = {
    "GET roadmap:templates": Case(),
    "GET roadmap:template-save": Case(),
    "POST roadmap:template-save": Case(data={"name": "Ours"}),
    "GET roadmap:template-import": Case(),
    "POST roadmap:template-import": Case(data=table),
    "GET roadmap:template": Case(kwargs=template, shared=True),
    "GET roadmap:template-edit": Case(kwargs=template, shared=True),
    "POST roadmap:template-edit": Case(kwargs=template, shared=True, data={"name": "Ours"}),
    "POST roadmap:template-put-away": Case(kwargs=template, shared=True),
    "POST roadmap:template-bring-back": Case(kwargs=template, shared=True),
    "GET roadmap:template-file": Case(kwargs=as_file, shared=True),
    "GET roadmap:roadmap-file": Case(kwargs=lambda school, who: {"kind": "csv"}, shared=True),
    "GET roadmap:import": Case(),
    "POST roadmap:import": Case(data=table),
}
