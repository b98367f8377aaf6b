"""Evidence binders: what is in them, whose they are, and that a frozen one stays as it was."""

import csv
import datetime as dt
import hashlib
import io
import zipfile

import pikepdf
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, OwedStatus
from roles.services import sweep
from selfassessment.binding.contents import contents_of
from selfassessment.binding.page import page_of
from selfassessment.models import (
    Binder,
    EvidenceRevision,
    EvidenceSnapshot,
    IndicatorRating,
    OfficialResult,
    RatingCause,
    Round,
    Stage,
)
from selfassessment.services import binders, rounds
from tests.factories.roles import (
    DistrictFactory,
    JobDescriptionFactory,
    RenderingFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    SignOffFactory,
    VoteFactory,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db
WHY = "The board approved it in August, and she has read it."


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def district():
    district = DistrictFactory(name="Lake County Schools")
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    who = UserFactory(first_name="Dana", last_name="Whitfield")
    return member(AccessLevel.DISTRICT_LEAD, at=district, user=who)


@pytest.fixture
def by(district, lead):
    return reach(district, lead, capability=Capability.ASSESSMENT_RATE)


@pytest.fixture
def round_(district, lead):
    """An open round with one agreed rating, and a file as evidence for it."""
    found = RoundFactory(district=district, label="Fall 2026")
    RatingFactory(district=district, round=found, code="6b.1", value=2, rationale=WHY, turn=1)
    return found


def a_file(district, content=b"Item 7: approved.", name="Minutes.pdf", **fields):
    """Evidence by hand that is a file in the store."""
    stored = default_storage.save(f"evidence/{name}", ContentFile(content))
    return HandEvidenceFactory(
        district=district,
        says__file=stored,
        says__file_name=name,
        says__sha256=hashlib.sha256(content).hexdigest(),
        **fields,
    )


def votes(rating, *values):
    for value in values:
        seat = RoundMemberFactory(
            district=rating.district,
            round=rating.round,
            user=UserFactory(first_name="Vera", last_name=f"Voter{value}"),
        )
        VoteFactory(district=rating.district, rating=rating, member=seat, turn=1, value=value)


def made(round_, kind, by):
    """Ask for a binder and have it made; its row."""
    binder = binders.ask(round_, kind, by=by)
    binders.make(binder.district_id, binder.pk)
    binder.refresh_from_db()
    return binder


def pdf_of(round_, by):
    with made(round_, "pdf", by).file.open() as file:
        return file.read()


def zip_of(round_, by):
    with made(round_, "zip", by).file.open() as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def words(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def frozen(round_, by):
    """The round with its rating finished and its evidence frozen."""
    rounds.finish(round_, by=by)
    round_.refresh_from_db()
    return round_


def address(name, district, *args):
    return reverse(f"selfassessment:{name}", args=[district.slug, *args])


def test_the_pdf_is_a_tagged_document_with_language_title_and_bookmarks(round_, by):
    with pikepdf.open(io.BytesIO(pdf_of(round_, by))) as pdf:
        with pdf.open_outline() as outline:
            (first,) = outline.root
            names = [entry.title for entry in first.children]
            below = [entry.title for entry in first.children[4].children]

        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        assert str(pdf.Root.Lang) == "en"
        assert "Evidence binder, Fall 2026" in str(pdf.docinfo.Title)
    assert first.title == "Evidence binder: Fall 2026"
    assert names[:4] == ["Ratings at a glance", "How to read this binder", "Indicators", "Evidence"]
    assert [name[:4] for name in names[4:9]] == ["6b.1", "6b.2", "6b.3", "6c.1", "6c.2"]
    assert names[-2:] == ["Results of the official NSSA assessment", "How this round went"]
    assert below == [
        "The team rating",
        "The scale for this indicator",
        "What the records said",
        "Evidence",
    ]


def test_a_draft_says_so_and_holds_the_evidence_of_now(district, round_, by):
    HandEvidenceFactory(district=district)

    text = words(pdf_of(round_, by))

    assert "Draft, not frozen" in text
    assert "2, In use. Agreed on" in text
    assert WHY in text
    assert "6b.1-1 Minutes of the board" in text
    assert "It is not a score of NSSA" in text
    assert "Digest" not in text


def test_a_frozen_binder_has_its_digest_and_who_signed(district, round_, by):
    frozen(round_, by)
    digest = EvidenceSnapshot.objects.get(round=round_).digest
    signer = UserFactory(first_name="Sam", last_name="Signer")
    SignOffFactory(district=district, round=round_, by=signer, digest=digest)

    text = words(pdf_of(round_, by))

    assert digest in text.replace(" ", "")
    assert "Sam Signer, program lead" in text
    assert "Draft" not in text
    assert "no longer has the digest" not in text


def test_what_changes_today_does_not_change_a_frozen_binder(district, round_, by):
    kept = a_file(district)
    OfficialResult.objects.create(
        district=district, taken_on=dt.date(2026, 5, 1), overall="72%", recorded_by=by.user
    )
    frozen(round_, by)
    before = page_of(contents_of(round_, by))
    packed = made(round_, "zip", by).file.open().read()

    kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_why = timezone.now(), by.user, "Wrong."
    kept.save()
    HandEvidenceFactory(district=district, says__label="Of a later day")
    OfficialResult.objects.create(
        district=district, taken_on=dt.date(2026, 6, 1), overall="90%", recorded_by=by.user
    )
    OfficialResult.objects.filter(overall="72%").update(withdrawn_at=timezone.now())

    assert page_of(contents_of(round_, by)) == before
    assert "72%" in before
    assert "90%" not in before
    Binder.objects.all().delete()
    assert made(round_, "zip", by).file.open().read() == packed


def test_evidence_that_was_changed_in_the_database_is_found_out(round_, by):
    frozen(round_, by)
    snapshot = EvidenceSnapshot.objects.get(round=round_)
    content = {**snapshot.content, "6b.1": {**snapshot.content["6b.1"], "hint": 3}}
    EvidenceSnapshot.objects.filter(pk=snapshot.pk).update(content=content)

    assert "no longer has the digest that was signed" in page_of(contents_of(round_, by))


def test_the_spread_is_told_from_three_votes_on_and_never_a_name(round_, by):
    rating = round_.ratings.get()
    votes(rating, 1, 2)
    few = words(pdf_of(round_, by))
    votes(rating, 2)
    enough = words(pdf_of(round_, by))

    assert "Fewer than 3 votes" in few
    assert "3 votes: 1 for 1 and 2 for 2." in enough
    assert "Vera" not in few + enough


def test_a_vote_that_was_not_shown_is_in_no_file_not_even_that_of_its_voter(
    district, round_, lead, by
):
    hidden = RatingFactory(
        district=district, round=round_, code="6c.1", stage=Stage.VOTING, turn=1,
        value=None, rationale="", rated_by=None, rated_at=None,
    )  # fmt: skip
    seat = RoundMemberFactory(district=district, round=round_, user=lead)
    VoteFactory(district=district, rating=hidden, member=seat, turn=1, value=3)
    votes(hidden, 3, 3, 3)

    found = contents_of(round_, by)

    part = next(each for each in found.parts if each.indicator.code == "6c.1")
    assert part.spread is None
    assert "4 votes" not in page_of(found)


def test_causes_reopenings_dissent_and_official_results_are_printed(district, round_, by):
    rating = round_.ratings.get()
    IndicatorRating.objects.filter(pk=rating.pk).update(dissent="Two saw a 1.")
    RatingCause.objects.create(
        district=district, rating=rating, kind="words", label="The lead changed in July."
    )
    OfficialResult.objects.create(
        district=district, taken_on=dt.date(2026, 5, 1), overall="72%", recorded_by=by.user
    )
    frozen(round_, by)
    rounds.reopen(round_, "One file was missing.", by=by)
    round_.refresh_from_db()

    text = words(pdf_of(round_, by))

    assert "Two saw a 1." in text
    assert "The lead changed in July." in text
    assert "Overall as printed 72%" in text
    assert "Dana Whitfield: One file was missing." in text


HARD = "קובץ של ועד המנהל 😀 " + "W" * 90


def test_long_words_other_scripts_and_emoji_become_pages(district, round_, by):
    IndicatorRating.objects.update(rationale="مرحبا بكم\n" + "W" * 400 + " 👩‍🏫🏽")
    for n in range(4):
        HandEvidenceFactory(district=district, says__label=f"{HARD} {n}", says__text="x" * 1000)

    binder = made(round_, "pdf", by)

    assert binder.status == OwedStatus.DONE
    page = page_of(contents_of(round_, by))
    assert 'dir="rtl"' in page


def test_where_there_is_more_evidence_than_pages_can_hold_the_rest_is_counted(district, round_, by):
    for n in range(120):
        HandEvidenceFactory(district=district, says__label=f"Minutes {n} " + "word " * 20)

    text = words(pdf_of(round_, by))

    assert "more. All are in index.csv of the ZIP" in text


def test_the_zip_has_the_pdf_the_files_an_index_and_the_digest_of_each(district, round_, by):
    a_file(district, b"Item 7: approved.")
    a_file(district, b"Another of that name.", code="6b.2")
    role = RoleFactory(district=district, key="PROGRAM_LEAD", title="Program Lead")
    outline = VersionFactory(
        district=district,
        job_description=JobDescriptionFactory(district=district, role=role),
        title="Program Lead",
        number=1,
        published=True,
    )
    RenderingFactory(
        district=district,
        version=outline,
        status=OwedStatus.DONE,
        file=default_storage.save("job-descriptions/lead.pdf", ContentFile(b"%PDF-1.7")),
    )
    frozen(round_, by)

    with zip_of(round_, by) as packed:
        names = packed.namelist()
        sums = [
            line.split("  ", 1)
            for line in packed.read("manifest-sha256.txt").decode().split("\n")
            if line
        ]
        index = packed.read("index.html").decode()
        rows = list(csv.DictReader(io.StringIO(packed.read("index.csv").decode("utf-8-sig"))))
        assert {name: hashlib.sha256(packed.read(name)).hexdigest() for _, name in sums} == {
            name: digest for digest, name in sums
        }
        told = hashlib.sha256(packed.read("evidence.json")).hexdigest()

    assert {name for _, name in sums} == set(names) - {"manifest-sha256.txt"}
    assert {"binder.pdf", "index.html", "index.csv", "evidence.json"} <= set(names)
    assert [name for name in names if name.startswith("6b.1/")] == [
        "6b.1/6b.1-1 Program Lead, version 1.pdf",
        "6b.1/6b.1-2 Minutes.pdf",
    ]
    assert "6b.2/6b.2-1 Minutes.pdf" in names
    assert "6b.1/6b.1-2%20Minutes.pdf" in index
    assert told == EvidenceSnapshot.objects.get(round=round_).digest
    minutes = next(row for row in rows if row["Number"] == "6b.1-2")
    assert minutes["File"] == "6b.1/6b.1-2 Minutes.pdf"
    assert minutes["SHA-256"] == hashlib.sha256(b"Item 7: approved.").hexdigest()


def test_a_file_that_is_missing_or_not_as_it_was_is_named_in_the_index(district, round_, by):
    gone = a_file(district, name="Gone.pdf", says__label="Gone")
    default_storage.delete(gone.revisions.get().file.name)
    a_file(district, name="Changed.txt", says__label="Changed")
    EvidenceRevision.objects.filter(label="Changed").update(sha256="0" * 64)

    with zip_of(round_, by) as packed:
        names, table = packed.namelist(), packed.read("index.csv").decode("utf-8-sig")

    assert not [name for name in names if "Gone" in name]
    assert [name for name in names if "Changed" in name]
    assert "The file is missing on the server." in table
    assert "The file is not as it was when it was added." in table


def test_names_of_files_are_safe_and_no_formula_runs_in_the_index(district, round_, by):
    a_file(district, name="plan.pdf", says__label="=HYPERLINK(1)")
    EvidenceRevision.objects.update(file_name="../../etc/pass:wd?.pdf")

    with zip_of(round_, by) as packed:
        name = next(n for n in packed.namelist() if n.startswith("6b.1/"))
        table = packed.read("index.csv").decode("utf-8-sig")

    assert name == "6b.1/6b.1-1 .. .. etc pass wd.pdf"
    assert "'=HYPERLINK(1)" in table


def test_counts_of_fewer_than_three_do_not_leave_in_what_was_frozen(round_, by):
    round_.ratings.update(counts={"1": 1, "2": 1})
    frozen(round_, by)

    with zip_of(round_, by) as packed:
        assert "evidence.json" not in packed.namelist()
        assert "would tell how fewer than three people voted" in packed.read("index.html").decode()


def test_where_the_pages_cannot_be_set_the_zip_says_so_and_holds_the_rest(district, round_, by):
    a_file(district, code="X.1")
    Round.objects.update(taken=[TOO_LONG])
    round_.refresh_from_db()

    pdf = made(round_, "pdf", by)
    assert pdf.status == OwedStatus.FAILED
    assert "too large to set on pages" in pdf.last_error
    with zip_of(round_, by) as packed:
        assert "X.1/X.1-1 Minutes.pdf" in packed.namelist()
        assert "binder.pdf" not in packed.namelist()
        assert "The PDF is not here. It could not be made" in packed.read("index.html").decode()


TOO_LONG = {
    "code": "X.1",
    "standard": "X Of our own",
    "title": "Job description",
    "plain_question": "x" * 1_100_000,
}


def test_asked_twice_a_frozen_round_has_one_binder_and_one_more_with_each_signature(
    district, round_, by
):
    frozen(round_, by)
    first = made(round_, "pdf", by)
    again = binders.ask(round_, "pdf", by=by)
    digest = EvidenceSnapshot.objects.get(round=round_).digest
    SignOffFactory(district=district, round=round_, by=by.user, digest=digest)

    assert again == first
    assert AuditEvent.objects.filter(verb="assessment.binder_asked").count() == 1
    assert binders.ask(round_, "pdf", by=by) != first


def test_a_draft_is_owed_anew_once_the_last_one_is_made(round_, by):
    first = binders.ask(round_, "pdf", by=by)
    assert binders.ask(round_, "pdf", by=by) == first
    binders.make(first.district_id, first.pk)

    assert binders.ask(round_, "pdf", by=by) != first


def test_after_a_reopening_a_new_one_is_due_and_the_old_one_stays_to_be_read(
    client, lead, district, round_, by
):
    frozen(round_, by)
    first = made(round_, "pdf", by)
    rounds.reopen(round_, "One file was missing.", by=by)
    frozen(round_, by)
    client.force_login(lead)

    page = client.get(address("outputs", district, round_.pk)).content.decode()

    assert "Make the PDF" in page
    assert "From before" in page
    assert address("binder-file", district, first.pk) in page
    assert binders.ask(round_, "pdf", by=by) != first


def test_one_that_failed_can_be_asked_for_by_someone_else(district, round_, by):
    binder = binders.ask(round_, "pdf", by=by)
    by.user.memberships.all().delete()
    assert not binders.make(binder.district_id, binder.pk)
    binder.refresh_from_db()
    assert (binder.status, binder.last_error) == (OwedStatus.FAILED, binders.LOST)

    other = member(AccessLevel.EXECUTIVE, at=district)
    assert made(round_, "pdf", reach(district, other)).status == OwedStatus.DONE


def test_the_page_waits_honestly_offers_the_file_and_notes_who_took_it(
    client, lead, district, round_
):
    client.force_login(lead)
    page = address("outputs", district, round_.pk)

    assert client.post(page, {"kind": "exe"}).status_code == 422
    assert client.post(page, {"kind": "pdf"}).status_code == 302
    binder = Binder.objects.get()
    waiting = client.get(page).content.decode()
    Binder.objects.update(not_before=timezone.now() - dt.timedelta(minutes=2))
    late = client.get(address("output-state", district, round_.pk, "pdf")).content.decode()
    binders.make(binder.district_id, binder.pk)
    ready = client.get(page).content.decode()
    file = client.get(address("binder-file", district, binder.pk))

    assert "about to be made" in waiting
    assert "is not lost" in late
    assert "hx-trigger" not in ready
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert "Evidence binder, Fall 2026" in file["Content-Disposition"]
    event = AuditEvent.objects.get(verb="assessment.binder_downloaded")
    assert event.detail == {"label": "Fall 2026", "kind": "PDF"}


def test_a_file_that_is_gone_from_the_server_can_be_made_again(client, lead, district, round_, by):
    frozen(round_, by)
    binder = made(round_, "zip", by)
    default_storage.delete(binder.file.name)
    client.force_login(lead)

    page = client.get(address("outputs", district, round_.pk)).content.decode()

    assert "its file is missing on the server" in page
    assert client.get(address("binder-file", district, binder.pk)).status_code == 404
    assert made(round_, "zip", by).file.size


@pytest.mark.parametrize("size", [1, 25])
def test_what_a_binder_asks_the_database_does_not_grow(
    district, round_, by, size, django_assert_max_num_queries
):
    for n in range(size):
        HandEvidenceFactory(district=district, says__label=f"Minutes {n}")
        OfficialResult.objects.create(
            district=district, taken_on=dt.date(2026, 5, 1), overall="72%", recorded_by=by.user
        )
    votes(round_.ratings.get(), *[2] * size)

    with django_assert_max_num_queries(26):
        page_of(contents_of(round_, by))


@pytest.mark.parametrize("size", [1, 12])
def test_the_page_asks_the_database_as_often_for_many_files(
    client, lead, district, round_, size, django_assert_max_num_queries
):
    frozen(round_, reach(district, lead, capability=Capability.ASSESSMENT_RATE))
    Binder.objects.bulk_create(
        Binder(
            district=district, round=round_, kind="pdf", key=f"binder:{n}", asked_by=lead,
            status=OwedStatus.DONE, done_at=timezone.now(),
        )
        for n in range(size)
    )  # fmt: skip
    client.force_login(lead)

    with django_assert_max_num_queries(22):
        page = client.get(address("outputs", district, round_.pk)).content.decode()
    assert page.count("made on") == size


def test_drafts_go_after_a_month_and_what_was_frozen_stays(round_, by):
    draft = made(round_, "zip", by)
    frozen(round_, by)
    kept = made(round_, "zip", by)
    Binder.objects.update(owed_at=timezone.now() - binders.DRAFTS_KEPT_FOR - dt.timedelta(days=1))

    assert binders.remove_old_drafts() == 1

    assert list(Binder.objects.all()) == [kept]
    assert not default_storage.exists(draft.file.name)
    assert default_storage.exists(kept.file.name)


def test_the_sweep_carries_binders():
    assert sweep.CARRIERS[Binder] == "selfassessment.make_binder"
