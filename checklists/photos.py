"""Photos as evidence: taken in clean. What is kept was written by us from the pixels alone.

No place, time or device that a phone wrote into its photo survives, nor anything hidden in it.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING

from django.core.files.base import File

if TYPE_CHECKING:
    from PIL import Image

LONG_SIDE = 1600  # pixels: a page of handwriting is well readable
LEAST_SIDE = 16
MOST_PIXELS = 50_000_000  # of a JPEG, which is made smaller while it is decoded
MOST_PIXELS_WHOLE = 20_000_000  # of what has to be decoded whole: four bytes each
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
SMALLER = "Take a screenshot of it, and add that."
BROKEN = "This is not a picture in JPEG, PNG or WebP, or it is damaged. " + SMALLER


class NotAPhoto(ValueError):
    """A sentence for the person: what is wrong with the picture and what would do."""


def jpeg_of(upload: IO[bytes] | File) -> bytes:
    """The picture as a JPEG: upright, at most LONG_SIDE, without metadata. Raises NotAPhoto.

    Asks the file's head for its kind and measures before any pixel is decoded.
    """
    # Pillow takes a moment to import, which only an upload should pay.
    from PIL import Image, ImageOps  # noqa: PLC0415 -- see above

    broken = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            _refuse_odd(picture)
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            clean = _on_white(upright)
    except NotAPhoto:
        raise
    # what Pillow raises for broken, cut off or blown up files
    except (OSError, ValueError, SyntaxError, EOFError, *broken) as error:
        raise NotAPhoto(BROKEN) from error
    clean.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    clean.info.clear()
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _refuse_odd(picture: Image.Image) -> None:
    width, height = picture.size
    # some phones put a second picture behind the first, and Pillow calls that MPO
    is_jpeg = picture.format in {"JPEG", "MPO"}
    by_parts = is_jpeg and not picture.info.get("progressive")
    if width * height > (MOST_PIXELS if by_parts else MOST_PIXELS_WHOLE):
        raise NotAPhoto(f"The picture is {width:,} by {height:,} pixels, too many. {SMALLER}")
    if min(width, height) < LEAST_SIDE:
        raise NotAPhoto(f"The picture is {width} by {height} pixels: too small to show anything.")
    if not is_jpeg and getattr(picture, "is_animated", False):
        raise NotAPhoto(f"The picture moves. {SMALLER}")


def _on_white(picture: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 -- as above

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground
