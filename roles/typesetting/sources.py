"""What a document may read: our own static files, and small images that it brings along."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE = "file:///"
IMAGE_BYTES = 2_000_000
IMAGE = re.compile(r"data:(image/(?:png|jpeg|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=%\s]*)\Z")


class NotForDocuments(ValueError):
    """A document asked for something that it may not read."""


@dataclass(frozen=True)
class Sources:
    """`static_url` is "/static/"; `roots` are (prefix, folder) pairs, the first with it wins."""

    static_url: str
    roots: tuple[tuple[str, str], ...]

    def fetch(self, url: str) -> tuple[bytes, str]:
        """Content and media type behind an address in a document; NotForDocuments otherwise."""
        if url.startswith("data:"):
            return _brought_along(url)
        kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
        return self.static_bytes(url), kind

    def static_bytes(self, url: str) -> bytes:
        """The static file that an address means, such as file:///static/css/paper.css."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        allowed = parts.scheme == "file" and not parts.netloc and path.startswith(self.static_url)
        name = path.removeprefix(self.static_url)
        if not allowed or ".." in Path(name).parts or "\0" in name:
            raise NotForDocuments(f"A document may not read {url[:200]}")
        for prefix, folder in self.roots:
            if name.startswith(prefix):
                file = (Path(folder) / name.removeprefix(prefix).lstrip("/")).resolve()
                if file.is_relative_to(Path(folder).resolve()) and file.is_file():
                    return file.read_bytes()
        raise NotForDocuments(f"There is no static file {name[:200]}")


def _brought_along(url: str) -> tuple[bytes, str]:
    if len(url) > IMAGE_BYTES * 4 // 3 + 100:
        raise NotForDocuments(f"An image in a document may have {IMAGE_BYTES // 1_000_000} MB")
    found = IMAGE.match(url)
    if not found:
        raise NotForDocuments(f"A document may not read {url[:40]}")
    try:
        return base64.b64decode(unquote(found[2])), found[1]
    except binascii.Error as error:
        raise NotForDocuments(f"Not an image: {error}") from error
