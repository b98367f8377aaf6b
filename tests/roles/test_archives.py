"""The ZIP of all job descriptions: asked for, shared out, packed, cancelled, fetched, removed."""

import datetime as dt
import io
import threading
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import Archive, AuditEvent, Letter, Membership, OwedStatus, Rendering
from roles.packing import safe
from roles.services import archives, sweep
from roles.services.refusal import Refused
from tests.factories.roles import (
    ArchiveFactory,
    DistrictFactory,
    JobDescriptionFactory,
    RenderingFactory,
    RoleFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db
in_real_transactions = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    return DistrictFactory(name="Maple Valley")


@pytest.fixture
def by(district):
    return reach(district, member(AccessLevel.DISTRICT_LEAD, at=district))


def published(district, title="Site Lead", level="site", **extra):
    role = RoleFactory(district=district, level=level)
    job = JobDescriptionFactory(district=district, role=role)
    return VersionFactory(
        district=district, job_description=job, title=title, published=True, **extra
    )


def with_pdf(version, content=b"%PDF-1.7 made"):
    rendering = RenderingFactory(
        district=version.district,
        version=version,
        status=OwedStatus.DONE,
        key=f"job-description-version:{version.pk}",
    )
    rendering.file.save(f"{version.pk}.pdf", ContentFile(content))
    return version


def made(archive):
    assert archives.make(archive.district_id, archive.pk)
    archive.refresh_from_db()
    return zipfile.ZipFile(io.BytesIO(archive.file.read()))


def test_the_zip_holds_the_pdf_of_each_text_in_force_by_level_and_an_index(district, by):
    with_pdf(published(district, "Site Lead", number=3))
    with_pdf(published(district, "Champion", "executive", number=1))
    VersionFactory(district=district, title="Only a draft")

    package = made(archives.ask(by=by))

    assert sorted(package.namelist()) == [
        "Executive/Champion, version 1.pdf",
        "School site/Site Lead, version 3.pdf",
        "index.html",
    ]
    assert package.testzip() is None
    assert package.read("School site/Site Lead, version 3.pdf") == b"%PDF-1.7 made"
    index = package.read("index.html").decode()
    assert 'href="School%20site/Site%20Lead%2C%20version%203.pdf"' in index
    assert "Only a draft" not in index


@in_real_transactions
def test_each_missing_pdf_is_owed_on_its_own_and_the_last_one_finishes_the_zip(district, by):
    """Tasks run at once here: renderings first, and the archive when none is left."""
    version = published(district)
    with_pdf(published(district, "Coach", "coaching"))

    archive = archives.ask(by=by)

    archive.refresh_from_db()
    assert Rendering.objects.get(version=version).status == OwedStatus.DONE
    assert (archive.status, archive.made, archive.total) == (OwedStatus.DONE, 2, 2)
    package = zipfile.ZipFile(io.BytesIO(archive.file.read()))
    assert len([n for n in package.namelist() if n.endswith(".pdf")]) == 2


def test_while_pdfs_are_missing_the_archive_waits_and_its_bar_follows_them(district, by):
    with_pdf(published(district))
    late = RenderingFactory(district=district, version=published(district, "Late"))
    archive = archives.ask(by=by)

    assert not archives.make(district.pk, archive.pk)

    archive.refresh_from_db()
    assert (archive.status, archive.made, archive.total) == (OwedStatus.WAITING, 1, 2)
    assert archive.tries == 0
    Rendering.objects.filter(pk=late.pk).update(status=OwedStatus.FAILED)
    archives.advance(district.pk)
    archive.refresh_from_db()
    assert archive.made == 2
    assert archive.not_before <= timezone.now()


def test_a_pdf_that_cannot_be_made_is_told_in_the_index_and_stops_nothing(district, by):
    version = published(district, "Broken")
    archive = archives.ask(by=by)
    RenderingFactory(district=district, version=version, status=OwedStatus.FAILED)

    package = made(archive)

    index = package.read("index.html").decode()
    assert package.namelist() == ["index.html"]
    assert "Broken" in index
    assert "The PDF could not be made" in index


def test_a_failed_pdf_is_tried_once_more_when_the_zip_is_asked_for(district, by):
    version = published(district)
    failed = RenderingFactory(district=district, version=version, status=OwedStatus.FAILED)

    archives.ask(by=by)

    failed.refresh_from_db()
    assert failed.status == OwedStatus.WAITING


def test_asking_twice_waits_for_the_same_zip(district, by):
    with_pdf(published(district))

    first, second = archives.ask(by=by), archives.ask(by=by)

    assert first == second
    assert AuditEvent.objects.filter(verb="archive.asked").count() == 1


def test_two_people_wait_for_a_zip_each(district, by):
    with_pdf(published(district))

    other = archives.ask(by=reach(district, member(AccessLevel.AUDITOR, at=district)))

    assert archives.ask(by=by) != other


@in_real_transactions
def test_of_two_clicks_at_once_one_zip_comes(district, by, monkeypatch):
    with_pdf(published(district))
    monkeypatch.setattr(archives, "ring_on_commit", lambda *_: None)
    start, got = threading.Barrier(2), []

    def click():
        start.wait(5)
        got.append(archives.ask(by=by).pk)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(20)

    assert len(set(got)) == 1
    assert Archive.objects.count() == 1


def test_where_nothing_is_in_force_there_is_nothing_to_ask_for(by):
    with pytest.raises(Refused, match="nothing to pack"):
        archives.ask(by=by)


def test_a_cancelled_zip_is_not_made(district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)

    cancelled = [archives.cancel(archive, by=by) for _ in range(2)]

    assert cancelled == [True, False]
    assert not archives.make(district.pk, archive.pk)
    archive.refresh_from_db()
    assert (archive.status, archive.file.name) == (OwedStatus.CANCELLED, "")
    assert AuditEvent.objects.filter(verb="archive.cancelled").count() == 1


def test_a_zip_cancelled_while_it_is_packed_stops_and_leaves_no_file(district, by, monkeypatch):
    for number in range(12):
        with_pdf(published(district, f"Role {number}"))
    archive = archives.ask(by=by)
    added = []
    add = archives.pack.__globals__["_add"]

    def add_and_cancel(*args):
        added.append(args)
        if len(added) == 3:
            archives.cancel(archive, by=by)
        return add(*args)

    monkeypatch.setitem(archives.pack.__globals__, "_add", add_and_cancel)

    assert not archives.make(district.pk, archive.pk)

    archive.refresh_from_db()
    assert archive.status == OwedStatus.CANCELLED
    assert len(added) == 10  # of twelve: it looks up every ten files
    assert not default_storage.exists(f"made/district-{district.pk}")


def test_a_new_zip_can_be_asked_for_after_a_cancelled_one(district, by):
    with_pdf(published(district))
    archives.cancel(archives.ask(by=by), by=by)

    assert made(archives.ask(by=by)).testzip() is None


def test_the_one_who_asked_gets_a_letter_and_the_trail_says_it_was_made(district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)

    made(archive)

    letter = Letter.objects.get(key=f"archive-ready:{archive.pk}")
    assert letter.to == by.user.email
    assert f"/d/{district.slug}/roles/documents/" in letter.body
    assert AuditEvent.objects.get(verb="archive.made").detail == {"files": 1}


def test_someone_whose_access_ended_gets_no_zip(district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)
    Membership.objects.filter(user=by.user).delete()

    assert not archives.make(district.pk, archive.pk)

    archive.refresh_from_db()
    assert archive.status == OwedStatus.FAILED


def test_a_zip_whose_worker_died_is_made_by_the_next_one(district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)
    Archive.objects.claim(archive.pk)
    Archive.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    sweep.ring_for_owed_work()

    archive.refresh_from_db()
    assert (archive.status, archive.tries) == (OwedStatus.DONE, 2)


def test_a_zip_that_cannot_be_packed_fails_with_its_reason_and_may_be_asked_for_again(
    district, by, monkeypatch
):
    with_pdf(published(district))
    archive = archives.ask(by=by)
    monkeypatch.setattr(default_storage, "save", fail_to_save)

    with pytest.raises(OSError, match="No space"):
        archives.make(district.pk, archive.pk)

    archive.refresh_from_db()
    assert archive.status == OwedStatus.FAILED
    assert "No space left" in archive.last_error
    assert archives.ask(by=by) != archive


def fail_to_save(*_):
    raise OSError("No space left on device")


def test_after_a_week_zip_and_file_are_gone_and_younger_ones_stay(district):
    old = ArchiveFactory(district=district, status=OwedStatus.DONE)
    old.file.save("old.zip", ContentFile(b"PK"))
    name = old.file.name
    Archive.objects.update(owed_at=timezone.now() - dt.timedelta(days=7, minutes=1))
    young = ArchiveFactory(district=district, status=OwedStatus.DONE)

    removed = [archives.remove_old() for _ in range(2)]

    assert removed == [1, 0]
    assert not default_storage.exists(name)
    assert list(Archive.objects.all()) == [young]


def test_taking_the_zip_home_is_on_record(client, district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)
    made(archive)
    client.force_login(by.user)

    answer = client.get(reverse("roles:archive-file", args=[district.slug, archive.pk]))

    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert 'filename="Maple Valley job descriptions' in answer["Content-Disposition"]
    assert AuditEvent.objects.get(verb="archive.downloaded").actor == by.user


def test_anothers_zip_is_not_there(client, district, by):
    with_pdf(published(district))
    archive = archives.ask(by=by)
    made(archive)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    for name, ask in (("archive-file", client.get), ("archive-cancel", client.post)):
        assert ask(reverse(f"roles:{name}", args=[district.slug, archive.pk])).status_code == 404


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd"),
        ('A/B\\C:D*E?"<F>|', "A B C D E F"),
        ("  ends in dots ... ", "ends in dots"),
        ("CON", "CON_"),
        ("\u202egpj.exe", "gpj.exe"),
        ("مدير البرنامج 🎓", "مدير البرنامج 🎓"),
        ("...", "Untitled"),
        ("x" * 300, "x" * 80),
    ],
)
def test_odd_titles_make_names_that_every_system_takes(title, name):
    assert safe(title) == name


def test_texts_of_the_same_name_do_not_write_over_each_other(district, by):
    for title in ("Site Lead", "site lead", "Site/Lead"):
        with_pdf(published(district, title, number=1))

    names = [n for n in made(archives.ask(by=by)).namelist() if n.endswith(".pdf")]

    assert len({name.casefold() for name in names}) == 3


def ask_by_htmx(client, district, method="get"):
    address = reverse("roles:archive", args=[district.slug])
    return getattr(client, method)(address, headers={"HX-Request": "true"}).content.decode()


def test_the_page_shows_the_bar_asks_again_and_says_when_it_is_ready(client, district, by):
    version = published(district)
    rendering = RenderingFactory(district=district, version=version)
    client.force_login(by.user)

    began = ask_by_htmx(client, district, "post")
    archive = Archive.objects.get()
    archives.make(district.pk, archive.pk)
    after_a_reload = client.get(reverse("roles:documents", args=[district.slug])).content.decode()
    Rendering.objects.filter(pk=rendering.pk).update(status=OwedStatus.FAILED)
    archives.advance(district.pk)
    archives.make(district.pk, archive.pk)
    ready = ask_by_htmx(client, district)

    for page in (began, after_a_reload):
        assert 'hx-trigger="every 1s"' in page
        assert "<progress" in page
    assert "hx-trigger" not in ready
    assert "The ZIP of all job descriptions is ready." in ready
    assert reverse("roles:archive-file", args=[district.slug, archive.pk]) in ready


def test_it_all_works_without_scripts(client, district, by):
    with_pdf(published(district))
    client.force_login(by.user)

    asked = client.post(reverse("roles:archive", args=[district.slug]), follow=True)
    archive = Archive.objects.get()
    ended = client.post(
        reverse("roles:archive-cancel", args=[district.slug, archive.pk]), follow=True
    )

    assert "PDFs ready" in asked.content.decode()
    assert "Cancelled" in ended.content.decode()


@pytest.mark.parametrize("roles", [1, 8])
def test_the_documents_page_costs_the_same_for_few_and_many(
    client, district, by, roles, django_assert_num_queries
):
    for number in range(roles):
        with_pdf(published(district, f"Role {number}"))
        RoleFactory(district=district)
    client.force_login(by.user)
    address = reverse("roles:documents", args=[district.slug])
    client.get(address)

    with django_assert_num_queries(16):
        client.get(address)


def test_the_documents_page_offers_what_there_is_of_each_role(client, district):
    in_force = with_pdf(published(district, "Champion"))
    draft = VersionFactory(district=district, title="Draft")
    bare = RoleFactory(district=district, title="Bare")
    pages = {}
    for level in (AccessLevel.DISTRICT_LEAD, AccessLevel.AUDITOR):
        client.force_login(member(level, at=district))
        page = client.get(reverse("roles:documents", args=[district.slug]))
        pages[level] = page.content.decode()

    def links(name, pk):
        return [reverse(f"roles:{name}", args=[district.slug, pk]) in p for p in pages.values()]

    assert links("version-pdf", in_force.pk) == [True, True]
    assert links("version-word", in_force.pk) == [True, True]
    assert links("version-word", draft.pk) == [True, False]
    assert links("outline", draft.job_description.role_id) == [False, True]
    assert links("outline", bare.pk) == [True, True]
