"""The Word file: the words of page and PDF, in real styles, safe for whatever was typed."""

import datetime as dt
import io
import re
import time
import zipfile
from html.parser import HTMLParser

import docx
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from PIL import Image

from roles import documents, letterhead, word
from roles.capabilities import AccessLevel
from roles.services.renderings import page_of
from tests.factories.roles import (
    ApprovalFactory,
    DistrictFactory,
    DutyFactory,
    JobDescriptionFactory,
    ResponsibilityFactory,
    ReviewFactory,
    RoleFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FULL = {
    "title": "Tutoring Project Manager",
    "summary": "Makes the plan happen: one list & one <person> who knows what is late.",
    "program": "The district's approach: partner with a proven provider.",
    "reports_to": "Tutoring Program Lead",
    "location": "Central office",
    "time_share": "1.0",
    "funding_source": "Title I",
    "funding_ends_on": dt.date(2027, 6, 30),
    "caseload": "12 tutors for each coach",
    "observation_rhythm": "Every three weeks",
    "required": ["Bachelor's degree", "Three years of coordination"],
    "preferred": ["Second language of local families"],
    "performance_review": "Twice a year with the supervisor.",
}


def a_version(lines=("Keep one plan.", "Call the provider every week."), **fields):
    """A published version whose first line words a duty, with every field filled."""
    district = fields.pop("district", None) or DistrictFactory(name="Maple Valley Schools")
    role = RoleFactory(district=district, title="Project Manager", indicator="6b.2")
    duty = DutyFactory(district=district, role=role, key="PM1")
    job = JobDescriptionFactory(district=district, role=role)
    version = VersionFactory(district=district, job_description=job, **{**FULL, **fields})
    for order, text in enumerate(lines, 1):
        ResponsibilityFactory(
            district=district,
            version=version,
            text=text,
            order=order,
            duty=duty if order == 1 else None,
        )
    type(version).objects.filter(pk=version.pk).update(
        status="published",
        published_at=dt.datetime(2026, 9, 1, 15, tzinfo=dt.UTC),
        published_by=UserFactory(first_name="Pat", last_name="Lead"),
        review_on=dt.date(2027, 9, 1),
    )
    version.refresh_from_db()
    return version


def bytes_of(version):
    lines = version.responsibilities.select_related("duty")
    return word.job_description(version, version.district, lines)


def opened(version):
    return docx.Document(io.BytesIO(bytes_of(version)))


def words(text):
    """Words in order, without what each medium adds of its own: list numbers and bullets."""
    found = re.findall(r"[^\W_]+(?:['.:/-][^\W_]+)*", text)
    return [w for w in found if not w.isdigit()]


def words_of_word(version):
    """The head of the page once, then the body in order, tables where they stand."""
    file = opened(version)
    head = file.sections[0].header.paragraphs[0].text
    body = [
        " ".join(t.text or "" for t in block.iter(f"{W}t"))
        for block in file.element.body.iterchildren()
    ]
    return words(" ".join([head, *body]))


class DocumentText(HTMLParser):
    """The text of the page's <article class="doc">."""

    def __init__(self):
        super().__init__()
        self.inside, self.pieces = 0, []

    def handle_starttag(self, tag, attrs):
        if tag == "article" and "doc" in (dict(attrs).get("class") or "").split():
            self.inside += 1

    def handle_endtag(self, tag):
        self.inside -= tag == "article" and self.inside > 0

    def handle_data(self, data):
        if self.inside:
            self.pieces.append(data)


def words_of_page(client, version, level=AccessLevel.AUDITOR):
    client.force_login(member(level, at=version.district))
    address = reverse("roles:version", args=[version.district.slug, version.pk])
    reader = DocumentText()
    reader.feed(client.get(address).content.decode())
    return words(" ".join(reader.pieces))


def words_of_pdf(version):
    pdf = pypdf.PdfReader(io.BytesIO(documents.to_pdf(page_of(version))))
    lines = "\n".join(page.extract_text() for page in pdf.pages).splitlines()
    foot = re.compile(r"Page \d+ of \d+|· version \d+,")
    return words(" ".join(line for line in lines if not foot.search(line)))


def before_approval(found):
    """Paper ends with who approved; the screen shows that beside the document."""
    return found[: found.index("Approval")] if "Approval" in found else found


def test_page_pdf_and_word_file_say_the_same(client):
    version = a_version()

    page = words_of_page(client, version)
    pdf = words_of_pdf(version)
    file = words_of_word(version)

    assert {"PM1", "6b.2", "Bachelor's", "Twice"} <= set(page)
    assert before_approval(file) == page
    assert sorted(before_approval(pdf)) == sorted(page)
    assert file[file.index("Approval") :] == pdf[pdf.index("Approval") :]


def test_pdf_and_word_file_name_who_approved_the_text_and_in_whose_place():
    version = a_version()
    place = {"district": version.district}
    review = ReviewFactory(**place, version=version, outcome="approved")
    done = {"decision": "approved", "sha256": review.sha256, "at": timezone.now()}
    for order, in_place in enumerate((False, True), 1):
        by = UserFactory(first_name="Yolanda", last_name=f"Reyes-{'AB'[in_place]}")
        role = RoleFactory(**place, title="Human Resources Partner")
        approval = {"order": order, "role": role, "by": by, "in_place": in_place}
        ApprovalFactory(**place, review=review, **approval, **done)

    pdf, file = words_of_pdf(version), words_of_word(version)

    end = pdf[pdf.index("Approval") :]
    said = " ".join(end)
    assert "Approved by Yolanda Reyes-A Human Resources Partner on" in said
    assert "Approved by Yolanda Reyes-B in place of the Human Resources Partner on" in said
    assert file[file.index("Approval") :] == end


def test_a_draft_with_little_in_it_says_the_same_on_page_and_in_word(client):
    draft = VersionFactory(title="Coach", required=[], preferred=["Patience"])

    file = words_of_word(draft)

    assert "Purpose" not in file
    assert before_approval(file) == words_of_page(client, draft, AccessLevel.DISTRICT_LEAD)


def test_headings_lists_and_facts_are_real_styles():
    file = opened(a_version())

    styled = [(p.style.name, p.text) for p in file.paragraphs if p.text]
    table = file.tables[0]
    assert styled[0] == ("Title", "Tutoring Project Manager")
    assert ("Heading 1", "Responsibilities") in styled
    assert ("Heading 2", "Required") in styled
    assert ("List Bullet", "Bachelor's degree") in styled
    duties = [p for p in file.paragraphs if p.style.name == "Duty"]
    assert [p.text for p in duties] == ["PM1\tKeep one plan.", "\tCall the provider every week."]
    assert {p.style.base_style.name for p in duties} == {"List Number"}
    assert {row.cells[0].paragraphs[0].style.name for row in table.rows} == {"Fact label"}
    assert ("Reports to", "Tutoring Program Lead") in [
        tuple(cell.text for cell in row.cells) for row in table.rows
    ]
    look = table._tbl.tblPr.find(f"{W}tblLook")
    assert look.get(f"{W}firstColumn") == "1"


def test_the_file_has_title_author_language_and_page_numbers():
    file = opened(a_version())

    properties = file.core_properties
    styles = etree.tostring(file.styles.element).decode()
    footer = etree.tostring(file.sections[0].footer._element).decode()
    assert properties.title == "Tutoring Project Manager: job description"
    assert properties.author == "Maple Valley Schools"
    assert properties.language == "en-US"
    assert 'w:lang w:val="en-US"' in styles
    assert " PAGE " in footer
    assert " NUMPAGES " in footer
    assert "published September 1, 2026" in footer


def test_titles_stand_in_the_properties_as_typed_as_far_as_there_is_room():
    version = a_version(title='R&D "<Lead>"', district=DistrictFactory(name="Maple & Oak"))
    odd = opened(version).core_properties
    version.title = "\x0b" + "x" * 300

    long = opened(version).core_properties

    assert odd.title == 'R&D "<Lead>": job description'
    assert odd.author == "Maple & Oak"
    assert long.title == "x" * 255


def test_the_logo_stands_in_the_head_with_the_districts_name_as_its_text(settings):
    district = DistrictFactory(name="Maple & <Valley>")
    out = io.BytesIO()
    Image.new("RGB", (600, 150), "navy").save(out, "PNG")
    district.logo.name = letterhead.store(district, out.getvalue())
    district.save()

    file = opened(a_version(district=district))

    head = file.sections[0].header
    shown = head._element.find(".//{*}docPr")
    extent = head._element.find(".//{*}extent")
    (picture,) = [r for r in head.part.rels.values() if "image" in r.reltype]
    assert shown.get("descr") == "Maple & <Valley>"
    assert (int(extent.get("cx")), int(extent.get("cy"))) == (1_828_800, 457_200)
    assert picture.target_part.blob == out.getvalue()


HOSTILE = [
    "a\x00b\x0bc\x1f",
    "</w:t></w:r><w:evil/>",
    "&amp; & &#0; ]]> <!--",
    "{{ 7 }} {% now 'Y' %}",
    "\ufffe\uffff",
    "\ud800 lone",
    "🎓👩🏽‍🏫 emoji",
    "<w:br/>",
    "<script>alert(1)</script><img src=file:///etc/passwd>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_typed_stays_text_in_sound_xml(text):
    version = a_version()
    version.summary = text  # as the page would hold it; the database refuses some of these itself

    package = zipfile.ZipFile(io.BytesIO(bytes_of(version)))

    for name in package.namelist():
        etree.fromstring(package.read(name))  # raises for what is not well-formed
    body = etree.fromstring(package.read("word/document.xml"))
    assert not body.findall(".//{*}evil")
    shown = "".join(body.itertext())
    assert " ".join(word.NOT_XML.sub("", text).split()) in " ".join(shown.split())


def test_right_to_left_text_is_marked_so():
    file = opened(a_version(title="مدير برنامج الدروس", summary="Plain."))

    title = file.paragraphs[0]
    plain = next(p for p in file.paragraphs if p.text == "Plain.")
    assert title._p.pPr.find(f"{W}bidi") is not None
    assert title.runs[0]._r.rPr.find(f"{W}rtl") is not None
    assert plain._p.pPr.find(f"{W}bidi") is None


def test_two_thousand_lines_of_four_hundred_letters_take_less_than_three_seconds():
    version = a_version(lines=[])
    lines = [ResponsibilityFactory.build(text=f"{n} " + "x" * 395) for n in range(2000)]

    began = time.process_time()
    content = word.job_description(version, version.district, lines)

    assert time.process_time() - began < 3
    assert len(docx.Document(io.BytesIO(content)).paragraphs) > 2000


def get_word(client, version, level=AccessLevel.DISTRICT_LEAD):
    client.force_login(member(level, at=version.district))
    return client.get(reverse("roles:version-word", args=[version.district.slug, version.pk]))


def test_a_draft_comes_as_word_for_those_who_edit_and_says_that_it_is_one(client):
    draft = VersionFactory(title="Coach")

    answer = get_word(client, draft)

    file = docx.Document(io.BytesIO(answer.content))
    assert any("It is not in force." in p.text for p in file.paragraphs)
    assert "draft of" in file.sections[0].footer.paragraphs[0].text
    assert get_word(client, draft, AccessLevel.AUDITOR).status_code == 404


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Site Lead", 'attachment; filename="Site Lead - version 7.docx"'),
        ('a"; evil="\r\nX: y', "X y"),
        ("قائد", "filename*=utf-8''"),
    ],
)
def test_the_files_name_tells_title_and_version_and_cannot_break_the_header(client, title, part):
    answer = get_word(client, VersionFactory(title=title, number=7))

    assert part in answer["Content-Disposition"]
    assert answer["Content-Type"] == word.KIND
    assert "\n" not in answer["Content-Disposition"]
