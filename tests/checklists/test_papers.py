"""PDFs of checklists: whose they are, what is in them, and when they go."""

import datetime as dt
import io

import pikepdf
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import Checklist, Paper, RaterKind
from checklists.services import papers as services
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, OwedStatus
from roles.services import sweep
from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    ItemEvidenceFactory,
    ItemFactory,
    PaperFactory,
    RatingFactory,
    TemplateFactory,
    WindowFactory,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roles import SchoolFactory, SchoolYearFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def school():
    school = SchoolFactory(name="Lincoln ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def holder(school):
    who = UserFactory(first_name="Lucia", last_name="Ferro")
    return member(AccessLevel.SITE_LEADER, at=school, user=who)


@pytest.fixture
def form(school, holder):
    """A submitted form with a note, N/A with its reason, and a link."""
    window = WindowFactory(district=school.district, over=True, label="October checklist")
    template = TemplateFactory(district=school.district, title="Site Tutoring Lead checklist")
    form = ChecklistFactory(
        district=school.district, window=window, template=template, school=school, holder=holder
    )
    answers = [
        ("Absent tutors were covered.", 1, "Two days in September were not."),
        ("The room was free each day.", None, "We tutor in the library."),
        ("Attendance was entered daily.", 2, ""),
    ]
    for text, value, note in answers:
        item = ItemFactory(district=school.district, template=template, text=text)
        RatingFactory(
            district=school.district,
            checklist=form,
            item=item,
            value=value,
            not_applicable=value is None,
            note=note,
        )
    ItemEvidenceFactory(
        district=school.district, checklist=form, item=template.items.first(), name="Cover list"
    )
    return lock(form, score=75, band="developing")


def address(name, school, pk):
    return reverse(f"checklists:{name}", args=[school.district.slug, pk])


def asked(client, who, name, school, pk):
    """Ask for a PDF on its page; the row."""
    client.force_login(who)
    response = client.post(address(name, school, pk))
    assert response.status_code == 302
    return Paper.objects.latest("pk")


def made(client, who, name, school, pk):
    """Ask for a PDF, have it made, fetch it: its bytes."""
    paper = asked(client, who, name, school, pk)
    assert services.make(paper.district_id, paper.pk)
    response = client.get(address("paper-file", school, paper.pk))
    return b"".join(response.streaming_content)


def words(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_blank_checklist_is_a_tagged_document_with_a_title_and_a_language(client, school, holder):
    template = TemplateFactory(district=school.district, title="Site Tutoring Lead checklist")
    ItemFactory(district=school.district, template=template, text="Absent tutors were covered.")

    pdf = made(client, holder, "paper-blank", school, template.pk)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "en"
        assert "Site Tutoring Lead checklist" in str(opened.docinfo.Title)
        assert opened.Root.ViewerPreferences.DisplayDocTitle


def test_a_blank_checklist_has_each_item_the_anchors_and_room_for_a_note(client, school, holder):
    template = TemplateFactory(district=school.district)
    text = "Absent tutors were covered."
    ItemFactory(district=school.district, template=template, text=text, critical=True)

    text = words(made(client, holder, "paper-blank", school, template.pk))

    assert "1. Absent tutors were covered." in text
    assert "Done as written for the whole period" in text
    assert "In place Partly in place Not in place Does not apply Note:" in text
    assert "Critical:" in text
    assert "It is not an evaluation" in text


def test_a_completed_form_says_what_its_page_says(client, school, holder, form):
    text = words(made(client, holder, "paper-form", school, form.pk))
    page = client.get(address("result", school, form.pk)).content.decode()

    for said in (
        "Absent tutors were covered.",
        "Partly in place",
        "Two days in September were not.",
        "We tutor in the library.",
        "Cover list",
        "75%",
        "Developing",
        "It is not an evaluation",
    ):
        assert said in text
        assert said in page
    assert "Lucia Ferro (self rating)" in text
    assert "Done for some schools" in text  # the anchor of the answer
    assert "and locked" in text


def test_a_closed_cycle_prints_what_was_agreed_and_its_actions(client, school, holder, form):
    observer = member(AccessLevel.SITE_LEADER, at=school)
    second = observed(form, observer)
    agreed = ChecklistFactory(
        district=school.district,
        window=form.window,
        template=form.template,
        position=form.position,
        school=school,
        holder=holder,
        rater=observer,
        rater_kind=RaterKind.AGREED,
    )
    for rating in form.ratings.all():
        for other, value in ((second, 0), (agreed, 2)):
            RatingFactory(district=school.district, checklist=other, item=rating.item, value=value)
    lock(second)
    lock(agreed, score=100)
    ActionFactory(
        district=school.district,
        school=school,
        checklist=agreed,
        window=form.window,
        text="Hang up the cover list.",
    )

    text = words(made(client, holder, "paper-form", school, form.pk))

    assert "Agreed rating: 100%." in text
    assert "Hang up the cover list." in text


def test_before_the_observer_is_in_the_holders_pdf_knows_nothing_of_it(
    client, school, holder, form
):
    second = observed(form, UserFactory(first_name="Olga", last_name="Second"))
    RatingFactory(
        district=school.district,
        checklist=second,
        item=form.template.items.first(),
        note="Seen by Olga.",
    )

    text = words(made(client, holder, "paper-form", school, form.pk))

    assert "Olga" not in text


@pytest.mark.parametrize("level", list(AccessLevel))
def test_of_others_the_district_lead_alone_can_ask_for_a_completed_form(
    client, school, form, level
):
    who = member(level, at=school if level in SCHOOL_LEVELS else school.district)
    client.force_login(who)

    status = client.post(address("paper-form", school, form.pk)).status_code

    assert (status == 302) is (level == AccessLevel.DISTRICT_LEAD)
    assert Paper.objects.exists() is (level == AccessLevel.DISTRICT_LEAD)


SCHOOL_LEVELS = {AccessLevel.SITE_LEADER, AccessLevel.COACH}


def test_a_form_that_is_not_submitted_has_no_pdf(client, school, holder):
    open_form = form_with_items(1, district=school.district, school=school, holder=holder)
    client.force_login(holder)

    assert client.post(address("paper-form", school, open_form.pk)).status_code == 404


def test_someone_elses_pdf_is_not_found_even_by_the_district_lead(client, school, holder, form):
    paper = asked(client, holder, "paper-form", school, form.pk)
    services.make(paper.district_id, paper.pk)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))

    assert client.get(address("paper", school, paper.pk)).status_code == 404
    assert client.get(address("paper-file", school, paper.pk)).status_code == 404


def test_who_may_no_longer_read_gets_no_pdf_made(client, school, form):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    paper = asked(client, lead, "paper-form", school, form.pk)
    lead.memberships.all().delete()

    assert not services.make(paper.district_id, paper.pk)

    paper.refresh_from_db()
    assert (paper.status, paper.last_error) == (OwedStatus.FAILED, services.LOST)
    assert not paper.file


def test_who_may_no_longer_read_cannot_download_what_was_made(client, school, form):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    paper = asked(client, lead, "paper-form", school, form.pk)
    services.make(paper.district_id, paper.pk)
    lead.memberships.all().delete()
    member(AccessLevel.EXECUTIVE, at=school.district, user=lead)

    assert client.get(address("paper-file", school, paper.pk)).status_code == 404


def test_a_form_opened_again_takes_its_pdf_back(client, school, holder, form):
    paper = asked(client, holder, "paper-form", school, form.pk)
    services.make(paper.district_id, paper.pk)
    Checklist.objects.filter(pk=form.pk).update(submitted_at=None, band="")

    assert client.get(address("paper-file", school, paper.pk)).status_code == 404


def test_asking_twice_while_it_is_made_owes_one(client, school, holder, form):
    first = asked(client, holder, "paper-form", school, form.pk)
    second = asked(client, holder, "paper-form", school, form.pk)

    assert first == second
    assert AuditEvent.objects.filter(verb="checklist_paper.asked").count() == 1


def test_unchanged_content_is_the_same_file(client, school, holder, form):
    first = asked(client, holder, "paper-form", school, form.pk)
    services.make(first.district_id, first.pk)
    second = asked(client, holder, "paper-form", school, form.pk)
    services.make(second.district_id, second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.pk != second.pk
    assert first.file.name == second.file.name


def test_a_download_is_on_record(client, school, holder, form):
    made(client, holder, "paper-form", school, form.pk)

    event = AuditEvent.objects.get(verb="checklist_paper.downloaded")
    assert event.detail["what"] == "Site Tutoring Lead checklist, October checklist, self rating"


def test_the_page_waits_while_it_is_made_and_then_offers_the_file(client, school, holder, form):
    paper = asked(client, holder, "paper-form", school, form.pk)
    page = address("paper-form", school, form.pk)

    waiting = client.get(page).content.decode()
    services.make(paper.district_id, paper.pk)
    ready = client.get(page).content.decode()

    assert 'hx-trigger="every 1s"' in waiting
    assert "hx-trigger" not in ready
    assert address("paper-file", school, paper.pk) in ready


def test_a_window_report_holds_what_its_reader_may_see(client, school, form):
    window = form.window
    window.opened_at = timezone.now()
    window.save()
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    text = words(made(client, lead, "paper-window", school, window.pk))

    assert "Window report: October checklist" in text
    assert "1 of 1 in" in text


def test_a_draft_is_printed_by_those_who_write_it_alone(client, school, holder):
    draft = TemplateFactory(district=school.district, status="draft")
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    client.force_login(holder)

    assert client.post(address("paper-blank", school, draft.pk)).status_code == 404
    assert asked(client, lead, "paper-blank", school, draft.pk).template == draft


def test_the_sweep_carries_papers():
    assert sweep.CARRIERS[Paper] == "checklists.make_paper"


def test_after_a_week_papers_go_with_their_files_but_not_one_that_another_shares(
    client, school, holder, form
):
    old = asked(client, holder, "paper-form", school, form.pk)
    services.make(old.district_id, old.pk)
    Paper.objects.update(owed_at=timezone.now() - dt.timedelta(8))
    new = asked(client, holder, "paper-form", school, form.pk)
    services.make(new.district_id, new.pk)

    assert services.remove_old() == 1
    new.refresh_from_db()
    assert new.file.storage.exists(new.file.name)

    Paper.objects.update(owed_at=timezone.now() - dt.timedelta(8))
    assert services.remove_old() == 1
    assert not new.file.storage.exists(new.file.name)


def test_a_paper_that_is_being_made_stays_however_old():
    PaperFactory(owed_at=timezone.now() - dt.timedelta(8))

    assert services.remove_old() == 0
