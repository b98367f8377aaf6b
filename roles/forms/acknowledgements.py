"""Which of those who have not read to show."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.reports.acknowledgements import Share, Totals

WAITING = [("", "Any time"), ("7", "7 days or more"), ("21", "21 days or more"), ("35", "35 days")]


class AcknowledgementFilter(forms.Form):
    """Words of a name, a role, a place, and how long at least. What is none of these is dropped."""

    q = forms.CharField(
        label="Name or e-mail",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", required=False)
    place = forms.ChoiceField(label="School", required=False)
    days = forms.ChoiceField(label="Waiting", required=False, choices=WAITING)

    def __init__(self, *args: Any, totals: Totals, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("role", "All roles", totals.roles)
        self._offer("place", "All schools", totals.places)

    def _offer(self, field: str, all_of_them: str, shares: Any) -> None:
        def name(share: Share) -> str:
            return share.label.lower()

        offered = [(share.key, share.label) for share in sorted(shares, key=name)]
        self.fields[field].choices = [("", all_of_them), *offered]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The valid ones of what was asked for, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
