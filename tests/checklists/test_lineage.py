from checklists.lineage import Told, What, compare


def told(key, text="Done.", **beside):
    return Told(key, text, beside)


def whats(change):
    return {item.key: item.what for item in change.items}


def test_items_are_the_same_by_key_whatever_their_words():
    change = compare(
        [told("A", "Held a call."), told("B"), told("C", scale="0-2")],
        [told("A", "Held two calls."), told("C", scale="0-3"), told("D")],
    )
    assert whats(change) == {
        "A": What.REWORDED,
        "B": What.RETIRED,
        "C": What.CHANGED,
        "D": What.ADDED,
    }
    assert change.in_short == "1 added, 1 reworded, 1 changed in detail, 1 retired"


def test_the_words_that_changed_are_marked():
    change = compare([told("A", "Held a call.")], [told("A", "Held two calls.")])
    assert [(p.kind, p.text.strip()) for p in change.items[0].pieces] == [
        ("same", "Held"),
        ("old", "a call."),
        ("new", "two calls."),
    ]


def test_nothing_changed_says_nothing():
    change = compare([told("A"), told("B")], [told("A"), told("B")])
    assert change.is_empty
    assert change.in_short == "nothing"


def test_another_order_alone_is_a_change():
    change = compare([told("A"), told("B")], [told("B"), told("A")])
    assert (change.is_empty, change.in_short) == (False, "new order")


def test_an_item_that_left_changes_no_order():
    assert not compare([told("A"), told("B"), told("C")], [told("A"), told("C")]).reordered


def test_settings_are_told_from_and_to():
    change = compare([], [], frames=({"Minutes": "6"}, {"Minutes": "8"}))
    assert [(d.name, d.was, d.now) for d in change.frame] == [("Minutes", "6", "8")]
    assert change.in_short == "settings"
