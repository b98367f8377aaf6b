import pytest

from checklists.scales import library
from checklists.wording import about_number, hints

ITEMS = [item["text"] for raw in library()["checklists"] for item in raw["items"]]


def codes(text):
    return [hint.code for hint in hints(text)]


@pytest.mark.parametrize("text", ["Ensures good tutoring each week.", "Supports 12 tutors."])
def test_ensuring_and_supporting_alone_are_remarked_on(text):
    assert codes(text) == ["vague"]


def test_a_person_who_is_motivated_is_nothing_done():
    assert codes("Supports motivated tutors each week.") == ["vague", "character"]


def test_ensuring_beside_something_done_is_not():
    assert codes("Ensured cover: a substitute was named before each session.") == []


def test_an_item_without_an_amount_or_a_time_is_remarked_on():
    assert codes("Talked with teachers.") == ["amount"]
    assert codes("Talked with teachers every Friday.") == []


@pytest.mark.parametrize("word", ["motivated", "Enthusiastic", "professional", "reliable"])
def test_words_about_character_are_remarked_on(word):
    found = hints(f"Was {word} in each meeting.")
    assert [hint.code for hint in found] == ["character"]
    assert word.lower() in found[0].words


def test_professional_development_is_no_character():
    assert codes("Two professional development days took place this term.") == []


def test_a_long_item_is_remarked_on():
    assert codes("Held the weekly call " + "with every school lead " * 8) == ["long"]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_said_about_nothing(text):
    assert hints(text) == ()


def test_the_shipped_items_draw_hardly_a_remark():
    """Hints that cry wolf are not read: at most one item in ten, and never on its verb."""
    remarked = [text for text in ITEMS if codes(text)]
    assert len(remarked) <= len(ITEMS) / 10
    assert {code for text in remarked for code in codes(text)} == {"amount"}


@pytest.mark.parametrize(("number", "says"), [(0, ""), (1, "1 item so far"), (8, ""), (12, "")])
def test_eight_to_twelve_items_draw_no_remark(number, says):
    assert about_number(number).startswith(says)
    assert bool(about_number(number)) is bool(says)


def test_more_than_twelve_items_take_long():
    assert "longer than eight minutes" in about_number(13)
