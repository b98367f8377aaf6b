"""Which checklists a window asks for, as a form reads and writes it."""

from __future__ import annotations

from collections.abc import Collection

from checklists.models import ChecklistTemplate
from roles.access import Reach


def askable(reach: Reach) -> dict[str, ChecklistTemplate]:
    """The published checklists by their keys, in the order of their roles. One query."""
    found = ChecklistTemplate.objects.reachable(reach).published()
    return {template.key: template for template in found}


def as_only(chosen: Collection[str], keys: Collection[str]) -> list[str]:
    """What `Window.only` keeps of a choice: nothing if it is every checklist there is, so that
    one which is published later is asked for too.
    """
    picked = [key for key in keys if key in chosen]
    return [] if len(picked) == len(keys) else picked
