"""How to knock at the pages that give out files of the self-assessment."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from roles.models import OwedStatus
from selfassessment.models import Binder
from tests.factories.roles import UserFactory
from tests.factories.selfassessment import RoundFactory
from tests.guards.case import Case


def a_round(school, who):
    return {"pk": RoundFactory(district=school.district).pk}


def a_kind(school, who):
    return {**a_round(school, who), "kind": "pdf"}


def a_binder(school, who):
    made = Binder.objects.create(
        district=school.district,
        round=RoundFactory(district=school.district),
        kind="pdf",
        key="binder:guard",
        asked_by=UserFactory(),
        status=OwedStatus.DONE,
        done_at=timezone.now(),
        file=default_storage.save("binders/guard.pdf", ContentFile(b"%PDF-1.7")),
    )
    return {"pk": made.pk}


CASES = {
    "GET selfassessment:outputs": Case(kwargs=a_round, shared=True),
    "POST selfassessment:outputs": Case(kwargs=a_round, shared=True, data={"kind": "zip"}),
    "GET selfassessment:output-state": Case(kwargs=a_kind, shared=True),
    "GET selfassessment:binder-file": Case(kwargs=a_binder, shared=True),
    "GET selfassessment:sheet-xlsx": Case(),
    "GET selfassessment:sheet-csv": Case(),
}
