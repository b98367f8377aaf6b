"""The pages of the checklist library, as managers and readers meet them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklists.marks import draft_mark, item_mark
from checklists.models import ChecklistTemplate, DutyDecision, RatingScale
from checklists.reports.alignment import standing_of
from checklists.services import items, templates
from checklists.services.library import adopt_library
from roles.capabilities import AccessLevel
from roles.models import LeadershipRole
from roles.services import drafts, jobs
from roles.services import library as roles_library
from tests.checklists.test_alignment import lines_of
from tests.factories.checklists import ItemFactory, RatingScaleFactory, TemplateFactory
from tests.factories.roles import DistrictFactory, DutyFactory, RoleFactory, SchoolFactory, member
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
    role = RoleFactory(district=district, title="Site Tutoring Lead")
    template = TemplateFactory(district=district, role=role, key="FC_SITE")
    for n in (1, 2):
        ItemFactory(
            district=district, template=template, key=f"FC_SITE-{n}", text=f"Did {n}.", order=n
        )
    return template


@pytest.fixture
def draft(template, by):
    return templates.start_draft(template, by=by)


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def url(name, district, **more):
    return reverse(f"checklists:{name}", kwargs={"district": district.slug, **more})


def words(response):
    return response.content.decode()


def item_url(draft, key="FC_SITE-1"):
    return url("item-edit", draft.district, pk=draft.pk, key=key)


def typed(draft, key="FC_SITE-1", **changed):
    item = draft.items.get(key=key)
    said = {"text": item.text, "frequency": item.frequency, "scale": item.scale}
    return {**said, "evidence": item.evidence, "seen": item_mark(item), **changed}


def test_everyone_reads_the_checklists_and_only_managers_change_them(client, district, template):
    client.force_login(member(AccessLevel.COACH, at=SchoolFactory(district=district)))

    page = words(client.get(url("library", district)))
    version = words(client.get(url("template", district, pk=template.pk)))

    assert template.title in page
    assert "Did 1." in version
    assert "Change this checklist" not in version
    assert "Write one" not in page


def test_readers_do_not_see_drafts(client, district, draft):
    client.force_login(member(AccessLevel.COACH, at=SchoolFactory(district=district)))

    assert client.get(url("template", district, pk=draft.pk)).status_code == 404
    assert "Draft" not in words(client.get(url("library", district)))


def test_a_district_without_checklists_is_told_what_one_is(lead, district):
    assert "No checklist yet" in words(lead.get(url("library", district)))


def test_changing_a_checklist_opens_its_draft(lead, district, template):
    answer = lead.post(url("template-change", district, pk=template.pk), follow=True)
    assert "Nobody is asked these items before you publish" in words(answer)
    assert ChecklistTemplate.objects.drafts().get().number == 2


def test_a_role_without_a_checklist_gets_an_empty_draft(lead, district):
    role = RoleFactory(district=district, title="Bus Coordinator")
    answer = lead.post(url("template-write", district, pk=role.pk), follow=True)
    assert "No item yet" in words(answer)
    assert "Check and publish" not in words(answer)


def test_an_item_is_added_reworded_and_shown_in_the_draft(lead, district, draft):
    said = typed(draft, text="  Held   the call. ", scale="yes_no", critical="on")
    answer = lead.post(item_url(draft), said, follow=True)

    item = draft.items.get(key="FC_SITE-1")
    assert (item.text, item.scale, item.critical) == ("Held the call.", "yes_no", True)
    assert "Held the call." in words(answer)

    new = {"text": "Sent the note on Friday.", "frequency": "weekly", "scale": "impl_0_2"}
    lead.post(url("item-add", district, pk=draft.pk), new)
    assert draft.items.get(key="FC_SITE-3").frequency == "weekly"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"text": ""}, "required"),
        ({"text": "x" * 301}, "at most 300"),
        ({"evidence": "x" * 201}, "at most 200"),
        ({"scale": "own_none"}, "not one of the available"),
        ({"frequency": "hourly"}, "not one of the available"),
    ],
)
def test_a_bad_item_is_told_beside_its_field_and_nothing_typed_is_lost(lead, draft, bad, says):
    answer = lead.post(item_url(draft), typed(draft, **{"evidence": "My own log", **bad}))

    assert answer.status_code == 422
    assert says in words(answer)
    assert bad.get("evidence", "My own log")[:50] in words(answer)
    assert draft.items.get(key="FC_SITE-1").text == "Did 1."


def test_hints_stand_beside_the_item_and_stop_nobody(lead, draft):
    lead.post(item_url(draft), typed(draft, text="Supports tutors."))
    assert draft.items.get(key="FC_SITE-1").text == "Supports tutors."
    assert "cannot be seen" in words(lead.get(item_url(draft)))


def test_rewording_an_item_that_another_person_retired_loses_nothing(lead, draft, by):
    said = typed(draft, text="My long thought.")
    items.retire_item(draft, "FC_SITE-1", by=by)

    answer = lead.post(item_url(draft), said)
    assert answer.status_code == 409
    assert "Someone retired this item" in words(answer)
    assert "My long thought." in words(answer)

    lead.post(item_url(draft), {**said, "restore": "1"})
    assert draft.items.get(key="FC_SITE-1").text == "My long thought."


def test_rewording_an_item_that_another_person_reworded_shows_both(lead, draft, by):
    said = typed(draft, text="Mine.")
    theirs = {"text": "Theirs."}
    items.save_item(draft, "FC_SITE-1", theirs, seen=said["seen"], by=by)

    answer = lead.post(item_url(draft), said)
    assert answer.status_code == 409
    assert "Theirs." in words(answer)
    assert "Mine." in words(answer)
    assert draft.items.get(key="FC_SITE-1").text == "Theirs."

    seen = item_mark(draft.items.get(key="FC_SITE-1"))
    assert f'value="{seen}"' in words(answer)
    lead.post(item_url(draft), {**said, "seen": seen})
    assert draft.items.get(key="FC_SITE-1").text == "Mine."


def test_an_own_scale_takes_its_words_into_the_item(lead, district, draft):
    scale = RatingScaleFactory(district=district)
    lead.post(item_url(draft), typed(draft, scale=scale.key))

    item = draft.items.get(key="FC_SITE-1")
    assert (item.own_scale, item.on_scale.max) == (scale.words, 3)
    lead.post(item_url(draft), typed(draft, scale="yes_no"))
    item.refresh_from_db()
    assert item.own_scale is None


def test_an_item_keeps_a_scale_that_is_offered_no_more(lead, district, draft):
    scale = RatingScaleFactory(district=district)
    lead.post(item_url(draft), typed(draft, scale=scale.key))
    lead.post(url("scale-retire", district, pk=scale.pk))

    lead.post(item_url(draft), typed(draft, text="Other words."))

    item = draft.items.get(key="FC_SITE-1")
    assert (item.text, item.own_scale) == ("Other words.", scale.words)


def test_another_duty_brings_its_words(lead, district, draft):
    duty = DutyFactory(district=district, role=draft.role, key="SL9", text="Greet tutors.")
    lead.post(item_url(draft), typed(draft, duty=duty.pk))

    item = draft.items.get(key="FC_SITE-1")
    assert (item.duty, item.duty_text) == (duty, "Greet tutors.")


def test_a_duty_of_another_role_is_refused(lead, district, draft):
    duty = DutyFactory(district=district, role=RoleFactory(district=district))
    assert lead.post(item_url(draft), typed(draft, duty=duty.pk)).status_code == 422


def test_moving_sends_the_list_alone_to_htmx_and_the_page_to_others(lead, district, draft):
    address = url("item-move", district, pk=draft.pk, key="FC_SITE-2")

    part = lead.post(address, {"up": "1"}, headers={"HX-Request": "true"})
    assert words(part).lstrip().startswith('<div id="items"')
    assert [i.key for i in draft.items.all()] == ["FC_SITE-2", "FC_SITE-1"]

    whole = lead.post(address, {"down": "1"})
    assert whole.url.endswith("#item-FC_SITE-2")


def test_a_retired_item_can_be_brought_back_on_the_page(lead, district, draft):
    lead.post(url("item-retire", district, pk=draft.pk, key="FC_SITE-1"))
    assert "Retired in this draft" in words(lead.get(url("template-draft", district, pk=draft.pk)))

    lead.post(url("item-bring-back", district, pk=draft.pk, key="FC_SITE-1"))
    assert draft.items.filter(key="FC_SITE-1").exists()


FRAME = {
    "title": "Site checklist",
    "self_frequency": "monthly",
    "minutes_to_complete": "8",
    "on_track_from": "85",
    "developing_from": "60",
    "banner": "For learning.",
}


def test_settings_of_a_draft_are_saved(lead, district, draft):
    observer = RoleFactory(district=district)
    more = {"observer_role": observer.pk, "observed_in": ["fall", "meeting"]}
    lead.post(url("template-frame", district, pk=draft.pk), FRAME | more)

    draft.refresh_from_db()
    assert (draft.title, draft.on_track_from, draft.observed_in) == (
        "Site checklist",
        85,
        ["fall", "meeting"],
    )
    assert draft.observer_role == observer


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"developing_from": "90"}, "below on track"),
        ({"on_track_from": "0"}, "From 1 to 100"),
        ({"on_track_from": "101"}, "From 1 to 100"),
        ({"minutes_to_complete": "0"}, "From 1 to 60"),
        ({"observed_in": ["fall"]}, "Choose who rates"),
        ({"observed_in": ["never"]}, "not one of the available"),
        ({"banner": ""}, "required"),
        ({"banner": "x" * 301}, "at most 300"),
    ],
)
def test_bad_settings_are_told_beside_their_field(lead, district, draft, bad, says):
    answer = lead.post(url("template-frame", district, pk=draft.pk), FRAME | bad)
    assert answer.status_code == 422
    assert says in words(answer)


def test_an_observer_without_windows_is_told(lead, district, draft):
    more = {"observer_role": RoleFactory(district=district).pk}
    answer = lead.post(url("template-frame", district, pk=draft.pk), FRAME | more)
    assert "Choose the windows" in words(answer)


def test_publishing_shows_the_change_first_and_then_puts_it_in_force(lead, district, draft, by):
    item = draft.items.get(key="FC_SITE-1")
    items.save_item(draft, item.key, {"text": "Did 1 twice."}, seen=item_mark(item), by=by)
    address = url("template-publish", district, pk=draft.pk)

    page = words(lead.get(address))
    assert "Reworded, the trend goes on" in page
    assert "Nothing that is closed changes" in page

    said = {"seen": draft_mark(draft), "change_note": "Twice now."}
    answer = words(lead.post(address, said, follow=True))
    assert "Version 2, in force" in answer
    assert "Twice now." in answer


def test_a_note_that_is_too_long_is_told_and_kept(lead, district, draft):
    said = {"seen": draft_mark(draft), "change_note": "n" * 301}
    answer = lead.post(url("template-publish", district, pk=draft.pk), said)
    assert answer.status_code == 422
    assert "n" * 301 in words(answer)


def test_publishing_what_was_changed_meanwhile_asks_to_check_again(lead, district, draft, by):
    said = {"seen": draft_mark(draft)}
    items.move_item(draft, "FC_SITE-2", up=True, by=by)

    answer = lead.post(url("template-publish", district, pk=draft.pk), said, follow=True)

    assert "Check it once more" in words(answer)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_discarding_a_draft_leaves_the_version_in_force(lead, district, draft, template):
    lead.post(url("template-discard", district, pk=draft.pk))
    assert list(ChecklistTemplate.objects.all()) == [template]


def test_a_published_version_has_no_page_to_edit(lead, district, template):
    for name in ("template-frame", "item-add"):
        assert lead.get(url(name, district, pk=template.pk)).status_code == 404


SCALE = {
    "label": "Share of weeks",
    "point-TOTAL_FORMS": "2",
    "point-INITIAL_FORMS": "0",
    "point-0-label": "None",
    "point-0-anchor": "In no week.",
    "point-1-label": "All",
    "point-1-anchor": "In every week.",
}


def test_a_scale_is_made_edited_and_frozen_by_publishing(lead, district, draft, by):
    lead.post(url("scale-add", district), SCALE)
    scale = RatingScale.objects.get()
    assert (scale.points[1], scale.allow_na) == (
        {"value": 1, "label": "All", "anchor": "In every week."},
        False,
    )
    lead.post(url("scale-edit", district, pk=scale.pk), SCALE | {"label": "Weeks"})
    lead.post(item_url(draft), typed(draft, scale=scale.key))
    templates.publish(draft, note="", seen=draft_mark(draft), by=by)

    answer = lead.get(url("scale-edit", district, pk=scale.pk), follow=True)

    assert "so its words stay" in words(answer)
    scale.refresh_from_db()
    assert scale.label == "Weeks"


def test_one_more_answer_keeps_what_was_typed_and_saves_nothing(lead, district):
    answer = lead.post(url("scale-add", district), SCALE | {"act": "another"})
    page = words(answer)
    assert 'name="point-2-label"' in page
    assert "In every week." in page
    assert 'value="Share of weeks"' in page
    assert not RatingScale.objects.exists()


def test_a_scale_with_a_gap_is_told_and_kept(lead, district):
    said = SCALE | {"point-TOTAL_FORMS": "3", "point-1-label": "", "point-1-anchor": ""}
    said |= {"point-2-label": "All", "point-2-anchor": "In every week."}
    answer = lead.post(url("scale-add", district), said)
    assert answer.status_code == 422
    assert "A scale has no gap" in words(answer)
    assert "In every week." in words(answer)


@pytest.fixture
def proposed(district, by):
    """A district in which a published job description proposes one change of each kind."""
    roles_library.adopt(district)
    adopt_library(district)
    role = LeadershipRole.objects.get(district=district, key="SITE_LEAD")
    lines = lines_of(role, SL2="Make the list with teachers every month.", SL8=None)
    lines += [drafts.Line("Greet new tutors on their first day.")]
    version = drafts.start_draft(role, by=by)
    drafts.save_draft(version, fields={}, lines=lines, seen=version.edited_at, by=by)
    jobs.publish(version, by=by)
    return ChecklistTemplate.objects.published().get(role=role)


def answer_url(template):
    return url("proposal-answer", template.district, pk=template.pk)


def digest_of(template, by, kind):
    found = standing_of(by, template.role).open
    return next(p.digest for p in found if p.kind == kind)


def test_managers_see_on_three_pages_that_something_is_proposed(lead, district, proposed):
    assert "propose 3 changes" in words(lead.get(url("library", district)))
    assert "proposes 3 changes" in words(lead.get(url("template", district, pk=proposed.pk)))
    assert "3 changes</a>" in words(lead.get(url("index", district)))


def test_the_report_counts_and_names_what_does_not_fit(lead, district, proposed):
    page = words(lead.get(url("alignment", district)))
    assert "Job descriptions in force propose 3 changes" in page
    assert "Greeted new tutors on their first day." in page
    assert "Families received the progress message" in page


def test_readers_see_the_report_without_its_buttons(client, district, proposed):
    client.force_login(member(AccessLevel.EXECUTIVE, at=district))
    page = words(client.get(url("alignment", district)))
    assert "Greeted new tutors" in page
    assert "Leave it as it is" not in page


def test_taking_a_new_duty_leads_to_its_item(lead, proposed, by):
    said = {"digest": digest_of(proposed, by, "added"), "answer": "take"}
    answer = lead.post(answer_url(proposed), said, follow=True)
    assert "Word it so that it can be seen" in words(answer)
    assert "Greeted new tutors on their first day." in words(answer)


def test_taking_a_reworded_duty_shows_both_words_and_saving_settles_it(lead, proposed, by):
    said = {"digest": digest_of(proposed, by, "reworded"), "answer": "take"}
    page = words(lead.post(answer_url(proposed), said, follow=True))
    assert "Its duty reads otherwise now" in page
    assert "Make the list with teachers every month." in page

    draft = ChecklistTemplate.objects.drafts().get(role=proposed.role)
    item = draft.items.get(key="FC_SITE-3")
    same = {"duty": item.duty_id, "matched": "on"}
    lead.post(item_url(draft, item.key), typed(draft, item.key, text="Read monthly.", **same))

    item.refresh_from_db()
    assert (item.text, item.duty_text) == (
        "Read monthly.",
        "Make the list with teachers every month.",
    )
    assert DutyDecision.objects.get().taken


def test_an_item_saved_as_not_fitting_yet_stays_proposed(lead, proposed, by):
    digest = digest_of(proposed, by, "reworded")
    lead.post(answer_url(proposed), {"digest": digest, "answer": "take"})
    draft = ChecklistTemplate.objects.drafts().get(role=proposed.role)
    item = draft.items.get(key="FC_SITE-3")

    lead.post(item_url(draft, item.key), typed(draft, item.key, duty=item.duty_id))

    assert digest_of(proposed, by, "reworded") == digest


def test_leaving_and_proposing_again(lead, proposed, by, district):
    digest = digest_of(proposed, by, "retired")
    lead.post(answer_url(proposed), {"digest": digest, "answer": "leave"})
    page = words(lead.get(url("alignment", district)))
    assert "1 left as it is" in page

    lead.post(answer_url(proposed), {"digest": digest, "answer": "again"})
    assert digest_of(proposed, by, "retired") == digest


def test_an_answer_to_what_is_no_longer_proposed_says_so(lead, proposed):
    said = {"digest": "0" * 64, "answer": "take"}
    answer = lead.post(answer_url(proposed), said, follow=True)
    assert "no longer proposed" in words(answer)
    assert not ChecklistTemplate.objects.drafts().exists()


@pytest.mark.parametrize("name", ["library", "alignment", "scales"])
def test_the_pages_cost_the_same_queries_with_more_checklists(
    lead, district, proposed, name, django_assert_num_queries
):
    lead.get(url(name, district))
    with CaptureQueriesContext(connection) as few:
        lead.get(url(name, district))
    for n in range(5):
        more = TemplateFactory(district=district, key=f"FC_MORE_{n}")
        ItemFactory(district=district, template=more)
        RatingScaleFactory(district=district)
    with django_assert_num_queries(len(few)):
        lead.get(url(name, district))
