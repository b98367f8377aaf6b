"""Forms that ask once before they keep what looks like a student."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.student_hints import Hint, hints

KEEP = "words_kept"
NO_STUDENT = "This is about no student: keep it"


def mark_of(found: list[Hint]) -> str:
    """Stands for just these words: a person who keeps them is asked again about others."""
    told = "\n".join(hint.words for hint in found)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def is_kept(found: list[Hint], data: Mapping[str, Any]) -> bool:
    """Whether the person who sent this said that these words may stay."""
    read = getattr(data, "getlist", None)
    said = read(KEEP) if read else [data.get(KEEP, "")]
    return mark_of(found) in said


def sentence(found: list[Hint]) -> str:
    """What is said beside a text: the words, what they look like, and what to do."""
    told = "; ".join(f"“{hint.words}” {hint.looks}" for hint in found)  # "looks like …"
    return f"{told}. Notes here are about the program: leave students out."


def question(found: list[Hint]) -> SafeString:
    """The same, with the box that keeps the words."""
    return format_html(
        '{} <label class="keep-words"><input type="checkbox" name="{}" value="{}"> {}</label>',
        sentence(found),
        KEEP,
        mark_of(found),
        NO_STUDENT,
    )


class AsksAboutStudents(forms.Form):
    """Mixed into a form with notes. Words in the `watched` fields that look like a student's name,
    number or date of birth are asked about before they are saved; a tick keeps them. What stood
    there before is not asked about.
    """

    watched: ClassVar[tuple[str, ...]] = ()

    def _post_clean(self) -> None:
        # After the form's own `clean`, which reads what was typed whether it is asked about or not.
        super()._post_clean()  # type: ignore[misc]  # Django's stubs leave it out
        for name in self.watched:
            if name not in self.fields or name not in self.changed_data or name in self.errors:
                continue
            found = hints(str(self.cleaned_data.get(name) or ""))
            if found and not is_kept(found, self.data):
                self.add_error(name, question(found))
