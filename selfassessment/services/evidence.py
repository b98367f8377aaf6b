"""Evidence by hand: added with the date it speaks for, for one indicator or several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from roles.access import Reach
from roles.services.audit import record
from selfassessment.models import EvidenceRevision, EvidenceUse, HandEvidence


@transaction.atomic
def add(uses: Mapping[str, str], says: Mapping[str, Any], *, by: Reach) -> HandEvidence:
    """Put evidence beside indicators. `uses`: code to the key of its evidence type, or ""; `says`
    are the fields of its first revision.
    """
    evidence = HandEvidence.objects.create(district=by.district, owner=by.user, added_by=by.user)
    EvidenceUse.objects.bulk_create(
        EvidenceUse(district=by.district, evidence=evidence, code=code, kind=kind)
        for code, kind in uses.items()
    )
    EvidenceRevision.objects.create(
        district=by.district, evidence=evidence, number=1, added_by=by.user, **says
    )
    codes = sorted(uses)
    record(by, "assessment.evidence_added", evidence, codes=codes, label=says["label"])
    return evidence
