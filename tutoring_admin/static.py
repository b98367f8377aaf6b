"""Static files for production: hashed, compressed, and one style sheet instead of forty.

In development the browser follows the @import lines of css/look.css itself.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

IMPORT = re.compile(r'^@import url\("(?P<name>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;$', re.M)
URL = re.compile(r'url\("(?P<name>(?!data:|#|/|\w+:)[^"]+)"\)')

JS_IMPORT = (r'(?P<matched>from "(?P<url>\./[^"]+)")', 'from "%(url)s"')


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Writes each style sheet that imports others as one file, then hashes as usual.

    Scripts of ours that import others name them by their hashed names too. (Django's own switch
    for that reads the packages' scripts as well, and stops at imports by a bare name.)
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (JS_IMPORT,)))

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,  # noqa: FBT001, FBT002 -- Django calls it so
        **options: Any,
    ) -> Iterator[Any]:
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                css = _read(paths, name)
                if IMPORT.search(css):
                    self._overwrite(name, bundled(paths, name, css))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _overwrite(self, name: str, css: str) -> None:
        self.delete(name)
        self._save(name, ContentFile(css.encode()))


def bundled(paths: dict[str, Any], name: str, css: str) -> str:
    """`css`, the sheet called `name`, with its imports put in their place and layer."""

    def inline(match: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["name"]))
        text = rebased(_read(paths, part), part, name)
        return f"@layer {match['layer']} {{\n{text}}}" if match["layer"] else text

    return IMPORT.sub(inline, css)


def rebased(css: str, part: str, name: str) -> str:
    """The addresses in `part` written as seen from `name`."""

    def move(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(part), match["name"]))
        return f'url("{posixpath.relpath(target, posixpath.dirname(name))}")'

    return URL.sub(move, css)


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        css: bytes = file.read()
    return css.decode()
