"""Proposals that a job description makes to a checklist, and what became of them."""

import pytest

from checklists.alignment import DutyLine, ItemLine, Kind, align
from checklists.marks import draft_mark, item_mark
from checklists.models import ChecklistItem, ChecklistTemplate, DutyDecision, Rating
from checklists.observable import item_from
from checklists.reports.alignment import open_proposals, standing_of, standings
from checklists.services import items, proposals, templates
from checklists.services.library import adopt_library
from roles.merging import Line
from roles.models import Duty, LeadershipRole
from roles.services import drafts, jobs
from roles.services import library as roles_library
from tests.factories.checklists import (
    ChecklistFactory,
    DutyDecisionFactory,
    RatingFactory,
    WindowFactory,
    year_of,
)
from tests.factories.roles import DistrictFactory, PositionFactory
from tests.reach import reach

KEEP = DutyLine("SL1", "Keep the schedule.")
SEND = DutyLine("SL2", "Send the notices.")


def asked(key, duty, **more):
    return ItemLine(key, more.get("text", "Done."), duty.key, more.get("was", duty.text))


def kinds(found):
    return [(p.kind, p.duty_key or p.duty_now or p.duty_was) for p in found.proposals]


def test_a_duty_without_an_item_is_proposed_with_a_first_wording():
    found = align([KEEP, SEND], [asked("FC-1", KEEP)])

    assert kinds(found) == [(Kind.ADDED, "SL2")]
    assert found.proposals[0].suggestion == "Sent the notices."


def test_a_duty_that_reads_otherwise_asks_to_reword_its_items():
    found = align([KEEP], [asked("FC-1", KEEP, was="Keep a schedule."), asked("FC-2", KEEP)])

    assert [(p.kind, p.item_key) for p in found.proposals] == [(Kind.REWORDED, "FC-1")]
    assert (found.proposals[0].duty_was, found.proposals[0].duty_now) == (
        "Keep a schedule.",
        "Keep the schedule.",
    )


def test_an_item_whose_duty_is_gone_is_proposed_to_go():
    assert kinds(align([KEEP], [asked("FC-1", KEEP), asked("FC-2", SEND)])) == [
        (Kind.RETIRED, "SL2")
    ]


def test_an_item_that_never_had_a_duty_is_only_reported():
    found = align([KEEP], [asked("FC-1", KEEP), ItemLine("FC-2", "Set up the room.")])

    assert found.proposals == ()
    assert [item.key for item in found.without_duty] == ["FC-2"]


def test_spaces_and_capitals_alone_are_no_change():
    assert align([KEEP], [asked("FC-1", KEEP, was="keep  the Schedule.")]).proposals == ()


def test_a_line_without_a_key_is_known_by_its_words_and_by_their_likeness():
    was = DutyLine("", "Tell families at the first fall conference.")
    now = DutyLine("", "Tell all families at the first fall conference.")

    assert align([was], [asked("FC-1", was)]).proposals == ()
    assert kinds(align([now], [asked("FC-1", was)])) == [(Kind.REWORDED, now.text)]


def test_a_duty_that_got_another_key_stays_matched_by_its_words():
    assert align([DutyLine("SL9", KEEP.text)], [asked("FC-1", KEEP)]).proposals == ()


def test_one_item_is_enough_for_two_lines_of_the_same_duty():
    assert align([KEEP, DutyLine("SL1", "Keep rooms.")], [asked("FC-1", KEEP)]).proposals == ()


def test_other_words_make_it_another_proposal():
    first, again, other = (
        align([DutyLine("SL2", text)], []).proposals[0].digest
        for text in ("Send notices.", "Send notices.", "Send the notices.")
    )
    assert first == again != other
    assert len(first) == 64


@pytest.mark.parametrize(
    ("duty", "item"),
    [
        ("Keep one plan, and update it every week.", "Kept one plan, and updated it every week."),
        ("Run the windows: open, remind, close.", "Ran the windows: open, remind, close."),
        ("Raise safety or conduct concerns", "Raised safety or conduct concerns."),
        ("carry concerns and submit notes", "Carried concerns and submitted notes."),
        ("", ""),
    ],
)
def test_a_duty_becomes_an_item_in_the_past_tense(duty, item):
    assert item_from(duty) == item


def test_a_very_long_duty_is_cut_at_a_word():
    suggested = item_from("Check " + "attendance " * 60)
    assert len(suggested) <= 300
    assert suggested.endswith("attendance…")


@pytest.fixture
def district():
    district = DistrictFactory()
    roles_library.adopt(district)
    adopt_library(district)
    return district


@pytest.fixture
def role(district):
    return LeadershipRole.objects.get(district=district, key="SITE_LEAD")


@pytest.fixture
def by(district):
    return reach(district)


def publish(role, lines, by):
    """Put a job description in force through the services the pages use."""
    draft = drafts.start_draft(role, by=by)
    drafts.save_draft(draft, fields={}, lines=lines, seen=draft.edited_at, by=by)
    assert jobs.publish(draft, by=by)


def lines_of(role, **changed):
    """The role's duties, some in other words; a duty worded None is left out."""
    duties = Duty.objects.filter(role=role)
    worded = [(duty, changed.get(duty.key, duty.text)) for duty in duties]
    return [Line(text, duty.pk) for duty, text in worded if text]


@pytest.mark.django_db
def test_a_fresh_district_has_no_proposal_and_fits_all_over(district, by, role):
    publish(role, lines_of(role), by)

    assert open_proposals(by) == 0
    assert [s.role.key for s in standings(by) if s.template and s.has_more] == []


@pytest.mark.django_db
def test_publishing_a_job_description_proposes_all_three_kinds(role, by):
    changed = {"SL2": "Make the list with teachers every month.", "SL8": None}
    new = Line("Greet new tutors on their first day.")
    publish(role, [*lines_of(role, **changed), new], by)

    found = {(p.kind, p.item_key) for p in standing_of(by, role).open}

    assert found == {
        (Kind.ADDED, ""),
        (Kind.REWORDED, "FC_SITE-3"),
        (Kind.RETIRED, "FC_SITE-10"),
    }
    assert open_proposals(by) == 3


@pytest.mark.django_db
def test_a_draft_of_a_job_description_proposes_nothing(role, by):
    draft = drafts.start_draft(role, by=by)
    drafts.save_draft(draft, fields={}, lines=[Line("All new.")], seen=draft.edited_at, by=by)

    assert open_proposals(by) == 0


def proposal(role, by, kind):
    return next(p for p in standing_of(by, role).open if p.kind == kind)


@pytest.mark.django_db
def test_a_new_duty_is_taken_over_as_an_item_under_a_new_key(role, by):
    publish(role, [*lines_of(role), Line("Greet new tutors on their first day.")], by)
    in_force = ChecklistTemplate.objects.published().get(role=role)

    draft, key = proposals.take_over(in_force, proposal(role, by, Kind.ADDED), by=by)

    item = draft.items.get(key=key)
    assert (draft.number, key) == (2, "FC_SITE-11")
    assert item.duty_text == "Greet new tutors on their first day."
    assert in_force.items.count() == 10
    assert standing_of(by, role).open == ()


@pytest.mark.django_db
def test_a_retired_duty_drops_its_item_from_the_draft_only(role, by):
    publish(role, lines_of(role, SL8=None), by)
    in_force = ChecklistTemplate.objects.published().get(role=role)

    draft, key = proposals.take_over(in_force, proposal(role, by, Kind.RETIRED), by=by)

    assert key == ""
    assert not draft.items.filter(key="FC_SITE-10").exists()
    assert in_force.items.filter(key="FC_SITE-10").exists()


@pytest.mark.django_db
def test_a_reworded_duty_waits_until_a_person_matches_the_item(role, by):
    publish(role, lines_of(role, SL2="Make the list with teachers every month."), by)
    in_force = ChecklistTemplate.objects.published().get(role=role)
    offered = proposal(role, by, Kind.REWORDED)

    draft, key = proposals.take_over(in_force, offered, by=by)
    assert standing_of(by, role).open == (offered,)

    proposals.match(draft, offered, by=by)
    assert draft.items.get(key=key).duty_text == "Make the list with teachers every month."
    assert standing_of(by, role).open == ()


@pytest.mark.django_db
def test_what_was_left_comes_back_only_when_the_words_change(role, by):
    publish(role, lines_of(role, SL2="Make the list every month."), by)
    in_force = ChecklistTemplate.objects.published().get(role=role)
    proposals.leave(in_force, proposal(role, by, Kind.REWORDED), by=by)
    assert open_proposals(by) == 0

    publish(role, lines_of(role, SL2="Make the list every week."), by)

    assert [p.duty_now for p in standing_of(by, role).open] == ["Make the list every week."]


@pytest.mark.django_db
def test_what_was_left_can_be_proposed_again(role, by):
    publish(role, lines_of(role, SL8=None), by)
    in_force = ChecklistTemplate.objects.published().get(role=role)
    left = proposal(role, by, Kind.RETIRED)
    proposals.leave(in_force, left, by=by)

    assert proposals.offer_again(in_force, left.digest, by=by)

    assert standing_of(by, role).open == (left,)
    assert not proposals.offer_again(in_force, left.digest, by=by)


@pytest.mark.django_db
def test_discarding_the_draft_brings_its_proposals_back(role, by):
    publish(role, lines_of(role, SL8=None), by)
    in_force = ChecklistTemplate.objects.published().get(role=role)
    draft, _ = proposals.take_over(in_force, proposal(role, by, Kind.RETIRED), by=by)
    assert DutyDecision.objects.get().taken

    templates.discard(draft, by=by)

    assert open_proposals(by) == 1


@pytest.mark.django_db
def test_what_another_district_left_counts_for_it_alone(role, by):
    publish(role, lines_of(role, SL8=None), by)
    DutyDecisionFactory(
        checklist_key="FC_SITE", digest=proposal(role, by, Kind.RETIRED).digest, taken=False
    )
    assert open_proposals(by) == 1


@pytest.mark.django_db
def test_a_trend_by_item_key_survives_rewording(role, by, district):
    year_of(district)
    position = PositionFactory(district=district, role=role)
    publish(role, lines_of(role, SL2="Make the list with teachers every month."), by)
    first = ChecklistTemplate.objects.published().get(role=role)
    rate(position, first, "FC_SITE-3", 1)

    draft, key = proposals.take_over(first, proposal(role, by, Kind.REWORDED), by=by)
    item = draft.items.get(key=key)
    said = {"text": "The student list was reviewed every month."}
    items.save_item(draft, key, said, seen=item_mark(item), by=by)
    templates.publish(draft, note="", seen=draft_mark(draft), by=by)
    rate(position, draft, "FC_SITE-3", 2)

    trend = Rating.objects.filter(district=district, item__key="FC_SITE-3").order_by("pk")
    assert [(r.value, r.item.template.number) for r in trend] == [(1, 1), (2, 2)]
    assert ChecklistItem.objects.get(template=first, key=key).text != said["text"]


def rate(position, template, key, value):
    """One answer of the position's holder, in a window of its own."""
    district = position.district
    form = ChecklistFactory(
        district=district,
        template=template,
        position=position,
        window=WindowFactory(district=district),
    )
    item = template.items.get(key=key)
    RatingFactory(district=district, checklist=form, item=item, value=value)
