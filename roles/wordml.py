"""From the HTML of a document's body to the paragraphs, lists and tables of a Word file.

Pages, PDF and Word file come from one template, so no word can stand in one of them only. Knows
the handful of elements our documents use; what it does not know, it reads through.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.html import escape

WIDTH = 9648  # twentieths of a point between the margins of the page
LABEL = 2160
STYLES = {"h1": "Title", "h2": "Heading1", "h3": "Heading2"}
CLASSES = {"folio": "Folio", "writing": "WritingLine"}
MARKS = {"b": "<w:b/><w:bCs/>", "strong": "<w:b/><w:bCs/>", "i": "<w:i/><w:iCs/>"}
MARKS["em"] = MARKS["i"]
KEY = '<w:rStyle w:val="DutyKey"/>'
KEY_CLASS = "duties__id"
FIRST_NUMBERED = 2  # the w:num of the first numbered list; 1 is that of all bullets


@dataclass
class Paragraph:
    """One paragraph being written. Its pieces are text, None for a break, with run properties."""

    style: str
    number: int = 0
    pieces: list[tuple[str | None, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What it says, without the key that stands before a duty."""
        return "".join(text for text, marks in self.pieces if text and KEY not in marks).strip()

    def xml(self) -> str:
        toward_left = _reads_to_the_left(self.words)
        runs, space_before = [], True
        for text, marks in self.pieces:
            if text is None:
                runs.append("<w:r><w:br/></w:r>")
                space_before = True
                continue
            said = re.sub(r"[ \t\r\n]+", " ", text)
            said = said.lstrip(" ") if space_before else said
            if said or KEY in marks:
                space_before = said.endswith(" ") or KEY in marks
                runs.append(_run(said, marks + ("<w:rtl/>" if toward_left else "")))
        list_of = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self.number}"/></w:numPr>'
        properties = (
            f'<w:pStyle w:val="{self.style}"/>'
            + (list_of if self.number else "")
            + ("<w:bidi/>" if toward_left else "")
        )
        return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def _run(text: str, marks: str) -> str:
    tab = "<w:tab/>" if KEY in marks else ""
    properties = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    words = f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text.strip() or not tab else ""
    return f"<w:r>{properties}{words}{tab}</w:r>"


def _reads_to_the_left(text: str) -> bool:
    """By the first letter that has a direction, as browsers do with dir="auto"."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


class Writer(HTMLParser):
    """Feed it a body; then `xml()` is the content of `<w:body>`, `lists` how many are numbered.

    `head` is what the head of each page says: the body need not say it again.
    """

    def __init__(self, head: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self._head = head
        self.lists = 0
        self._out: list[str] = []
        self._now: Paragraph | None = None
        self._open_lists: list[tuple[str, int]] = []  # style and w:num, innermost last
        self._in_item = ""  # the style of the item's first paragraph, until it is written
        self._marks: list[tuple[str, str]] = []
        self._rows: list[list[tuple[bool, str]]] = []
        self._cell: str = ""
        self._count = 0

    def xml(self) -> str:
        self._end_paragraph()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag in MARKS:
            self._marks.append((tag, MARKS[tag]))
        elif tag == "span":
            self._marks.append((tag, KEY if KEY_CLASS in classes else ""))
        elif tag == "br":
            self._paragraph().pieces.append((None, ""))
        elif tag in ("ol", "ul"):
            self._end_paragraph()
            self._begin_list(tag, classes)
        elif tag == "li":
            self._end_paragraph()
            self._begin_item()
        elif tag in ("table", "tr", "th", "td"):
            self._end_paragraph()
            self._begin_cells(tag)
        elif not (tag == "p" and self._now is not None and not self._now.words):
            self._begin_block(tag, classes)

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS or tag == "span":
            while self._marks and self._marks.pop()[0] != tag:
                pass
            return
        self._end_paragraph()
        if tag in ("ol", "ul") and self._open_lists:
            self._open_lists.pop()
        elif tag == "li":
            self._in_item = ""
        elif tag in ("th", "td") and self._rows:
            self._rows[-1].append((tag == "th", self._cell or Paragraph("FactValue").xml()))
            self._cell = ""
        elif tag == "table":
            self._out.append(_table(self._rows))
            self._rows = []

    def handle_data(self, data: str) -> None:
        marks = "".join(mark for _, mark in self._marks)
        if KEY in marks and data.strip() == str(self._count):
            data = ""  # the list numbers itself
        elif self._now is None and not data.strip():
            return
        self._paragraph().pieces.append((data, marks))

    def _begin_block(self, tag: str, classes: list[str]) -> None:
        self._end_paragraph()
        styled = [CLASSES[name] for name in classes if name in CLASSES]
        style = STYLES.get(tag) or (styled[0] if styled else "")
        if style:
            self._now = Paragraph(style)

    def _begin_list(self, tag: str, classes: list[str]) -> None:
        if tag == "ul":
            self._open_lists.append(("ListBullet", 1))
            return
        self.lists += 1
        style = "Duty" if "duties" in classes else "ListNumber"
        self._open_lists.append((style, FIRST_NUMBERED + self.lists - 1))
        self._count = 0

    def _begin_item(self) -> None:
        style, number = self._open_lists[-1] if self._open_lists else ("ListBullet", 1)
        self._count += 1
        self._in_item = style
        self._now = Paragraph(style, number)

    def _begin_cells(self, tag: str) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._now = Paragraph("FactLabel" if tag == "th" else "FactValue")

    def _paragraph(self) -> Paragraph:
        if self._now is None:
            self._now = Paragraph("ListContinue" if self._in_item else "Normal")
        return self._now

    def _end_paragraph(self) -> None:
        if self._now is None:
            return
        now = self._now
        is_said = now.words or now.number or now.style == "WritingLine"
        is_twice = now.style == "Folio" and now.words == self._head
        written = now.xml() if is_said and not is_twice else ""
        if self._rows:
            self._cell += written
        else:
            self._out.append(written)
        self._now = None


def _table(rows: list[list[tuple[bool, str]]]) -> str:
    """Two columns are facts: a label and what it says. More share the width evenly."""
    columns = max((len(row) for row in rows), default=1)
    widths = [LABEL, WIDTH - LABEL] if columns == 2 else [WIDTH // columns] * columns
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    has_head = bool(rows) and len(rows[0]) > 1 and all(is_head for is_head, _ in rows[0])
    body = "".join(
        "<w:tr>"
        + ("<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if has_head and n == 0 else "")
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for (_, cell), width in zip(row, widths, strict=False)
        )
        + "</w:tr>"
        for n, row in enumerate(rows)
        if row
    )
    look = f'<w:tblLook w:val="0480" w:firstRow="{int(has_head)}" w:firstColumn="1"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Facts"/><w:tblW w:w="{WIDTH}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}<w:tblCaption w:val="Facts"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>{Paragraph('Folio').xml()}"
    )
