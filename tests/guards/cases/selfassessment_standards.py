"""How to knock at standards and official results."""

import itertools

from django.core.files.base import ContentFile

from tests.factories.selfassessment_standards import OfficialResultFactory, StandardsFactory
from tests.guards.case import Case

SERIAL = itertools.count()
RESULT = {"taken_on": "2026-05-04", "audience": "lea", "overall": "As printed"}


def a_set(school, who):
    return {"pk": StandardsFactory(district=school.district).pk}


def a_set_as_csv(school, who):
    return {**a_set(school, who), "kind": "csv"}


def a_form_of_file(school, who):
    return {"kind": "yaml"}


def a_result(school, who):
    return {"pk": OfficialResultFactory(district=school.district).pk}


def a_report(school, who):
    file = ContentFile(b"%PDF", f"{next(SERIAL)}.pdf")
    result = OfficialResultFactory(district=school.district, file=file, file_name="Report.pdf")
    return {"pk": result.pk}


CASES = {
    "GET selfassessment:standards": Case(),
    "GET selfassessment:standards-import": Case(),
    "POST selfassessment:standards-import": Case(data={"name": "Ours", "text": "kind,code,title"}),
    "GET selfassessment:standards-template": Case(kwargs=a_form_of_file, shared=True),
    "GET selfassessment:standards-library": Case(kwargs=a_form_of_file, shared=True),
    "GET selfassessment:standards-set": Case(kwargs=a_set, shared=True),
    "GET selfassessment:standards-file": Case(kwargs=a_set_as_csv, shared=True),
    "GET selfassessment:standards-retire": Case(kwargs=a_set, shared=True),
    "POST selfassessment:standards-retire": Case(kwargs=a_set, shared=True),
    "GET selfassessment:official": Case(),
    "GET selfassessment:official-add": Case(),
    "POST selfassessment:official-add": Case(data=RESULT),
    "GET selfassessment:official-correct": Case(kwargs=a_result, shared=True),
    "POST selfassessment:official-correct": Case(kwargs=a_result, shared=True, data=RESULT),
    "POST selfassessment:official-take-back": Case(kwargs=a_result, shared=True),
    "POST selfassessment:official-bring-back": Case(kwargs=a_result, shared=True),
    "GET selfassessment:official-file": Case(kwargs=a_report, shared=True),
}
