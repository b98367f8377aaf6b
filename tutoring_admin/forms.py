"""Forms of pages outside any district."""

from __future__ import annotations

from django import forms

from roles.models import User


class ShortcutsForm(forms.ModelForm):
    """Whether the keys that open the search do so for this person."""

    class Meta:
        model = User
        fields = ("keys_are_on",)
        labels = {"keys_are_on": "Use keyboard shortcuts"}
        help_texts = {"keys_are_on": "Switch them off if they get in the way of speech input."}
