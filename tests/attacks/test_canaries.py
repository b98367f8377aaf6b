"""Leak canaries: all texts and people of one district carry a word that nobody elsewhere may see.

The lead of the other district opens all pages and files that links lead to, one of each kind and a
second; letters are gathered and sent, and a document is set. The word is looked for in all of it,
inside the parts of workbooks and archives, and in the text of PDFs.
"""

import io
import zipfile

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from pypdf import PdfReader

from roles.models import JobDescriptionVersion, Letter, Membership, User
from roles.services import delivery, gathering, renderings
from tests.attacks.words import speak
from tests.journeys.test_links import Walk
from tutoring_admin.demo import checklists, jobs, reviews, roadmap, roles, selfassessment
from tutoring_admin.demo.people import people

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
MARKER = "zebrawood"
OURS, THEIRS = "cedar-falls", "maple-valley"
APPS = (jobs, reviews, checklists, roadmap, selfassessment)


@pytest.fixture
def districts(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ours, theirs = (roles.found(slug, "a-password-hash") for slug in (OURS, THEIRS))
    for world in (ours, theirs):
        for app in APPS:
            app.build(world)
    speak(theirs.district, MARKER)
    theirs_only = Membership.objects.filter(district=theirs.district).values("user")
    User.objects.filter(pk__in=theirs_only).update(first_name=MARKER, last_name=MARKER)
    return ours.district, theirs.district


class Listener(Walk):
    """Opens everything, and keeps the addresses where the word was heard."""

    def __init__(self, *given):
        super().__init__(*given)
        self.heard, self.files = [], 0
        self.client.request = self._listening(self.client.request)

    def _listening(self, request):
        def listen(**asked):
            answer = request(**asked)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.streaming:
                answer.streaming_content = [content]
            self.files += not answer.get("Content-Type", "").startswith("text/html")
            if speaks(content):
                self.heard.append(asked.get("PATH_INFO"))
            return answer

        return listen


def speaks(content):
    """Whether the word stands in bytes, in a part of an archive, or in a PDF's text."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(MARKER.encode() in packed.read(name) for name in packed.namelist())
    if content.startswith(b"%PDF"):
        return any(MARKER in page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return MARKER.encode() in content


def test_pages_and_files_of_one_district_say_nothing_of_another(client, districts):
    lead = next(p for p in people() if p.district_slug == OURS and p.email.startswith("lead"))
    client.force_login(User.objects.get(email=lead.email))

    walk = Listener(client, lead).from_page(f"/d/{OURS}/")

    assert walk.heard == []
    assert len(walk.seen) > 100
    assert walk.files > 10, "exports are among what is opened"


def test_the_word_is_heard_where_it_belongs(client, districts):
    """Else the test above would hear nothing because nothing speaks."""
    lead = next(p for p in people() if p.district_slug == THEIRS and p.email.startswith("lead"))
    client.force_login(User.objects.get(email=lead.email))

    assert speaks(client.get(f"/d/{THEIRS}/").content)
    assert speaks(client.get(f"/d/{THEIRS}/roles/coverage/").content)


def test_letters_of_one_district_say_nothing_of_another(districts):
    ours, _ = districts
    gathering.round_everywhere()
    delivery.carry()

    to_us = [each for each in mail.outbox if each.to[0].endswith(f"@{OURS}.example")]
    assert to_us
    assert [each.subject for each in to_us if MARKER in str(each.message())] == []
    assert not [
        letter.pk
        for letter in Letter.objects.filter(district=ours)
        if MARKER in f"{letter.to}{letter.subject}{letter.body}"
    ]


def test_documents_of_one_district_say_nothing_of_another(districts):
    ours, _ = districts
    published = JobDescriptionVersion.objects.filter(district=ours, status="published").first()
    owed = renderings.owe(published)

    assert renderings.render(ours.pk, owed.pk)

    owed.refresh_from_db()
    with default_storage.open(owed.file.name) as pdf:
        content = pdf.read()
    assert content.startswith(b"%PDF")
    assert not speaks(content)
