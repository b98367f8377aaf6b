"""How to knock at the pages of evidence by hand: who answers for a piece may read it."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from selfassessment.models import EvidenceRevision
from tests.factories.selfassessment import HandEvidenceFactory
from tests.guards.case import Case


def a_piece(school, who):
    return {"pk": HandEvidenceFactory(district=school.district, owner=who).pk}


def a_piece_taken_back(school, who):
    told = {"withdrawn_by": who, "withdrawn_why": "The wrong minutes."}
    piece = HandEvidenceFactory(
        district=school.district, owner=who, withdrawn_at=timezone.now(), **told
    )
    return {"pk": piece.pk}


def a_file(school, who):
    piece = HandEvidenceFactory(district=school.district, owner=who)
    name = default_storage.save("evidence/chart.pdf", ContentFile(b"%PDF-1.7\n%%EOF\n"))
    EvidenceRevision.objects.update(file=name, file_name="Chart.pdf")
    return {"pk": piece.revisions.get().pk}


SAYS = {"label": "Minutes", "text": "Item 7", "dated_on": "2026-08-03", "seen": "1"}

CASES = {
    "GET selfassessment:evidence-list": Case(),
    "GET selfassessment:evidence-new": Case(),
    "POST selfassessment:evidence-new": Case(data={**SAYS, "for_6b.1": "-"}),
    "GET selfassessment:evidence": Case(kwargs=a_piece, shared=True),
    "GET selfassessment:evidence-file": Case(kwargs=a_file, shared=True),
    "GET selfassessment:evidence-edit": Case(kwargs=a_piece, shared=True),
    "POST selfassessment:evidence-edit": Case(kwargs=a_piece, shared=True, data=SAYS),
    "GET selfassessment:evidence-renew": Case(kwargs=a_piece, shared=True),
    "POST selfassessment:evidence-renew": Case(
        kwargs=a_piece, shared=True, data={"expires_on": "2028-08-03", "seen": "1"}
    ),
    "GET selfassessment:evidence-withdraw": Case(kwargs=a_piece, shared=True),
    "POST selfassessment:evidence-withdraw": Case(
        kwargs=a_piece, shared=True, data={"reason": "The wrong minutes."}
    ),
    "GET selfassessment:evidence-bring-back": Case(kwargs=a_piece_taken_back, shared=True),
    "POST selfassessment:evidence-bring-back": Case(
        kwargs=a_piece_taken_back, shared=True, data={"reason": "It was right."}
    ),
    "GET selfassessment:evidence-hand-over": Case(kwargs=a_piece, shared=True),
    "POST selfassessment:evidence-hand-over": Case(kwargs=a_piece, shared=True),
    "GET selfassessment:evidence-indicators": Case(kwargs=a_piece, shared=True),
    "POST selfassessment:evidence-indicators": Case(
        kwargs=a_piece, shared=True, data={"for_6b.2": "-"}
    ),
}
