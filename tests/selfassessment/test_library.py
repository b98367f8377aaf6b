"""The shipped indicators."""

import pytest

from roles.services.library import content
from selfassessment.library import library


def test_a_round_asks_for_the_five_indicators_of_the_playbook():
    assert [each.code for each in library().core] == ["6b.1", "6b.2", "6b.3", "6c.1", "6c.2"]
    assert [each.code for each in library().optional] == ["6b.4", "6b.5"]


@pytest.mark.parametrize("indicator", library().core, ids=lambda each: each.code)
def test_each_point_has_words_of_its_own(indicator):
    anchors = [point.anchor for point in indicator.points]

    assert [point.value for point in indicator.points] == [0, 1, 2, 3]
    assert anchors[1:] != [point.anchor for point in library().scale[1:]]
    assert all((indicator.why, indicator.question, indicator.rule, *anchors))


def test_indicators_speak_of_roles_that_the_role_library_has():
    known = {role["key"] for role in content()["roles"]} | {"all_active"}
    named = {key for each in library().indicators for key in (*each.role_keys, *each.leaders)}

    assert named <= known
