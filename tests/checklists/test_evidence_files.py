"""Files as evidence: what is inside counts, not what the name says."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from checklists import evidence_files, photos
from checklists.evidence_files import NotTaken, cleaned_name, taken

EXE = b"MZ\x90\x00" + bytes(400)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(200)
PLACE = 0x8825  # the EXIF block that says where a photo was taken


def upload(name, content):
    return SimpleUploadedFile(name, content)


def photo(kind="JPEG", size=(640, 480), mode="RGB", color="navy", **options):
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def from_a_phone(size=(4000, 3000)):
    """A photo held sideways, with the place it was taken at."""
    picture = Image.new("RGB", size, "navy")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter to the right
    exif[0x010F] = "Somebody's phone"
    exif.get_ifd(PLACE)[2] = (47.0, 36.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def document(heart="word/document.xml", *more, size=100):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", heart, *more):
            archive.writestr(name, bytes(size))
    return out.getvalue()


def many_parts(number):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(number):
            archive.writestr(f"{n}", "")
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claims_to_be_huge(side):
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels)


REFUSED = {
    "a program": (EXE, "setup.exe", "Files that end in .exe cannot be added. Taken are Word"),
    "a program called PDF": (EXE, "report.pdf", "ends in .pdf, but inside it is something else"),
    "a program called photo": (EXE, "photo.jpg", "not a picture"),
    "a program called Word": (EXE, "log.docx", "ends in .docx, but inside"),
    "a program called text": (EXE, "log.txt", "ends in .txt, but inside"),
    "a program behind two endings": (EXE, "report.pdf.exe", "end in .exe cannot"),
    "a PDF behind two endings": (PDF, "report.exe.pdf", "has two endings"),
    "an SVG with script": (SVG, "chart.svg", "An SVG can carry programs"),
    "an SVG called PNG": (SVG, "chart.png", "not a picture"),
    "an SVG called text": (SVG, "chart.txt", "ends in .txt, but inside"),
    "a web page": (PAGE, "log.html", "end in .html cannot"),
    "a web page called PDF": (PAGE, "log.pdf", "ends in .pdf, but inside"),
    "a web page called CSV": (PAGE, "log.csv", "ends in .csv, but inside"),
    "a web page behind a mark": (b"\xef\xbb\xbf" + PAGE, "log.csv", "ends in .csv, but inside"),
    "HEIC": (HEIC, "IMG_1.HEIC", "choose it from the Photo Library"),
    "HEIC called JPEG": (HEIC, "IMG_1.jpg", "choose it from the Photo Library"),
    "half a PDF": (PDF[:20], "log.pdf", "damaged"),
    "half a photo": (photo()[:300], "a.jpg", "damaged"),
    "half a document": (document()[:60], "log.docx", "damaged"),
    "a sheet called Word": (document("xl/workbook.xml"), "log.docx", "ends in .docx, but"),
    "any ZIP called Word": (many_parts(3), "log.docx", "ends in .docx, but"),
    "a ZIP": (many_parts(3), "logs.zip", "end in .zip cannot"),
    "a document that swells": (document(size=80_000_000), "log.docx", "unpacks to far more"),
    "a document of too many parts": (many_parts(4_000), "log.xlsx", "unpacks to far more"),
    "macros": (document("word/document.xml", "word/vbaProject.bin"), "log.docx", "macros"),
    "old Word": (b"\xd0\xcf\x11\xe0" + bytes(600), "log.doc", "end in .doc cannot"),
    "no ending": (PDF, "report", "Files without an ending"),
    "a tiny photo": (photo(size=(3, 3)), "a.jpg", "too small"),
    "a photo of 2,500 million pixels": (claims_to_be_huge(50_000), "a.png", "damaged"),
    "a photo of 36 million whole pixels": (claims_to_be_huge(6_000), "a.png", "too many"),
    "a film": (b"\x00\x00\x00\x18ftypmp42" + bytes(99), "a.mp4", "end in .mp4 cannot"),
}


@pytest.mark.parametrize(("content", "name", "why"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_is_not_what_it_says_is_refused_with_a_sentence(content, name, why):
    with pytest.raises(NotTaken, match=why):
        taken(upload(name, content))


TAKEN = {
    "PDF": (PDF, "Report of May.PDF", "application/pdf"),
    "Word": (document(), "log.docx", evidence_files.PAPERS[".docx"]),
    "Excel": (document("xl/workbook.xml"), "log.xlsx", evidence_files.PAPERS[".xlsx"]),
    "PowerPoint": (document("ppt/presentation.xml"), "a.pptx", evidence_files.PAPERS[".pptx"]),
    "text": ("Señales, día\r\n\tuno".encode(), "log.txt", "text/plain"),
    "a table in an old code page": ("Señal;1\n".encode("cp1252"), "log.csv", "text/csv"),
    "a table from Excel": ("a,b\n1,2\n".encode("utf-16"), "log.csv", "text/csv"),
}


@pytest.mark.parametrize(("content", "name", "kind"), list(TAKEN.values()), ids=list(TAKEN))
def test_what_is_what_it_says_is_kept_as_it_came(content, name, kind):
    kept = taken(upload(name, content))

    assert (kept.name, kept.content_type, kept.content.read()) == (name, kind, content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg(kind):
    kept = taken(upload(f"a.{kind.lower()}", photo(kind)))

    assert (kept.name, kept.ending, kept.content_type) == ("a.jpg", ".jpg", "image/jpeg")
    with Image.open(kept.content) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))


def test_a_photo_loses_place_and_device_stands_upright_and_is_made_small():
    made = photos.jpeg_of(io.BytesIO(from_a_phone()))

    assert b"Exif" not in made
    assert b"phone" not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (1200, 1600)
        assert not picture.getexif()
        top, bottom = picture.getpixel((600, 100)), picture.getpixel((600, 1500))
    assert top[0] > 200 > bottom[0]


def test_a_photo_with_a_second_picture_behind_it_is_taken():
    first, second = Image.new("RGB", (640, 480), "red"), Image.new("RGB", (640, 480), "navy")
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])

    with Image.open(io.BytesIO(photos.jpeg_of(out))) as picture:
        assert picture.format == "JPEG"
        assert picture.getpixel((9, 9))[0] > 200


def test_clear_places_become_white():
    made = photos.jpeg_of(io.BytesIO(photo("PNG", mode="RGBA", color=(0, 0, 0, 0))))

    with Image.open(io.BytesIO(made)) as picture:
        assert min(picture.getpixel((9, 9))) > 250


def test_a_picture_that_moves_is_refused():
    frames = [Image.new("RGB", (60, 60), color) for color in ("red", "navy")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    with pytest.raises(NotTaken, match="The picture moves"):
        taken(upload("a.webp", out.getvalue()))


NAMES = {
    "..\\..\\windows\\log.pdf": "log.pdf",
    "/etc/log.pdf": "log.pdf",
    "log\u202efdp.exe.pdf": "log fdp.exe.pdf",
    'a"b\r\nSet-Cookie: x.pdf': "ab Set-Cookie x.pdf",
    "  Log  of   May.pdf ": "Log of May.pdf",
    "Señales día.pdf": "Señales día.pdf",
    f"{'a' * 300}.pdf": f"{'a' * 116}.pdf",
    "...": "file",
}


@pytest.mark.parametrize(("given", "shown"), list(NAMES.items()), ids=range(len(NAMES)))
def test_a_name_shows_as_it_is_and_keeps_its_ending(given, shown):
    assert cleaned_name(given) == shown
