"""How to knock at the pages of evidence and of the practice checklist."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.factories.checklists import ItemEvidenceFactory, form_with_items
from tests.guards.case import Case


def item_of(school, who):
    form = form_with_items(1, district=school.district, school=school, holder=who)
    return {"pk": form.pk, "item": form.template.items.get().pk}


def evidence_of(school, who, **fields):
    form = form_with_items(1, district=school.district, school=school, holder=who)
    evidence = ItemEvidenceFactory(
        district=school.district, checklist=form, item=form.template.items.get(), **fields
    )
    return {"pk": form.pk, "evidence": evidence.pk}


def file_of(school, who):
    name = default_storage.save("evidence/a.pdf", ContentFile(b"%PDF-1.7 %%EOF"))
    return evidence_of(school, who, url="", file=name, content_type="application/pdf")


CASES = {
    "GET checklists:evidence": Case(kwargs=item_of),
    "POST checklists:evidence": Case(kwargs=item_of, data={"link": "https://example.org/log"}),
    "POST checklists:evidence-remove": Case(kwargs=evidence_of),
    "GET checklists:evidence-file": Case(kwargs=file_of),
    "GET checklists:practice": Case(),
    "POST checklists:practice": Case(),
}
