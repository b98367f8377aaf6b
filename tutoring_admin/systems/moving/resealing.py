"""Digests over frozen evidence when the keys inside it move.

Frozen evidence names records by their keys. When these move the words stay and the digest is taken
anew, if the old one was right; signatures that named the old digest name the new one. The import
writes both into the audit trail, with how far keys moved: so the old one can be worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from selfassessment.freezing import digest
from tutoring_admin.systems.moving.spelled import INSIDE, Moved

CONTENT = "selfassessment.EvidenceSnapshot.content"
COLUMNS = {
    "selfassessment.EvidenceSnapshot": "digest",
    "selfassessment.SignOff": "digest",
    "selfassessment.RoundReopening": "digest",
}


@dataclass(frozen=True)
class Digests:
    """`pairs`: the digest after the move by the one before it."""

    pairs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshots: Iterable[Mapping[str, str | None]], moved: Moved) -> Digests:
        """Those of snapshots that have the digest they say. One that has not stays as it is: what
        was changed behind its back is still seen.
        """
        pairs = {}
        for row in snapshots:
            content, old = json.loads(row["content"] or "{}"), row["digest"] or ""
            if digest(content) == old:
                pairs[old] = digest(INSIDE[CONTENT](content, row, moved))
        return cls(pairs)

    def column_of(self, label: str) -> str:
        return COLUMNS.get(label, "")

    def new(self, old: str) -> str:
        return self.pairs.get(old, old)
