"""Results of the assessment at NSSA: recorded as printed, corrected, taken back, read apart."""

import datetime as dt

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from roles.words import sentence
from selfassessment.models import OfficialResult
from tests.factories.roles import SchoolYearFactory, member
from tests.factories.selfassessment_standards import OfficialResultFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
PDF = b"%PDF-1.7\nA report\n%%EOF\n"
SAYS = {"taken_on": "2026-09-14", "audience": "lea", "taken_by": "Lead", "overall": "Band two"}


@pytest.fixture
def district():
    return SchoolYearFactory().district


@pytest.fixture
def lead(district, client):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    return lead


def url(district, name="official", *args):
    return reverse(f"selfassessment:{name}", args=[district.slug, *args])


def report(name="Report.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def record(client, district, **says):
    return client.post(url(district, "official-add"), {**SAYS, **says})


def correct(client, result, **says):
    page = client.get(url(result.district, "official-correct", result.pk))
    form = {**SAYS, "seen": page.context["form"]["seen"].value(), **says}
    return client.post(url(result.district, "official-correct", result.pk), form)


def test_a_result_is_kept_as_it_was_printed(client, district, lead):
    assert record(client, district, clarity="  Strong ", file=report()).status_code == 302

    made = OfficialResult.objects.get()
    assert (made.taken_on, made.overall, made.clarity) == (
        dt.date(2026, 9, 14), "Band two", "Strong",
    )  # fmt: skip
    assert (made.file_name, made.size, made.recorded_by) == ("Report.pdf", len(PDF), lead)
    assert "Report" not in made.file.name
    event = AuditEvent.objects.get(verb="official_result.recorded")
    assert sentence(event.verb, event.detail).endswith("taken at NSSA on Sep 14, 2026")


def test_the_page_says_whose_results_these_are_and_when_the_last_was_taken(client, district, lead):
    OfficialResultFactory(district=district)
    page = " ".join(client.get(url(district)).content.decode().split())

    assert "Nothing of them is computed here" in page
    assert "twice a year is usual" in page
    assert "September 14, 2026" in page


def test_the_same_form_sent_twice_is_one_result(client, district, lead):
    record(client, district)
    assert record(client, district).status_code == 422
    assert OfficialResult.objects.count() == 1


@pytest.mark.parametrize(
    ("says", "field", "words"),
    [
        ({"overall": ""}, "file", "Give the report, or type what it says"),
        ({"taken_on": "2026-10-30"}, "taken_on", "this day is to come"),
        ({"taken_on": "0206-10-01"}, "taken_on", "Check the year"),
        ({"taken_on": ""}, "taken_on", "required"),
        ({"audience": "school"}, "audience", "valid choice"),
        ({"link": "javascript:alert(1)"}, "link", "http"),
        ({"file": ("report.exe", b"MZ")}, "file", "cannot be added"),
        ({"file": ("report.pdf", b"MZ")}, "file", "inside it is something else"),
        ({"file": ("report.pdf", b"x" * 10_000_001)}, "file", "larger than 10 MB"),
        ({"overall": "x" * 121}, "overall", "120"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_kept_is_said_beside_its_field(client, district, lead, says, field, words):
    says = {k: report(*v) if k == "file" else v for k, v in says.items()}
    found = record(client, district, **says)

    assert found.status_code == 422
    assert words in str(found.context["form"].errors[field])
    assert not OfficialResult.objects.exists()


def test_a_correction_names_what_it_changed(client, district, lead):
    result = OfficialResultFactory(district=district, taken_by="Lead", clarity="", overall="One")
    assert correct(client, result, overall="Two").status_code == 302

    result.refresh_from_db()
    assert result.overall == "Two"
    event = AuditEvent.objects.get(verb="official_result.corrected")
    assert event.detail["what"] == "overall as printed"


def test_a_correction_that_changes_nothing_leaves_no_trace(client, district, lead):
    result = OfficialResultFactory(district=district, taken_by="Lead", clarity="", overall="One")
    correct(client, result, overall="One")
    assert not AuditEvent.objects.exists()


def test_two_who_correct_at_once_see_each_others_words_and_lose_none(client, district, lead):
    result = OfficialResultFactory(district=district, clarity="Old")
    seen = client.get(url(district, "official-correct", result.pk)).context["form"]["seen"].value()
    correct(client, result, clarity="Theirs")

    mine = {**SAYS, "clarity": "Mine", "seen": seen}
    found = client.post(url(district, "official-correct", result.pk), mine)
    assert found.status_code == 422
    assert b"Theirs" in found.content
    assert found.context["form"]["clarity"].value() == "Mine"
    again = {**mine, "seen": found.context["form"]["seen"].value()}
    assert client.post(url(district, "official-correct", result.pk), again).status_code == 302
    result.refresh_from_db()
    assert result.clarity == "Mine"


def test_another_report_takes_the_place_of_the_one_on_file(
    client, district, lead, django_capture_on_commit_callbacks
):
    record(client, district, file=report())
    result = OfficialResult.objects.get()
    before = result.file.name
    with django_capture_on_commit_callbacks(execute=True):
        correct(client, result, file=report("Second.pdf"))

    result.refresh_from_db()
    assert result.file_name == "Second.pdf"
    assert not default_storage.exists(before)
    correct(client, result, without_file="on")
    result.refresh_from_db()
    assert (result.file.name, result.file_name) == ("", "")


def test_the_only_thing_a_result_says_cannot_be_taken_away(client, district, lead):
    record(client, district, overall="", file=report())
    result = OfficialResult.objects.get()
    assert correct(client, result, overall="", without_file="on").status_code == 422


def test_a_result_taken_back_stays_on_record_and_can_come_back(client, district, lead):
    result = OfficialResultFactory(district=district)
    client.post(url(district, "official-take-back", result.pk))
    client.post(url(district, "official-take-back", result.pk))
    assert client.get(url(district)).context["taken_back"] == [result]
    assert client.get(url(district, "official-correct", result.pk)).status_code == 302

    client.post(url(district, "official-bring-back", result.pk))
    assert client.get(url(district)).context["results"] == [result]
    assert [e.verb for e in AuditEvent.objects.order_by("pk")] == [
        "official_result.taken_back", "official_result.brought_back",
    ]  # fmt: skip


def test_the_report_is_saved_by_the_browser_and_never_run(client, district, lead):
    record(client, district, file=report())
    result = OfficialResult.objects.get()
    client.force_login(member(AccessLevel.AUDITOR, at=district))

    answer = client.get(url(district, "official-file", result.pk))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Report.pdf"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == PDF


def test_a_reader_is_offered_no_button(client, district):
    OfficialResultFactory(district=district)
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    page = client.get(url(district))
    assert page.status_code == 200
    assert b"take-back" not in page.content
