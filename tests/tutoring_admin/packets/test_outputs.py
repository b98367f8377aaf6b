"""Page, PDF, workbook and guest page: they read the frozen content and agree figure by figure."""

import datetime as dt
import io
import re
from html import unescape

import openpyxl
import pikepdf
import pypdf
import pytest
from django.urls import reverse

from checklists.models import Checklist
from roadmap.models import DecisionRequest, Milestone
from roles.models import AuditEvent, MadeFile, School
from roles.services import making
from selfassessment.models import Packet
from tests.factories.packets import PacketFactory, content_of
from tests.tutoring_admin.packets.conftest import published
from tutoring_admin.packets import content as shape
from tutoring_admin.packets import printing, services, workbook

pytestmark = pytest.mark.django_db


def words(text):
    return " ".join(text.split())


def of_html(page):
    """The text of the packet, as one reads it."""
    inside = re.search(r'<div class="packet">.*?(?=<aside|</main>)', page, re.S)[0]
    return words(unescape(re.sub(r"<[^>]+>", " ", inside)))


def pdf_of(packet, by):
    made = printing.ask_for(packet, by=by)
    making.make(made.district_id, made.pk)
    made.refresh_from_db()
    with made.file.open() as file:
        return file.read()


def of_pdf(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return words(" ".join(page.extract_text() for page in reader.pages))


def of_xlsx(file):
    """All cells, numbers as the other outputs print them."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    told = []
    for sheet in book:
        for row in sheet.iter_rows():
            told += [shape.cell(cell.value) for cell in row if cell.value is not None]
    return words(" ".join(told))


def outputs(client, packet, by):
    """The text of each output of a packet."""
    slug = packet.district.slug
    client.force_login(by.user)
    page = client.get(reverse("packets:detail", args=[slug, packet.pk])).content.decode()
    file = client.get(reverse("packets:xlsx", args=[slug, packet.pk])).content
    until = packet.district.today() + dt.timedelta(days=30)
    token = services.invite(packet, "The board", until, by=by)
    client.logout()
    guest = client.get(reverse("packet-guest", args=[token])).content.decode()
    return {
        "page": of_html(page),
        "PDF": of_pdf(pdf_of(packet, by)),
        "workbook": of_xlsx(file),
        "guest page": of_html(guest),
    }


def squeezed(text):
    """Without spaces and hyphens: a PDF breaks lines where the others do not."""
    return re.sub(r"[\s\u2010-]", "", text)


@pytest.mark.parametrize("kind", ["board", "grant"])
def test_all_outputs_agree_figure_by_figure(client, program, by, kind):
    published(by, kind)
    Milestone.objects.filter(title="Rooms agreed").update(due_on="2026-11-30")
    packet = published(by, kind)

    told = {name: squeezed(text) for name, text in outputs(client, packet, by).items()}

    for name, text in told.items():
        for figure in shape.figures_of(packet.content):
            assert squeezed(figure["label"]) in text, name
            assert squeezed(shape.shown(figure)) in text, (name, figure["key"])
        for line in packet.content["before"]["lines"]:
            assert squeezed(line["was"]) in text, (name, line["key"])
        for part in shape.sections_of(packet.content):
            for sentence in part["says"]:
                assert squeezed(sentence) in text, name
            for table in part["tables"]:
                for row in table["rows"]:
                    if name in ("page", "guest page", "PDF"):
                        line = "".join(shape.cell(value) for value in row)
                    else:
                        line = "".join(shape.cell(value) for value in row if value is not None)
                    assert squeezed(line) in text, (name, table["key"])


def test_each_figure_stands_beside_its_own_label_everywhere(client, program, by):
    packet = published(by)

    told = outputs(client, packet, by)

    for figure in shape.figures_of(packet.content):
        label, shown = squeezed(figure["label"]), squeezed(shape.shown(figure))
        for name in ("page", "guest page", "workbook"):
            assert label + shown in squeezed(told[name]), (name, label)
        about = squeezed(figure["says"])
        assert label + about + shown in squeezed(told["PDF"]), label


def test_what_changes_in_the_records_afterwards_changes_no_output(client, program, by):
    packet = published(by)
    before = outputs(client, packet, by)
    pdf, file = pdf_of(packet, by), workbook.of_packet(packet.content, packet.sha256)

    Milestone.objects.update(due_on=dt.date(2027, 1, 8), title="Gone")
    Checklist.objects.update(band="needs_support", score=10)
    School.objects.filter(name="School 0").update(name="Another")
    DecisionRequest.objects.update(question="What now?")
    type(packet.district).objects.update(name="Another district")
    packet = Packet.objects.select_related("district").get(pk=packet.pk)

    after = outputs(client, packet, by)
    assert after == before
    assert of_pdf(pdf_of(packet, by)) == of_pdf(pdf)
    assert of_xlsx(workbook.of_packet(packet.content, packet.sha256)) == of_xlsx(file)


def test_the_pdf_is_tagged_has_two_pages_and_an_appendix(program, by):
    packet = published(by)

    pdf = pdf_of(packet, by)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in opened.Root.Metadata.read_bytes()
        assert str(opened.Root.Lang) == "en"
        assert "Board packet 1" in str(opened.docinfo.Title)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert next(n for n, text in enumerate(pages) if "Appendix" in text) <= 2


def test_nothing_in_a_workbook_calculates(district):
    content = content_of(district)
    content["sections"][0]["says"] = ["=HYPERLINK(1)", "+1", "@now"]

    book = openpyxl.load_workbook(io.BytesIO(workbook.of_packet(content, "0" * 64)))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}


def test_two_tables_of_one_name_get_two_sheets(district):
    content = content_of(district)
    table = shape.table("a", "Schools: of [all]/levels, with a long title", ["One"], [[1]])
    content["sections"][0]["tables"] = [table, table]

    book = openpyxl.load_workbook(io.BytesIO(workbook.of_packet(content, "0" * 64)))

    assert len(set(book.sheetnames)) == 4


def test_the_page_offers_the_pdf_once_it_is_made(client, district, lead, by):
    packet = PacketFactory(district=district)
    page = reverse("packets:detail", args=[district.slug, packet.pk])
    client.force_login(lead)

    client.post(reverse("packets:pdf", args=[district.slug, packet.pk]))
    waiting = client.get(page).content.decode()
    made = MadeFile.objects.get(maker=printing.MAKER)
    making.make(district.pk, made.pk)
    ready = client.get(page, {"part": "pdf"}, headers={"HX-Request": "true"}).content.decode()

    assert "Being made" in waiting
    assert reverse("roles:made-file", args=[district.slug, made.pk]) in ready
    assert AuditEvent.objects.filter(verb="packet.downloaded", detail__kind="PDF").exists()
