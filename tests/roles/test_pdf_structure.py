"""What a screen reader finds in the PDF of a job description, and that no word is lost in it."""

import io
import re
import unicodedata

import pikepdf
import pypdf
import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from roles import documents
from roles.models import District, JobDescriptionVersion, LeadershipRole, Level, Responsibility

LINES = [f"Duty {number}: keep one plan, and update it every week." for number in range(1, 6)]


def district():
    return District(name="Lake County Schools", slug="lake-county")


def html_of(lines=LINES, logo="", **fields):
    """The page that the worker sets, for a version that need not be in a database."""
    now = timezone.now()
    texts = {
        "title": "Site Tutoring Lead",
        "summary": "Makes tutoring happen every day.",
        "program": "Three sessions a week.",
        "reports_to": "Principal",
        "required": ["Works in the building", "Time is released"],
        "preferred": ["Teaching certificate"],
        "performance_review": "Twice a year.",
        **fields,
    }
    version = JobDescriptionVersion(number=2, published_at=now, review_on=now.date(), **texts)
    version.district, version.approvals = district(), []
    context = {
        "version": version,
        "role": LeadershipRole(level=Level.SITE),
        "district": version.district,
        "labels": True,
        "logo": logo,
        "responsibilities": [Responsibility(text=text) for text in lines],
    }
    return render_to_string("print/roles/job_description.html", context)


def opened(html):
    return pikepdf.open(io.BytesIO(documents.to_pdf(html)))


def text_of(html):
    reader = pypdf.PdfReader(io.BytesIO(documents.to_pdf(html)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tree(node):
    """The structure below `node` as nested (tag, [children]), without the spans of lines."""
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    found = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    named = [(str(kid.S)[1:], tree(kid)) for kid in found]
    return [(tag, below) for tag, below in named if tag != "Span"]


def tags(branches):
    return [tag for tag, _ in branches]


def body_of(pdf):
    """What stands in all pages; each page is a part of the document."""
    ((tag, parts),) = tree(pdf.Root.StructTreeRoot)
    assert tag == "Document"
    assert set(tags(parts)) == {"Part"}
    return [branch for _, below in parts for branch in below]


def test_headings_table_paragraphs_and_lists_are_tagged_as_such():
    body = body_of(opened(html_of()))

    assert [tag for tag in tags(body) if tag != "P"] == [
        *("H1", "Table", "H2", "H2", "H2", "L", "H2", "H3", "L", "H3", "L", "H2", "H2")
    ]
    duties, required, preferred = (below for tag, below in body if tag == "L")
    assert [len(duties), len(required), len(preferred)] == [5, 2, 1]
    for item in (*duties, *required, *preferred):
        assert (item[0], tags(item[1])) == ("LI", ["Lbl", "LBody"])
    ((_, rows),) = next(below for tag, below in body if tag == "Table")
    assert {tag: tags(cells) for tag, cells in rows} == {"TR": ["TH", "TD"]}


def test_language_title_bookmarks_and_date_are_there():
    pdf = opened(html_of())
    with pdf.open_outline() as outline:
        (title,) = outline.root
        names = [entry.title for entry in title.children]
        below = [entry.title for entry in title.children[3].children]

    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/Title"]) == "Site Tutoring Lead: job description, Lake County Schools"
    assert title.title == "Site Tutoring Lead"
    assert names == [
        *("Purpose", "Program in brief", "Responsibilities", "Qualifications"),
        *("How performance is reviewed", "Approval"),
    ]
    assert below == ["Required", "Preferred"]
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20")
    assert all(page.Tabs == "/S" for page in pdf.pages)


def test_a_logo_is_a_figure_that_says_whose_it_is():
    pixel = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwA"
        "BBAEAX+XDSwAAAABJRU5ErkJggg=="
    )
    pdf = opened(html_of(logo=pixel))

    figures = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
    ]
    assert [str(figure.Alt) for figure in figures] == ["Lake County Schools"]


def test_no_word_of_the_page_is_missing_and_each_sheet_has_its_number():
    lines = [f"{line} {'And so on, and on, and on.' * 8}" for line in LINES * 8]
    html = html_of(lines)
    pages = len(opened(html).pages)
    text = text_of(html)

    assert pages > 2
    for number in range(1, pages + 1):
        assert f"Page {number} of {pages}" in text
    for line in LINES:
        assert text.count(line) == 8
    for words in ("Lake County Schools", "Works in the building", "Twice a year.", "Principal"):
        assert words in text


def test_a_long_word_breaks_and_stays_on_the_sheet():
    html = html_of(["W" * 400], title="T" * 120, reports_to="x" * 120)
    pages = pypdf.PdfReader(io.BytesIO(documents.to_pdf(html))).pages
    text = "\n".join(page.extract_text() for page in pages)
    letters = {letter: re.findall(f"{letter}{{2,}}", text) for letter in "WTx"}

    assert sum(map(len, letters["W"])) == 400
    assert sum(map(len, letters["x"])) == 120
    # five and a half inches hold 45 of the widest
    assert max(map(len, letters["W"])) <= 45
    assert max(map(len, letters["T"])) <= 90
    assert max(map(len, letters["x"])) <= 90


def test_a_text_that_runs_to_the_left_is_set_to_the_right():
    arabic = "قائد الموقع"
    assert f' dir="rtl">{arabic}</li>' in html_of([arabic])
    assert "dir=" not in html_of(["English first, then قائد"])


ANY_LETTER = st.characters(codec="utf-8", exclude_categories=["Cs"])
HARD = st.one_of(
    st.text(ANY_LETTER, max_size=400),
    st.text(st.sampled_from("אבגدهو 12.()"), max_size=400),
    st.text(st.sampled_from("😀👩‍🏫🏽\ufe0f🇺🇸a "), max_size=200),
    st.text(st.sampled_from("aé\u0301\u0323\u0f39\u0e47 "), max_size=400),
    st.text(st.sampled_from("\0\b\x0b\x0c\x1f\x7f\u200b\u202e\u2066\ufeff\ufffe x"), max_size=200),
    st.sampled_from(["W" * 400, "<b>&amp;<script>", "{{ x }} {% y %}", "url(http://127.0.0.1/)"]),
)


@pytest.mark.timeout(600)
@settings(
    max_examples=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example is not worth minutes
    suppress_health_check=list(HealthCheck),
)
@given(title=HARD, summary=HARD, one=HARD, other=HARD)
def test_whatever_is_typed_becomes_a_correct_document(title, summary, one, other):
    pdf = opened(html_of([one, other, "The last line."], title=title[:120], summary=summary))

    items = [item for tag, below in body_of(pdf) if tag == "L" for item in tags(below)]
    assert items == ["LI"] * (3 + 2 + 1)
    assert len(pdf.pages) >= 1
    assert len(pdf.attachments) == 0


def test_the_hard_letters_above_are_what_they_seem():
    kinds = {unicodedata.bidirectional(letter) for letter in "אد"}
    assert kinds == {"R", "AL"}
