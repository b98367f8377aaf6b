"""What decisions ask for: the question with its options, the answer, a partner's word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from roadmap.forms.shared import bare, offer, seats
from roadmap.models import Commitment, DecisionOption, DecisionRequest
from roadmap.services.decision_wording import Question, Share, Way, deciders
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.forms.positions import DayInput
from roles.models import Department, Position

FAR = dt.timedelta(days=730)
MOST_ROWS = 8
NO_WAY = "Offer at least two options. Leaving things as they are may be one."


class AskForm(AsksAboutStudents):
    """One question to a position, with two or more options and the departments concerned."""

    watched = ("question", "background")
    question = forms.CharField(
        label="What is to be decided",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text="One question, in a sentence.",
    )
    background = forms.CharField(
        label="What speaks for it",
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="What the decider has to know, and no more: it is read on a phone.",
    )
    cost = forms.CharField(
        label="What it costs in all",
        max_length=200,
        required=False,
        help_text="In words, such as: $12,000 from Title I, once.",
    )
    due_on = forms.DateField(label="Needed by", widget=DayInput())
    decider = forms.ModelChoiceField(
        Position.objects.none(),
        label="Who decides",
        empty_label="Choose a position",
        help_text="A position, not a person: whoever holds it on the day answers.",
    )
    advised = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, reach: Reach, ways: int = 3, shares: int = 2, kept: dt.date | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.today, self.kept = reach.district.today(), kept
        self.ways, self.shares = (max(2, min(n, MOST_ROWS)) for n in (ways, shares))
        offer(self, decider=seats(reach).filter(pk__in=deciders(reach)))
        for n in range(1, self.ways + 1):
            self._add_way(n)
        departments = Department.objects.reachable(reach)
        for n in range(1, self.shares + 1):
            self._add_share(n, departments)
        self.helper = bare()

    def _add_way(self, n: int) -> None:
        self.fields[f"way-{n}"] = forms.CharField(
            label=f"Option {n}", max_length=200, required=False
        )
        self.fields[f"way-cost-{n}"] = forms.CharField(
            label=f"Cost of option {n}", max_length=120, required=False
        )

    def _add_share(self, n: int, departments: QuerySet[Department]) -> None:
        self.fields[f"department-{n}"] = forms.ModelChoiceField(
            departments, label=f"Department {n}", required=False, empty_label="None"
        )
        self.fields[f"people-{n}"] = forms.CharField(
            label=f"People of department {n}", max_length=200, required=False
        )
        self.fields[f"time-{n}"] = forms.CharField(
            label=f"Time of department {n}", max_length=120, required=False
        )

    @property
    def way_rows(self) -> list[dict[str, Any]]:
        """For the page: number, its two fields, whether it is the advised one."""
        advised = str(self["advised"].value() or "")
        return [
            {
                "n": str(n),
                "text": self[f"way-{n}"],
                "cost": self[f"way-cost-{n}"],
                "is_advised": advised == str(n),
            }
            for n in range(1, self.ways + 1)
        ]

    @property
    def share_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "n": str(n),
                "department": self[f"department-{n}"],
                "people": self[f"people-{n}"],
                "time": self[f"time-{n}"],
            }
            for n in range(1, self.shares + 1)
        ]

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if due_on < self.today and due_on != self.kept:
            raise forms.ValidationError("This day is past. Choose today or a later day.")
        if due_on > self.today + FAR:
            raise forms.ValidationError("This day is more than two years away.")
        return due_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self._ways(cleaned)) < 2:
            empty = next((n for n in (1, 2) if not cleaned.get(f"way-{n}")), 2)
            self.add_error(f"way-{empty}", NO_WAY)
        advised = cleaned.get("advised")
        if advised and not cleaned.get(f"way-{advised}"):
            self.add_error("advised", "The option that you advise says nothing. Word it first.")
        for n in range(1, self.shares + 1):
            self._check_share(n, cleaned)
        return cleaned

    def _check_share(self, n: int, cleaned: dict[str, Any]) -> None:
        gives = cleaned.get(f"people-{n}") or cleaned.get(f"time-{n}")
        if cleaned.get(f"department-{n}") and not gives:
            self.add_error(f"people-{n}", "Say which people or how much time.")
        if gives and not cleaned.get(f"department-{n}"):
            self.add_error(f"department-{n}", "Choose the department that this is asked of.")

    def _ways(self, cleaned: dict[str, Any]) -> tuple[Way, ...]:
        return tuple(
            Way(
                cleaned[f"way-{n}"],
                cleaned.get(f"way-cost-{n}", ""),
                cleaned.get("advised") == str(n),
            )
            for n in range(1, self.ways + 1)
            if cleaned.get(f"way-{n}")
        )

    def asked(self) -> Question:
        """What a valid form asks."""
        cleaned = self.cleaned_data
        shares = tuple(
            Share(cleaned[f"department-{n}"], cleaned[f"people-{n}"], cleaned[f"time-{n}"])
            for n in range(1, self.shares + 1)
            if cleaned[f"department-{n}"]
        )
        return Question(
            question=" ".join(cleaned["question"].split()),
            background=cleaned["background"].replace("\r\n", "\n").strip(),
            cost=cleaned["cost"],
            due_on=cleaned["due_on"],
            decider=cleaned["decider"],
            ways=self._ways(cleaned),
            shares=shares,
        )


def said_so_far(request: DecisionRequest) -> dict[str, Any]:
    """A request as what a form starts from."""
    names = ("question", "background", "cost", "due_on", "decider")
    initial: dict[str, Any] = {name: getattr(request, name) for name in names}
    for n, option in enumerate(request.options.all(), 1):
        initial |= {f"way-{n}": option.text, f"way-cost-{n}": option.cost}
        if option.is_advised:
            initial["advised"] = str(n)
    for n, row in enumerate(request.commitments.all(), 1):
        initial |= {f"department-{n}": row.department_id, f"people-{n}": row.people}
        initial[f"time-{n}"] = row.time
    return initial


class AnswerForm(AsksAboutStudents):
    """The decider's word. A yes chooses an option; a no and a question back say something."""

    watched = ("words",)
    APPROVE, DECLINE, BACK = "approve", "decline", "ask-back"
    option = forms.ModelChoiceField(
        DecisionOption.objects.none(), label="Option", required=False, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="Your words",
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed to decline or to ask back.",
    )
    say = forms.ChoiceField(
        choices=[(APPROVE, "Approve"), (DECLINE, "Decline"), (BACK, "Ask back")],
        widget=forms.HiddenInput,
        error_messages={"required": "Choose one of the three buttons."},
    )

    def __init__(self, *args: Any, options: QuerySet[DecisionOption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, option=options)
        self.helper = bare()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        say, words = cleaned.get("say"), (cleaned.get("words") or "").strip()
        if say == self.APPROVE and not cleaned.get("option") and "option" not in self.errors:
            self.add_error("option", "Choose the option that you approve.")
        if say == self.DECLINE and not words:
            self.add_error("words", "Say why not: who asked reads it.")
        if say == self.BACK and not words:
            self.add_error("words", "Say what you need to know first.")
        return cleaned


class WordsForm(AsksAboutStudents):
    """A sentence or two: a reply, or why it is withdrawn."""

    watched = ("words",)
    words = forms.CharField(max_length=600, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = label, hint
        self.helper = bare()


class CommitmentForm(AsksAboutStudents):
    """A partner's own word on what their department gives. A no says why."""

    watched = ("note",)
    answer = forms.ChoiceField(
        label="Your answer",
        widget=forms.RadioSelect,
        choices=[
            (Commitment.State.CONFIRMED, "Yes, we give this"),
            (Commitment.State.DECLINED, "We cannot, because of what is written below"),
        ],
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed if you cannot: what stands in the way, or what you could give instead.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("answer") == Commitment.State.DECLINED
            and not cleaned.get("note", "").strip()
        ):
            self.add_error("note", "Say why not, so that others can look for a way.")
        return cleaned
