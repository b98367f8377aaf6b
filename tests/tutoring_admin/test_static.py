"""One style sheet for production, made of many."""

import re
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import StaticFilesStorage

from tutoring_admin.static import bundled, rebased


def shelf(tmp_path, **sheets):
    """The collected files as Django hands them over: name to (storage, path)."""
    storage = StaticFilesStorage(location=str(tmp_path), base_url="/static/")
    paths = {}
    for name, css in sheets.items():
        path = f"{name.replace('__', '/')}.css"
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(css)
        paths[path] = (storage, path)
    return paths


def test_an_import_is_replaced_by_its_sheet_in_its_layer(tmp_path):
    css = '@layer a, b;\n@import url("parts/one.css") layer(b);\n'
    paths = shelf(tmp_path, css__look=css, css__parts__one="p { color: red; }\n")

    bundle = bundled(paths, "css/look.css", css)

    assert bundle == "@layer a, b;\n@layer b {\np { color: red; }\n}\n"


def test_addresses_in_a_part_are_written_as_seen_from_the_bundle():
    css = 'src: url("../../fonts/a.woff2"); b: url("data:x"); c: url("/abs.png");'

    moved = rebased(css, "css/parts/fonts.css", "css/look.css")

    assert moved == 'src: url("../fonts/a.woff2"); b: url("data:x"); c: url("/abs.png");'


def test_the_entry_imports_every_part_exactly_once():
    entry = Path(find("css/look.css"))
    imported = re.findall(r'@import url\("parts/([^"]+)"\)', entry.read_text())

    assert sorted(imported) == sorted(path.name for path in (entry.parent / "parts").glob("*.css"))
