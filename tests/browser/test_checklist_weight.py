"""What the form weighs on the first visit, as production serves it."""

import gzip
import json

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from roles.capabilities import AccessLevel
from tests.browser.checklists import address, open_form, sign_in
from tests.factories.checklists import ItemFactory, form_with_items
from tests.factories.roles import SchoolFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KB = 1_000
NAMES = "performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)"
PRODUCTION = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "tutoring_admin.static.BundledStaticFilesStorage"},
}
TEXT = "Number {}: at least 90 percent of scheduled sessions took place, or the cause is logged."


@pytest.fixture
def form():
    school = SchoolFactory()
    holder = member(AccessLevel.SITE_LEADER, at=school)
    form = form_with_items(0, district=school.district, school=school, holder=holder)
    for number in range(12):
        ItemFactory(district=form.district, template=form.template, text=TEXT.format(number))
    return form


@pytest.fixture
def shelf(tmp_path):
    """Name of a static file → bytes on the wire, by the files that production collects."""
    with override_settings(STORAGES=PRODUCTION, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    hashed = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]

    def weigh(name):
        file = tmp_path / hashed[name]
        packed = file.with_name(f"{file.name}.gz")
        return (packed if packed.exists() else file).stat().st_size

    return weigh


def test_the_first_visit_weighs_at_most_60_kb_of_which_30_are_script(
    page, live_server, form, shelf
):
    sign_in(page.context, live_server, form.rater)
    open_form(page, live_server, form)
    page.wait_for_load_state("networkidle")
    loaded = [name.removeprefix("/static/") for name in page.evaluate(NAMES)]
    # In production the one style sheet holds the parts that it imports.
    files = [n for n in loaded if not n.endswith(".css")] + ["css/form.css", "images/mark.svg"]
    client = Client()  # ours looks into each page, and this one comes compressed
    client.force_login(form.rater)
    answer = client.get(
        address(live_server, "fill", form).removeprefix(live_server.url),
        headers={"Accept-Encoding": "gzip"},
    )
    scripts = sum(shelf(name) for name in set(files) if name.endswith(".js"))
    everything = len(answer.content) + sum(shelf(name) for name in set(files))

    assert "Number 11" in gzip.decompress(answer.content).decode()
    assert {"js/checklist/page.js", "fonts/SourceSansPro-Regular-Core.woff2"} <= set(files)
    assert scripts <= 30 * KB, scripts
    assert everything <= 60 * KB, everything
