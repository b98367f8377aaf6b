"""What the tables of roles share."""

from __future__ import annotations

from typing import Any


def wanted_of(form: Any) -> dict[str, Any]:
    """What a filter form lets through; as on its page, one wrong field leaves all aside."""
    given = form.cleaned_data if form.is_valid() else {}
    return {name: value for name, value in given.items() if value}
