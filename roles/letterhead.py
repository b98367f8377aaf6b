"""The district's logo at the head of its documents: taken in clean, given out as data.

An upload is decoded once, when it comes, and written anew as a small PNG. Nothing that was in the
file but its pixels is kept, so what later goes into documents was made by us.
"""

from __future__ import annotations

import base64
import hashlib
import io
from functools import lru_cache
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from roles.models import District

MOST_BYTES = 1_000_000
MOST_PIXELS = 8_000_000  # four bytes each while it is decoded
LEAST_SIDE = 24  # pixels: less is a smudge on paper
KEPT = (900, 300)  # pixels: 300 to the inch, three inches wide and one high
FORMATS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg")}


class NotALogo(ValueError):
    """A sentence for the person: what is wrong with the picture and what would do."""


def cleaned(upload: IO[bytes] | File, name: str) -> bytes:
    """The picture in `upload` as a PNG within KEPT, without metadata. Raises NotALogo.

    Asks the file's head for its kind and measures before any pixel is decoded.
    """
    # Pillow takes a moment to import, which only this page should pay.
    from PIL import Image, ImageOps  # noqa: PLC0415 -- see above

    try:
        with Image.open(upload, formats=tuple(FORMATS)) as picture:
            _refuse_odd(picture, name)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except NotALogo:
        raise
    # what Pillow raises for broken, cut off or blown up files
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise NotALogo("This is not a picture in PNG or JPEG, or it is damaged.") from error
    clean.thumbnail(KEPT, Image.Resampling.LANCZOS)
    clean.info.clear()
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refuse_odd(picture: object, name: str) -> None:
    """Raises NotALogo for what Pillow would read but paper should not carry."""
    width, height = picture.size  # type: ignore[attr-defined]
    kind: str = picture.format  # type: ignore[attr-defined]
    if not name.lower().endswith(FORMATS[kind]):
        raise NotALogo(
            f"The name ends unlike the picture, which is a {kind}:"
            f" call it something{FORMATS[kind][0]}."
        )
    if width * height > MOST_PIXELS:
        raise NotALogo(
            f"The picture is {width} by {height} pixels. {KEPT[0]} by {KEPT[1]} is enough."
        )
    if min(width, height) < LEAST_SIDE:
        raise NotALogo(
            f"The picture is {width} by {height} pixels: too small to print."
            f" {KEPT[0]} by {KEPT[1]} is best."
        )
    if getattr(picture, "is_animated", False):
        raise NotALogo("The picture moves. Paper needs one that stands still.")


def store(district: District, png: bytes) -> str:
    """File a cleaned logo under its content; returns the name for `District.logo`."""
    name = f"logos/district-{district.pk}/{hashlib.sha256(png).hexdigest()}.png"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(png))


def logo_bytes(district: District) -> bytes:
    """The logo's PNG, or b"" if the district has none or its file is gone."""
    return _read(district.logo.name or "")


def logo_data_uri(district: District) -> str:
    """The logo for `src=` in a document: `data:image/png;base64,…`, or "" where there is none."""
    png = logo_bytes(district)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""


@lru_cache(maxsize=64)
def _kept(name: str) -> bytes:
    """A name stands for its content, so what was read once stays true."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def _read(name: str) -> bytes:
    try:
        return _kept(name) if name else b""
    except OSError:
        return b""


def logo_version(district: District) -> str:
    """Twelve characters that change with the logo, for its address; "" if there is none."""
    return (district.logo.name or "").rpartition("/")[2][:12]
