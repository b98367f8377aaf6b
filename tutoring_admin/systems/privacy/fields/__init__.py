"""Which fields hold something about a person, by app. `PLAIN` names those that do not.

A field of a kind that cannot be personal needs no line: numbers, days, yes or no, a choice from
a list, a key to something that is no person. A guard refuses any other that is missing here.
"""

from tutoring_admin.systems.privacy.fields import (
    checklists,
    roadmap,
    roles,
    selfassessment,
    systems,
)
from tutoring_admin.systems.privacy.uses import Use

PARTS = (roles, systems, checklists, roadmap, selfassessment)
PERSONAL: dict[str, dict[str, Use]] = {}
PLAIN: dict[str, frozenset[str]] = {}
for part in PARTS:
    PERSONAL.update(part.PERSONAL)
    PLAIN.update({model: frozenset(names.split()) for model, names in part.PLAIN.items()})
