"""Changing a checklist: drafts, items by key, publishing; what is used stays as it was."""

import datetime as dt

import pytest
from django.utils import timezone

from checklists.marks import draft_mark, frame_mark, item_mark
from checklists.models import Checklist, ChecklistTemplate
from checklists.reports import library as reports
from checklists.services import items, templates
from checklists.services.windows import open_window
from roles.models import AuditEvent
from roles.services.refusal import Refused, Stale
from tests.factories.checklists import (
    ChecklistFactory,
    ItemFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    year_of,
)
from tests.factories.roles import AssignmentFactory, DistrictFactory, PositionFactory, RoleFactory
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def by(district):
    return reach(district)


@pytest.fixture
def template(district):
    template = TemplateFactory(district=district, key="FC_SITE", minutes_to_complete=7)
    for n in (1, 2, 3):
        ItemFactory(
            district=district, template=template, key=f"FC_SITE-{n}", text=f"Did {n}.", order=n
        )
    return template


def freeze(template):
    ChecklistTemplate.objects.filter(pk=template.pk).update(frozen_at=timezone.now())


def keys(template):
    return [item.key for item in template.items.all()]


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def publish(draft, by, **more):
    return templates.publish(draft, note="", **{"seen": draft_mark(draft), **more}, by=by)


def test_a_draft_is_a_copy_under_the_next_number_with_the_same_keys(template, by):
    draft = templates.start_draft(template, by=by)

    assert (draft.number, draft.status, draft.minutes_to_complete) == (2, "draft", 7)
    assert keys(draft) == keys(template)
    assert verbs() == ["checklist_template.drafted"]


def test_starting_twice_opens_the_same_draft(template, by):
    assert templates.start_draft(template, by=by) == templates.start_draft(template, by=by)
    assert verbs() == ["checklist_template.drafted"]


def test_a_frozen_version_gives_a_draft_that_can_be_changed(template, by):
    freeze(template)
    draft = templates.start_draft(template, by=by)

    item = draft.items.get(key="FC_SITE-2")
    items.save_item(draft, item.key, {"text": "Did it anew."}, seen=item_mark(item), by=by)

    assert template.items.get(key="FC_SITE-2").text == "Did 2."
    assert draft.items.get(key="FC_SITE-2").text == "Did it anew."


def test_a_draft_from_an_old_version_copies_the_one_in_force(template, by):
    newer = templates.start_draft(template, by=by)
    items.add_item(newer, {"text": "New."}, by=by)
    publish(newer, by)

    again = templates.start_draft(template, by=by)

    assert (again.number, len(keys(again))) == (3, 4)


def test_a_new_item_never_gets_a_key_that_was_used(template, by):
    newer = templates.start_draft(template, by=by)
    items.retire_item(newer, "FC_SITE-3", by=by)
    publish(newer, by)

    draft = templates.start_draft(template, by=by)

    assert items.add_item(draft, {"text": "New."}, by=by).key == "FC_SITE-4"


def test_a_checklist_has_at_most_twenty_items(template, by):
    draft = templates.start_draft(template, by=by)
    for n in range(17):
        items.add_item(draft, {"text": f"New {n}."}, by=by)

    with pytest.raises(Refused, match="at most 20"):
        items.add_item(draft, {"text": "One too many."}, by=by)
    assert draft.items.count() == 20


def test_an_item_reworded_by_two_people_is_not_overwritten_unseen(template, by):
    draft = templates.start_draft(template, by=by)
    seen = item_mark(draft.items.get(key="FC_SITE-1"))
    items.save_item(draft, "FC_SITE-1", {"text": "First."}, seen=seen, by=by)

    with pytest.raises(Stale):
        items.save_item(draft, "FC_SITE-1", {"text": "Second."}, seen=seen, by=by)
    assert draft.items.get(key="FC_SITE-1").text == "First."


def test_saving_the_same_words_changes_and_records_nothing(template, by):
    draft = templates.start_draft(template, by=by)
    items.save_item(draft, "FC_SITE-1", {"text": "Did 1."}, seen="", by=by)
    assert verbs() == ["checklist_template.drafted"]


def test_an_item_retired_while_it_was_reworded_can_be_put_back_with_the_words(template, by):
    draft = templates.start_draft(template, by=by)
    seen = item_mark(draft.items.get(key="FC_SITE-1"))
    items.retire_item(draft, "FC_SITE-1", by=by)

    with pytest.raises(items.Gone):
        items.save_item(draft, "FC_SITE-1", {"text": "Mine."}, seen=seen, by=by)
    items.bring_back(draft, "FC_SITE-1", {"text": "Mine."}, by=by)

    assert keys(draft) == ["FC_SITE-2", "FC_SITE-3", "FC_SITE-1"]
    assert draft.items.get(key="FC_SITE-1").text == "Mine."


def test_bringing_back_takes_the_last_words_the_item_had(template, by):
    draft = templates.start_draft(template, by=by)
    items.retire_item(draft, "FC_SITE-2", by=by)

    assert items.bring_back(draft, "FC_SITE-2", by=by).text == "Did 2."
    with pytest.raises(Refused, match="no earlier version"):
        items.bring_back(draft, "FC_SITE-99", by=by)


def test_an_item_moves_one_place_and_stops_at_the_ends(template, by):
    draft = templates.start_draft(template, by=by)

    assert items.move_item(draft, "FC_SITE-2", up=True, by=by)
    assert keys(draft) == ["FC_SITE-2", "FC_SITE-1", "FC_SITE-3"]
    assert not items.move_item(draft, "FC_SITE-2", up=True, by=by)
    assert not items.move_item(draft, "FC_SITE-3", up=False, by=by)
    assert not items.move_item(draft, "FC_SITE-99", up=False, by=by)


def test_settings_changed_by_two_people_are_not_overwritten_unseen(template, by):
    draft = templates.start_draft(template, by=by)
    seen, said = frame_mark(draft), {name: getattr(draft, name) for name in templates.FRAME}

    assert templates.change_frame(draft, {**said, "title": "Ours"}, seen=seen, by=by)
    assert not templates.change_frame(draft, {**said, "title": "Ours"}, seen=seen, by=by)
    with pytest.raises(Stale):
        templates.change_frame(draft, {**said, "title": "Theirs"}, seen=seen, by=by)


def test_publishing_puts_in_force_and_keeps_the_version_before(template, by):
    freeze(template)
    draft = templates.start_draft(template, by=by)
    items.retire_item(draft, "FC_SITE-3", by=by)

    assert templates.publish(draft, note="One less.", seen=draft_mark(draft), by=by)

    template.refresh_from_db()
    draft.refresh_from_db()
    assert (template.status, draft.status) == ("superseded", "published")
    assert (draft.change_note, draft.published_by) == ("One less.", by.user)
    assert keys(template) == ["FC_SITE-1", "FC_SITE-2", "FC_SITE-3"]
    assert verbs()[-1] == "checklist_template.published"


def test_a_draft_changed_after_it_was_checked_is_not_published(template, by):
    draft = templates.start_draft(template, by=by)
    seen = draft_mark(draft)
    items.move_item(draft, "FC_SITE-2", up=True, by=by)

    with pytest.raises(Stale):
        publish(draft, by, seen=seen)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_checklist_without_an_item_is_not_published(district, by):
    draft = templates.write_first(RoleFactory(district=district), by=by)
    with pytest.raises(Refused, match="from 1 to 20"):
        publish(draft, by)


def test_publishing_twice_and_changing_what_is_published_are_refused(template, by):
    draft = templates.start_draft(template, by=by)
    publish(draft, by)

    assert not publish(draft, by)
    assert not templates.discard(draft, by=by)
    with pytest.raises(Refused, match="can no longer be changed"):
        items.add_item(draft, {"text": "Late."}, by=by)


def test_discarding_leaves_what_is_in_force(template, by):
    draft = templates.start_draft(template, by=by)
    assert templates.discard(draft, by=by)
    assert list(ChecklistTemplate.objects.all()) == [template]
    assert len(keys(template)) == 3


def test_a_role_gets_its_first_checklist_under_a_key_of_its_own(district, by):
    long = "VERY_LONG_ROLE_KEY_THAT_FILLS_ALL_OF_40_"
    first, second = (RoleFactory(district=district, key=long[:39] + end) for end in "AB")

    one, two = (templates.write_first(role, by=by) for role in (first, second))

    assert templates.write_first(first, by=by) == one
    assert one.key != two.key
    assert all(len(t.key) <= 36 and t.key.startswith("FC_VERY_LONG") for t in (one, two))
    assert items.add_item(one, {"text": "Done."}, by=by).key == f"{one.key}-1"


def test_open_forms_stay_on_their_version_and_so_does_the_rest_of_the_window(district, by):
    year_of(district)
    first = filled_position(district)
    template = ChecklistTemplate.objects.get(role=first.role)
    ItemFactory(district=district, template=template)
    window = WindowFactory(district=district)
    open_window(window)
    draft = templates.start_draft(template, by=by)
    items.add_item(draft, {"text": "New."}, by=by)
    publish(draft, by)

    newcomer = filled_position_of(first)
    open_window(window)
    later = WindowFactory(district=district)
    open_window(later)

    def version(window, position):
        return Checklist.objects.get(window=window, position=position).template.number

    assert [version(window, p) for p in (first, newcomer)] == [1, 1]
    assert [version(later, p) for p in (first, newcomer)] == [2, 2]


def filled_position_of(position):
    """Another seat of the same role, filled."""
    seat = PositionFactory(
        district=position.district, role=position.role, seat=2, opened_on="2020-07-01"
    )
    AssignmentFactory(district=position.district, position=seat, starts_on="2020-07-01")
    return seat


def test_the_history_tells_what_changed_and_which_windows_used_it(template, by, district):
    year_of(district)
    form = ChecklistFactory(
        district=district, template=template, window=WindowFactory(district=district, label="Fall")
    )
    draft = templates.start_draft(template, by=by)
    item = draft.items.get(key="FC_SITE-1")
    items.save_item(draft, item.key, {"text": "Did 1 twice."}, seen=item_mark(item), by=by)
    publish(draft, by)

    newest, oldest = reports.history(by, template)

    assert newest.change.in_short == "1 reworded"
    assert (newest.windows, oldest.windows) == ([], [form.window])
    assert reports.first_asked(by, draft) == dict.fromkeys(keys(template), 1)


def test_the_shelf_tells_since_when_a_version_is_used(template, by, district):
    window = WindowFactory(district=district, opens_on=dt.date(2026, 9, 1))
    ChecklistFactory(district=district, template=template, window=window)
    bare = RoleFactory(district=district)
    templates.start_draft(template, by=by)

    shelf = reports.shelf(by, drafts=True)

    row = shelf.checklists[0]
    assert (row.in_force.used_since, row.in_force.items_total) == (dt.date(2026, 9, 1), 3)
    assert row.draft.number == 2
    assert bare in shelf.missing
    assert reports.shelf(by, drafts=False).checklists[0].draft is None
