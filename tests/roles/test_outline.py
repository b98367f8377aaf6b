"""Prints: the document on a bare page, and the outline for a role without a job description."""

import html
import io
import re

import docx
import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from tests.factories.roles import DistrictFactory, DutyFactory, RoleFactory, VersionFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def role():
    district = DistrictFactory(name="Maple Valley")
    supervisor = RoleFactory(district=district, title="Program Lead")
    role = RoleFactory(district=district, title="Site <Lead>", reports_to=supervisor)
    DutyFactory(district=district, role=role, key="SL1", text="Keep the room & the time.")
    return role


def get(client, name, thing):
    client.force_login(member(AccessLevel.AUDITOR, at=thing.district))
    return client.get(reverse(f"roles:{name}", args=[thing.district.slug, thing.pk]))


def test_the_outline_says_what_it_is_and_leaves_room_to_write(client, role):
    page = get(client, "outline", role).content.decode()

    assert "Responsibility outline" in page
    assert "It is not a job description." in page
    assert "Program Lead" in page
    assert "Keep the room &amp; the time." in page
    assert 'class="writing"' in page
    assert "Signature" in page


def test_a_role_without_duties_gets_blank_numbered_lines(client, role):
    role.duties.all().delete()

    page = get(client, "outline", role).content.decode()

    assert page.count('class="duties__id"') == 8


def test_the_outline_as_word_has_lines_to_write_on_and_a_place_to_sign(client, role):
    answer = get(client, "outline-word", role)

    file = docx.Document(io.BytesIO(answer.content))
    styles = [p.style.name for p in file.paragraphs]
    signing = file.tables[-1]
    assert file.paragraphs[0].text == "Site <Lead>"
    assert "SL1\tKeep the room & the time." in [p.text for p in file.paragraphs]
    assert styles.count("Writing line") == 3
    assert [cell.text for cell in signing.rows[0].cells] == ["Who", "Name", "Signature", "Date"]
    assert [row.cells[0].text for row in signing.rows[1:]] == ["Holder", "Supervisor"]
    assert 'filename="Site Lead - responsibility outline.docx"' in answer["Content-Disposition"]


@pytest.mark.parametrize("has_duties", [True, False])
def test_the_outline_says_the_same_on_paper_and_in_word(client, role, has_duties):
    if not has_duties:
        role.duties.all().delete()

    page = get(client, "outline", role).content.decode()
    file = docx.Document(io.BytesIO(get(client, "outline-word", role).content))

    printed = page[page.index('<p class="folio">') : page.index("</main>")]
    printed = html.unescape(re.sub(r"<[^>]*>", " ", printed))
    blocks = [file.sections[0].header._element, *file.element.body]
    in_word = " ".join(t.text or "" for block in blocks for t in block.iter("{*}t"))
    assert [w for w in in_word.split() if not w.isdigit()] == [
        w for w in printed.split() if not w.isdigit()
    ]


def test_the_page_of_a_role_without_text_offers_the_outline(client, role):
    page = get(client, "role", role).content.decode()

    assert reverse("roles:outline", args=[role.district.slug, role.pk]) in page


def test_a_version_prints_on_a_bare_page_with_paper_styles(client):
    version = VersionFactory(published=True)

    page = get(client, "version-print", version).content.decode()

    assert "css/paper.css" in page
    assert "css/look.css" not in page
    assert "data-print" in page
    assert f"<h1>{version.title}</h1>" in page
