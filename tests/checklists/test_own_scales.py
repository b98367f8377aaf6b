"""A district's own rating scales, and how publishing freezes their words."""

import pytest

from checklists.forms.scales import Points, ScaleForm, said_points
from checklists.marks import draft_mark
from checklists.models import RatingScale
from checklists.reports.scales import scales_with_use
from checklists.services import items, scales, templates
from roles.services.refusal import Refused
from tests.factories.checklists import RatingScaleFactory, TemplateFactory
from tests.factories.roles import DistrictFactory
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return reach(DistrictFactory())


@pytest.fixture
def scale(by):
    return RatingScaleFactory(district=by.district, key="own_weeks", label="Weeks")


def points(*pairs):
    data = {"point-TOTAL_FORMS": str(len(pairs)), "point-INITIAL_FORMS": "0"}
    for n, (label, anchor) in enumerate(pairs):
        data |= {f"point-{n}-label": label, f"point-{n}-anchor": anchor}
    return Points(data, prefix="point")


def errors(found):
    return [message for form in found.forms for said in form.errors.values() for message in said]


def draft_with(scale, by):
    """A draft whose one item is rated on the scale."""
    draft = templates.start_draft(TemplateFactory(district=by.district), by=by)
    said = {"text": "Held it.", "scale": scale.key, "own_scale": scale.words}
    return draft, items.add_item(draft, said, by=by)


def test_points_count_from_zero_in_their_order():
    found = points(("Never", "Not once."), ("Always", "Each time."), ("", ""))
    assert found.is_valid()
    assert said_points(found) == [
        {"value": 0, "label": "Never", "anchor": "Not once."},
        {"value": 1, "label": "Always", "anchor": "Each time."},
    ]


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("Never", "Not once.")], "at least two"),
        ([("", ""), ("", "")], "at least two"),
        ([("Never", "A."), ("", ""), ("Always", "B.")], "no gap"),
        ([("Never", "A."), ("never", "B.")], "this name already"),
        ([("Never", ""), ("Always", "B.")], "right one"),
        ([("", "A."), ("Always", "B.")], "a name"),
    ],
)
def test_a_scale_that_cannot_be_rated_on_is_told_beside_its_point(pairs, says):
    found = points(*pairs)
    assert not found.is_valid()
    assert says in " ".join(errors(found))


def test_a_scale_sent_without_any_answer_is_refused():
    assert points().non_form_errors() == ["A scale has at least two answers."]


def test_a_rating_has_one_digit_so_a_scale_has_at_most_ten_points():
    assert points(*[(f"P{n}", "A.") for n in range(10)]).is_valid()
    assert not points(*[(f"P{n}", "A.") for n in range(11)]).is_valid()


@pytest.mark.parametrize("label", ["weeks", "  Weeks ", "Yes / No"])
def test_two_scales_of_one_name_are_refused(by, scale, label):
    assert "label" in ScaleForm({"label": label}, reach=by).errors


def test_scales_of_the_same_beginning_get_keys_of_their_own(by):
    made = [
        scales.add_scale(RatingScale(label=f"How often in a week {n}", points=[]), by=by).key
        for n in range(3)
    ]
    assert len(set(made)) == 3
    assert all(len(key) <= 20 for key in made)


def test_changing_a_scale_changes_the_drafts_that_use_it(by, scale):
    _, item = draft_with(scale, by)
    scale.label = "Weeks of the month"

    scales.change_scale(scale, by=by)

    item.refresh_from_db()
    assert item.on_scale.label == "Weeks of the month"


def test_a_scale_that_a_published_checklist_uses_keeps_its_words(by, scale):
    draft, item = draft_with(scale, by)
    templates.publish(draft, note="", seen=draft_mark(draft), by=by)
    scale.label = "Other"

    with pytest.raises(Refused, match="Make a new one"):
        scales.change_scale(scale, by=by)
    item.refresh_from_db()
    assert item.on_scale.label == "Weeks"
    assert scales_with_use(by)[0].used_by == (draft.title,)


def test_retiring_offers_a_scale_no_more_and_takes_it_from_no_item(by, scale):
    _, item = draft_with(scale, by)

    assert scales.retire_scale(scale, by=by)
    assert not scales.retire_scale(scale, by=by)

    item.refresh_from_db()
    assert item.on_scale.max == 3
