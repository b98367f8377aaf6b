"""Why a form came out as it did: each rule that had a part in it is named, and no other."""

import pytest

from checklists import explaining
from checklists.models import Checklist, ChecklistItem, Rating
from checklists.scoring import Thresholds
from checklists.sheets import Line, Sheet

NA = "na"


def sheet(*answers):
    """Answers to items; "0!" is a critical item rated 0."""
    return Sheet(Checklist(), tuple(line(n, given) for n, given in enumerate(answers, 1)))


def line(number, given):
    given, critical = str(given), str(given).endswith("!")
    item = ChecklistItem(scale="impl_0_2", critical=critical)
    if given == "":
        return Line(number, item, None)
    rating = Rating(not_applicable=True) if given == NA else Rating(value=int(given.strip("!")))
    return Line(number, item, rating)


def said(*answers, on_track=80, developing=60):
    return explaining.why(sheet(*answers), Thresholds(on_track, developing))


def test_a_plain_form_names_coverage_average_and_thresholds():
    assert said(2, 2, 1, 2) == [
        "4 of 4 items that apply are rated: 100%.",
        "Each rated item counts the same, the best answer as 100% and the lowest as 0%:"
        " on average 88%.",
        "80% and more is on track, 60% and more is developing, less needs support.",
    ]


def test_thresholds_are_those_of_the_checklist():
    assert said(2, on_track=90, developing=50)[-1].startswith("90% and more is on track, 50%")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((2, NA), "Item 2 does not apply and left the count."),
        ((NA, 2, NA, NA), "Items 1, 3 and 4 do not apply and left the count."),
    ],
)
def test_what_does_not_apply_is_named(answers, sentence):
    assert said(*answers)[0] == sentence


def test_a_critical_zero_is_named_last():
    assert said(2, "0!", 2, 2)[-1] == (
        "Item 2 is critical and rated 0: the band is developing at best, whatever the score."
    )


def test_too_few_ratings_are_said_to_give_no_score():
    assert said(2, "", "") == [
        "1 of 3 items that apply are rated: 33%.",
        "Under 60% of the items that apply there is no score and no band.",
    ]


def test_nothing_that_applies_gives_no_score():
    assert said(NA)[1] == "No item applies."
