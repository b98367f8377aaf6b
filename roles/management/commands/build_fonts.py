"""Cuts the packaged Source fonts down to Latin and stores them under var/fonts.

The same seven faces twice: WOFF2 for screens, TrueType for PDFs, where unpacking
WOFF2 costs 0.6 s a document. For screens once more with English and Spanish letters
alone, which is all that most pages load. Nothing is committed: the originals come with
the packages font-source-serif-pro and font-source-sans-pro.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FACES = {
    "font_source_serif_pro": (
        "SourceSerifPro-Regular",
        "SourceSerifPro-It",
        "SourceSerifPro-Semibold",
    ),
    "font_source_sans_pro": (
        "SourceSansPro-Regular",
        "SourceSansPro-It",
        "SourceSansPro-Semibold",
        "SourceSansPro-Bold",
    ),
}

# Basic Latin, Latin-1 Supplement, Latin Extended-A (English and Spanish names and
# most of Europe's), Romanian comma letters, punctuation, currency, arrows, minus.
UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *range(0x2010, 0x2028),
    *range(0x2030, 0x2040),
    0x20AC,
    0x2122,
    *range(0x2190, 0x2194),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
]
# Written out once more in css/parts/fonts.css, where it says when the other file is needed.
CORE_UNICODES = [
    *range(0x20, 0x7F),
    *(ord(letter) for letter in "\u00a0·¡¿ÁÉÍÑÓÚÜáéíñóúü“”…"),
    *(0x2013, 0x2018, 0x2019, 0x2212),  # en dash, single quotation marks, minus
]
CORE_FEATURES = ["kern", "lnum", "tnum"]
SUFFIXES = {".woff2": "woff2", ".ttf": None}
FEATURES = ["kern", "liga", "lnum", "tnum", "onum", "pnum", "locl", "mark", "mkmk", "frac", "sups"]


class Command(BaseCommand):
    help = "Builds the fonts from the installed font packages, if they are missing or older."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--force", action="store_true", help="build them all again")

    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        target = Path(settings.BASE_DIR) / "var" / "fonts"
        owed = [face for face in _faces(target) if force or _is_owed(*face)]
        target.mkdir(parents=True, exist_ok=True)
        for source, stem in owed:
            _cut(source, stem)
        if options["verbosity"]:
            self.stdout.write(f"Fonts: {len(owed)} built in {target.name}/.")


def _faces(target: Path) -> Iterator[tuple[Path, Path]]:
    """Each packaged TrueType file with the path, less its suffix, of what it becomes."""
    for package, names in FACES.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise CommandError(f"The package {package.replace('_', '-')} is not installed.")
        for name in names:
            yield Path(spec.origin).parent / "files" / f"{name}.ttf", target / name


def _is_owed(source: Path, stem: Path) -> bool:
    made = [_core(stem), *(stem.with_suffix(suffix) for suffix in SUFFIXES)]
    return any(not m.exists() or m.stat().st_mtime < source.stat().st_mtime for m in made)


def _core(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}-Core.woff2")


def _cut(source: Path, stem: Path) -> None:
    for suffix, flavor in SUFFIXES.items():
        _write(source, stem.with_suffix(suffix), flavor, UNICODES, FEATURES)
    _write(source, _core(stem), "woff2", CORE_UNICODES, CORE_FEATURES)


def _write(
    source: Path, target: Path, flavor: str | None, unicodes: list[int], features: list[str]
) -> None:
    """Subset one face; written beside and renamed, so a half-written font is never served."""
    from fontTools import subset  # noqa: PLC0415 -- 0.3 s to import, not owed when nothing changed

    options = subset.Options(flavor=flavor, layout_features=features, notdef_outline=True)
    unfinished = target.with_suffix(".part")
    with subset.load_font(str(source), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=unicodes)
        cutter.subset(font)
        subset.save_font(font, str(unfinished), options)
    unfinished.replace(target)
