"""What the tables of roles share."""

from __future__ import annotations

from typing import Any


def wanted_of(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if value}
