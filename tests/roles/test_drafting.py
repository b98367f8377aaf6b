"""What people get from the editor of a draft, without a script and from its script."""

import re
import time
from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.merging import Text
from roles.models import AuditEvent, JobDescriptionVersion
from roles.services.together import text_of
from tests.factories.roles import (
    DutyFactory,
    JobDescriptionFactory,
    ResponsibilityFactory,
    RoleFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db
CLOSING = "Other duties that fit this role."


@pytest.fixture
def draft():
    role = RoleFactory()
    here = {"district": role.district}
    job = JobDescriptionFactory(role=role, **here)
    version = VersionFactory(job_description=job, location="Annex", **here)
    duties = [DutyFactory(role=role, key=f"PM{n}", order=n, **here) for n in (1, 2, 3)]
    for n, duty in enumerate(duties[:2], 1):
        ResponsibilityFactory(version=version, text=f"Line {n}.", order=n, duty=duty, **here)
    ResponsibilityFactory(version=version, text=CLOSING, order=3, **here)
    return version


@pytest.fixture
def lead(client, draft):
    who = member(AccessLevel.DISTRICT_LEAD, at=draft.district, user=UserFactory(first_name="Dana"))
    client.force_login(who)
    return client


def at(version, name="version-edit"):
    return reverse(f"roles:{name}", args=[version.district.slug, version.pk])


def form_of(version, **changes):
    """What the page of this draft would send."""
    version.refresh_from_db()
    *rows, closing = version.responsibilities.all()
    return {
        "title": version.title,
        "location": version.location,
        "line-text": [row.text for row in rows],
        "line-duty": [row.duty_id or "" for row in rows],
        "line-pk": [row.pk for row in rows],
        "catch_all": closing.text,
        "catch_all_pk": closing.pk,
        "seen": version.edited_at.isoformat(),
        "base": text_of(version).dumped(),
        **changes,
    }


def texts(version):
    return [row.text for row in version.responsibilities.order_by("order")]


def script(client, version, data):
    return client.post(at(version), data, headers={"X-Autosave": "1"})


# --- Saving


def test_a_draft_is_saved_without_a_script(lead, draft):
    answer = lead.post(at(draft), form_of(draft, **{"line-text": ["Plan.", "Chair."]}))

    assert answer.status_code == HTTPStatus.FOUND
    assert texts(draft) == ["Plan.", "Chair.", CLOSING]


def test_lines_keep_their_rows_through_a_save(lead, draft):
    before = list(draft.responsibilities.values_list("pk", flat=True))
    data = form_of(draft)
    data["line-text"][0] = "Plan."

    lead.post(at(draft), data)

    assert list(draft.responsibilities.values_list("pk", flat=True)) == before


def test_the_script_is_told_the_row_of_each_line_it_sent(lead, draft):
    data = form_of(draft)
    data["line-text"] = ["Line 1.", "", "New.", "Line 2."]
    data["line-duty"] = [data["line-duty"][0], "", "", data["line-duty"][1]]
    data["line-pk"] = [data["line-pk"][0], "", "", data["line-pk"][1]]

    answer = script(lead, draft, data).json()

    rows = {row.text: row.pk for row in draft.responsibilities.all()}
    assert answer["rows"] == [rows["Line 1."], None, rows["New."], rows["Line 2."]]
    assert answer["catch_all"] == rows[CLOSING]
    assert answer["seen"] == JobDescriptionVersion.objects.get().edited_at.isoformat()
    assert Text.loaded(answer["base"]) == text_of(JobDescriptionVersion.objects.get())


def test_saving_the_same_words_is_no_edit(lead, draft):
    before = draft.edited_at

    lead.post(at(draft), form_of(draft))

    draft.refresh_from_db()
    assert draft.edited_at == before
    assert not AuditEvent.objects.exists()


def test_a_stretch_of_saves_leaves_one_audit_row_per_person(lead, draft, client):
    for words in ("A", "B"):
        script(lead, draft, form_of(draft, location=words))
    client.force_login(member(AccessLevel.DEPARTMENT_PARTNER, at=draft.district))
    script(client, draft, form_of(draft, location="C"))

    assert [event.verb for event in AuditEvent.objects.all()] == ["job_description.edited"] * 2


# --- Buttons without a script


@pytest.mark.parametrize(
    ("button", "lines"),
    [
        ({"move": "0 down"}, ["Line 2.", "Line 1.", CLOSING]),
        ({"move": "1 up"}, ["Line 2.", "Line 1.", CLOSING]),
        ({"move": "0 up"}, ["Line 1.", "Line 2.", CLOSING]),
        ({"move": "x"}, ["Line 1.", "Line 2.", CLOSING]),
        ({"remove": "0"}, ["Line 2.", CLOSING]),
        ({"remove": "77"}, ["Line 1.", "Line 2.", CLOSING]),
    ],
)
def test_a_button_beside_a_line_does_what_it_says(lead, draft, button, lines):
    lead.post(at(draft), form_of(draft, **button))

    assert texts(draft) == lines


def test_a_line_taken_out_is_quoted_so_that_it_can_be_had_back(lead, draft):
    page = lead.post(at(draft), form_of(draft, remove="1"), follow=True)

    assert "Taken out: “Line 2.”" in page.content.decode()


def test_adding_an_uncovered_duty_opens_a_line_with_its_words(lead, draft):
    duty = draft.job_description.role.duties.get(key="PM3")

    page = lead.post(at(draft), form_of(draft, add=str(duty.pk)), follow=True)

    added = page.context["lines"].rows[-1]
    assert (added.text, added.duty) == (duty.text, str(duty.pk))


def test_duties_that_no_line_words_are_named(lead, draft):
    assert [duty.key for duty in lead.get(at(draft)).context["lines"].uncovered()] == ["PM3"]


# --- What does not fit


@pytest.mark.parametrize(
    ("changes", "spot", "words"),
    [
        ({"title": " "}, "title", "This cannot be left empty."),
        ({"summary": "x" * 102_400}, "summary", "102400 characters are too many here: 1500 fit."),
        ({"funding_ends_on": "2027-02-31"}, "funding_ends_on", "“2027-02-31” is no day we know."),
        ({"funding_ends_on": "0001-01-01"}, "funding_ends_on", "The year 1 is out of range"),
        ({"required": "x\n" * 21}, "required", "21 lines are too many here: 20 fit."),
        ({"preferred": "a\n" + "x" * 201}, "preferred", "Line 2 has 201 characters: 200 fit."),
        ({"line-text": ["a", "x" * 401]}, "line-1", "401 characters are too many in one line"),
        ({"catch_all": "Anything."}, "catch_all", "Begin this line with “Other duties”"),
        ({"line-text": ["a"] * 41}, "lines", "41 responsibilities are too many: 40 fit."),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(lead, draft, changes, spot, words):
    answer = script(lead, draft, form_of(draft, **changes))
    page = lead.post(at(draft), form_of(draft, **changes))

    assert (answer.status_code, page.status_code) == (422, 422)
    assert list(answer.json()["errors"]) == [spot]
    assert words in answer.json()["errors"][spot]
    assert words in page.content.decode()
    for value in changes.values():
        last = value[-1] if isinstance(value, list) else value
        assert last.strip() in page.content.decode()
    assert texts(draft) == ["Line 1.", "Line 2.", CLOSING]


def test_two_thousand_lines_are_answered_quickly_and_none_is_lost(lead, draft):
    lines = [f"Line number {n}." for n in range(2000)]
    data = {"line-text": lines, "line-duty": [""] * 2000, "line-pk": [""] * 2000}

    started = time.monotonic()
    page = lead.post(at(draft), form_of(draft, **data))

    assert time.monotonic() - started < 2
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "2,000 responsibilities are too many: 40 fit." in page.content.decode()
    assert all(line in page.content.decode() for line in lines)


def test_lines_that_did_not_fit_are_taken_in_once_there_is_room(lead, draft):
    lead.post(at(draft), form_of(draft, over="Line 3.\n\nLine 4."))

    assert texts(draft) == ["Line 1.", "Line 2.", "Line 3.", "Line 4.", CLOSING]


def test_more_than_a_page_could_send_is_answered_in_words(client, lead, draft):
    client.raise_request_exception = False
    answer = lead.post(at(draft), {"line-text": ["a"] * 20_001})

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "We could not read what was sent" in answer.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "دور قائد التعليم 📚👩🏽‍🏫 leads",
        "<script>alert(1)</script> & <b>bold</b>",
        "See file:///etc/passwd and http://169.254.169.254/ now",
    ],
)
def test_any_words_are_stored_as_typed_and_shown_as_text(lead, draft, words):
    lead.post(at(draft), form_of(draft, **{"summary": words, "line-text": [words, "Line 2."]}))

    draft.refresh_from_db()
    page = lead.get(at(draft))
    assert (draft.summary, texts(draft)[0]) == (words, words)
    assert page.context["form"]["summary"].value() == words
    assert "<script>alert" not in page.content.decode()
    assert "<b>bold" not in page.content.decode()


def test_characters_that_nobody_sees_and_paper_cannot_hold_are_left_out(lead, draft):
    changes = {"summary": "A\x00B\r\nC\x1b", "line-text": ["Pl\x00an.", "Li\x0bne"]}
    lead.post(at(draft), form_of(draft, **changes))

    draft.refresh_from_db()
    assert draft.summary == "AB\nC"
    assert texts(draft)[:2] == ["Plan.", "Line"]


# --- Two at once


@pytest.fixture
def behind(draft):
    """What a page sends that was opened before Yolanda changed the location and the first line."""
    data = form_of(draft)
    draft.location, draft.edited_by = "Central office", UserFactory(first_name="Yolanda")
    draft.edited_at += draft.REVIEW_AFTER
    draft.save()
    draft.responsibilities.filter(text="Line 1.").update(text="Her line.")
    return data


def test_changes_in_other_places_are_put_together(lead, draft, behind):
    answer = script(lead, draft, {**behind, "summary": "Mine."}).json()

    draft.refresh_from_db()
    assert (draft.summary, draft.location) == ("Mine.", "Central office")
    assert texts(draft) == ["Her line.", "Line 2.", CLOSING]
    assert "Yolanda" in answer["words"]
    assert "Her line." in answer["html"]


def test_the_same_words_changed_by_both_are_shown_side_by_side_and_nothing_is_written(
    lead, draft, behind
):
    behind |= {"location": "Room 4", "line-text": ["My line.", "Line 2."], "summary": "Mine."}
    page = lead.post(at(draft), behind)

    assert page.status_code == HTTPStatus.CONFLICT
    assert [each.label for each in page.context["both"]] == ["Location", "Responsibility 1"]
    shown = re.sub(r"<[^>]+>", "", page.content.decode())
    assert all(words in shown for words in ("Room 4", "Central office", "My", "Her"))
    assert page.context["lines"].rows[0].text == "My line."
    draft.refresh_from_db()
    assert (draft.location, draft.summary) == ("Central office", "")


@pytest.mark.parametrize(
    ("choices", "location", "first"),
    [
        ({"choice-location": "mine"}, "Room 4", "Her line."),
        ({"choice-all": "mine"}, "Room 4", "My line."),
        ({"choice-all": "theirs"}, "Central office", "Her line."),
    ],
)
def test_each_place_is_decided_on_its_own_or_all_at_once(
    lead, draft, behind, choices, location, first
):
    row = draft.responsibilities.get(text="Her line.").pk
    behind |= {"location": "Room 4", "line-text": ["My line.", "Line 2."]}
    chosen = {f"choice-line-{row}": "theirs", **choices}
    chosen["chosen_against"] = draft.edited_at.isoformat()

    lead.post(at(draft), {**behind, **chosen})

    draft.refresh_from_db()
    assert (draft.location, texts(draft)[0]) == (location, first)


def test_a_choice_about_words_that_changed_again_is_asked_anew(lead, draft, behind):
    stale = {"choice-all": "mine", "chosen_against": behind["seen"], "location": "Room 4"}

    assert lead.post(at(draft), {**behind, **stale}).status_code == HTTPStatus.CONFLICT


def test_what_is_typed_into_a_discarded_draft_is_not_found(lead, draft):
    data = form_of(draft)
    lead.post(at(draft, "version-discard"))

    assert script(lead, draft, data).status_code == HTTPStatus.NOT_FOUND


def test_whoever_opens_what_someone_just_wrote_is_told(lead, draft):
    draft.edited_by = UserFactory(first_name="Yolanda")
    draft.save()

    assert lead.get(at(draft)).context["is_edited_just_now"]


# --- Starting and discarding


def test_a_new_draft_says_what_it_starts_from_and_an_open_one_does_not(lead, draft):
    role = draft.job_description.role
    JobDescriptionVersion.objects.update(
        status="published", published_at=draft.edited_at, published_by=UserFactory()
    )
    start = reverse("roles:draft", args=[draft.district.slug, role.pk])

    first = lead.post(start, follow=True).content.decode()
    second = lead.post(start, follow=True).content.decode()

    words = f"starts as a copy of version {draft.number}"
    assert words in first
    assert words not in second


def test_a_first_draft_says_that_it_starts_from_the_duties_of_the_role(lead, draft):
    role = RoleFactory(district=draft.district)
    DutyFactory(district=draft.district, role=role)

    page = lead.post(reverse("roles:draft", args=[draft.district.slug, role.pk]), follow=True)

    assert "starts from 1 duty of this role" in page.content.decode()


def test_discarding_a_draft_leaves_the_published_version_and_a_trace(lead, draft):
    published = VersionFactory(
        district=draft.district, job_description=draft.job_description, published=True
    )

    answer = lead.post(at(draft, "version-discard"))

    assert answer.url == reverse(
        "roles:role", args=[draft.district.slug, draft.job_description.role_id]
    )
    assert JobDescriptionVersion.objects.get() == published
    assert AuditEvent.objects.get().verb == "job_description.discarded"


@pytest.mark.parametrize("status", ["in_review", "published"])
def test_only_a_draft_is_discarded(lead, draft, status):
    JobDescriptionVersion.objects.update(
        status=status, published_at=draft.edited_at, published_by=UserFactory()
    )

    lead.post(at(draft, "version-discard"))

    assert JobDescriptionVersion.objects.get().status == status


def test_the_editor_costs_the_same_queries_for_one_line_and_for_many(
    lead, draft, django_assert_max_num_queries
):
    lead.get(at(draft))
    for n in range(4, 34):
        ResponsibilityFactory(district=draft.district, version=draft, text=f"L{n}", order=n)

    with django_assert_max_num_queries(24):
        lead.get(at(draft))
