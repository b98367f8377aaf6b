"""A PDF on its way: which states a reader sees, what is stored, and what is tried again."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import reverse
from django.utils import timezone

from roles import documents
from roles.capabilities import AccessLevel
from roles.models import OwedStatus, Rendering
from roles.reports.pdfs import PATIENCE
from roles.services import renderings, sweep
from tests.factories.roles import RenderingFactory, VersionFactory, member

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


def at(rendering, name):
    version = rendering.version
    return reverse(f"roles:{name}", args=[version.district.slug, version.pk])


def reader(client, rendering, level=AccessLevel.AUDITOR):
    client.force_login(member(level, at=rendering.district))
    return client


def fail_with(rendering, error):
    Rendering.objects.filter(pk=rendering.pk).update(status=OwedStatus.FAILED, last_error=error)


def test_each_state_reads_as_what_it_is_and_is_asked_for_again_only_until_it_ends(client):
    rendering = RenderingFactory()
    reader(client, rendering)
    ago = timezone.now() - PATIENCE - dt.timedelta(seconds=1)
    later = timezone.now() + dt.timedelta(minutes=1)
    seen = {}
    for state, fields in {
        "queued": {},
        "late": {"not_before": ago},
        "delayed": {"tries": 1, "not_before": later, "last_error": renderings.TROUBLE},
        "rendering": {"status": OwedStatus.RUNNING},
        "failed": {"status": OwedStatus.FAILED},
    }.items():
        Rendering.objects.filter(pk=rendering.pk).update(**fields)
        seen[state] = client.get(at(rendering, "version-file")).content.decode()

    assert "about to be made" in seen["queued"]
    assert "Nothing has taken up" in seen["late"]
    assert "not lost" in seen["late"]
    assert "tried again at" in seen["delayed"]
    assert renderings.TROUBLE in seen["delayed"]
    assert "being set" in seen["rendering"]
    assert "could not be made" in seen["failed"]
    assert [state for state, page in seen.items() if "hx-trigger" in page] == list(seen)[:-1]


def test_a_page_that_asks_again_hears_nothing_until_something_changed(client):
    rendering = RenderingFactory()
    reader(client, rendering)
    asks = at(rendering, "version-file") + "?seen=queued"

    same = client.get(asks, **HTMX)
    renderings.render(rendering.district_id, rendering.pk)
    changed = client.get(asks, **HTMX)

    assert same.status_code == HTTPStatus.NO_CONTENT
    assert changed.status_code == HTTPStatus.OK
    assert "hx-trigger" not in changed.content.decode()


def test_the_page_announces_the_state_politely_in_a_frame_that_stays(client):
    rendering = RenderingFactory()
    page = reader(client, rendering).get(at(rendering, "version")).content.decode()

    assert f'<div id="file-{rendering.version_id}" role="status">' in page
    assert f'hx-target="#file-{rendering.version_id}"' in page


@pytest.mark.parametrize(
    ("level", "may_try"), [(AccessLevel.DISTRICT_LEAD, True), (AccessLevel.AUDITOR, False)]
)
def test_everyone_reads_why_it_failed_and_who_may_edit_can_have_it_tried_again(
    client, level, may_try
):
    rendering = RenderingFactory()
    fail_with(rendering, "The text is too large.")
    reader(client, rendering, level)

    page = client.get(at(rendering, "version")).content.decode()

    assert "The text is too large." in page
    assert ("Try again" in page) is may_try


@pytest.mark.django_db(transaction=True)
def test_try_again_makes_the_pdf_with_and_without_scripts(client):
    rendering = RenderingFactory()
    fail_with(rendering, "The text is too large.")
    reader(client, rendering, AccessLevel.DISTRICT_LEAD)

    by_script = client.post(at(rendering, "version-render-again"), **HTMX)
    fail_with(rendering, "The text is too large.")
    by_form = client.post(at(rendering, "version-render-again"))

    assert "about to be made" in by_script.content.decode()
    assert by_form["Location"] == at(rendering, "version")
    rendering.refresh_from_db()
    assert (rendering.status, rendering.last_error) == (OwedStatus.DONE, "")


def test_a_text_that_will_not_become_pages_fails_with_a_reason_and_is_not_tried_by_itself():
    too_much = "word " * 250_000  # more than any form takes
    version = VersionFactory(published=True, summary=too_much)
    rendering = RenderingFactory(version=version, district=version.district)

    assert not renderings.render(rendering.district_id, rendering.pk)

    rendering.refresh_from_db()
    assert rendering.status == OwedStatus.FAILED
    assert rendering.last_error.startswith("The text is too large to set on pages: it has 1,2")
    assert sweep.ring_for_owed_work() == 0
    healthy = RenderingFactory()
    assert renderings.render(healthy.district_id, healthy.pk)


def test_trouble_of_the_machine_is_tried_once_more_and_then_told(tmp_path, settings):
    blocked = tmp_path / "files"
    blocked.write_text("in the way of a folder")
    settings.STORAGES = {**settings.STORAGES, "default": on_disk(blocked)}
    rendering = RenderingFactory()
    states = []

    for _ in range(2):
        Rendering.objects.update(not_before=timezone.now())
        assert not renderings.render(rendering.district_id, rendering.pk)
        rendering.refresh_from_db()
        states.append(rendering.status)

    assert states == [OwedStatus.WAITING, OwedStatus.FAILED]
    assert rendering.last_error == renderings.TROUBLE


def on_disk(folder):
    backend = "django.core.files.storage.FileSystemStorage"
    return {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}


def test_the_same_content_is_stored_once_under_its_digest_and_not_set_again(tmp_path, settings):
    settings.STORAGES = {**settings.STORAGES, "default": on_disk(tmp_path)}
    assert isinstance(default_storage, FileSystemStorage)
    first = RenderingFactory()
    second = RenderingFactory(version=first.version, district=first.district)

    assert renderings.render(first.district_id, first.pk)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(b"%PDF: what lies there already")
    assert renderings.render(second.district_id, second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    key = documents.key_of(renderings.page_of(first.version))
    assert first.file.name == second.file.name
    assert first.file.name == f"job-descriptions/district-{first.district_id}/{key}.pdf"
    with second.file.open() as kept:
        assert kept.read() == b"%PDF: what lies there already"


def test_the_digest_changes_with_the_text():
    one, other = documents.key_of("<p>One"), documents.key_of("<p>Other")

    assert one != other
    assert one == documents.key_of("<p>One")


def test_a_reader_is_told_which_characters_the_server_has_no_font_for(client):
    unknown = "\U000f1234"  # for private use: no font has it
    version = VersionFactory(published=True, summary=f"Greets {unknown} by name.")
    rendering = RenderingFactory(version=version, district=version.district)

    renderings.render(rendering.district_id, rendering.pk)
    page = reader(client, rendering).get(at(rendering, "version-file")).content.decode()

    assert f"No font on the server has these characters; boxes stand for them: {unknown}" in page


def test_a_pdf_whose_file_is_gone_is_not_found(client):
    rendering = RenderingFactory(status=OwedStatus.DONE, file="job-descriptions/gone.pdf")

    answer = reader(client, rendering).get(at(rendering, "version-pdf"))

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_what_was_published_in_the_evening_bears_that_day_whoever_sets_it():
    """A worker has no district's clock of its own; in New York it is still November 30."""
    version = VersionFactory(published_at=dt.datetime(2026, 12, 1, 2, tzinfo=dt.UTC))

    page = renderings.page_of(version)

    assert "published November 30, 2026" in page
    with timezone.override(version.district.zone):
        assert renderings.page_of(version) == page
