"""Evidence on a phone: a photo made small before it is sent, what did not arrive kept, and no
scripts at all.
"""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from PIL import Image

from roles.capabilities import AccessLevel
from tests.factories.checklists import ItemEvidenceFactory, TemplateFactory, form_with_items, lock
from tests.factories.roles import SchoolFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
PHONE = {"width": 360, "height": 740}


def photo():
    """As a camera makes them: 12 million pixels, and more bytes than the server would take."""
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 90).convert("RGB").save(out, "JPEG", quality=97)
    return {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def form():
    school = SchoolFactory()
    holder = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    return form_with_items(2, district=school.district, school=school, holder=holder)


def signed_in(context, live_server, client, form):
    client.force_login(form.rater)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def phone(context, live_server, client, form):
    page = signed_in(context, live_server, client, form)
    page.goto(address(live_server, "fill", form))
    return page


def address(live_server, name, form, **more):
    kwargs = {"district": form.district.slug, "pk": form.pk, **more}
    return live_server.url + reverse(f"checklists:{name}", kwargs=kwargs)


def open_panel(phone):
    phone.get_by_role("button", name="Add a photo, file or link to item 1").click()
    return phone.locator(".evid__panel")


def test_a_photo_larger_than_the_server_takes_is_made_small_and_sent_in_place(phone, form):
    panel = open_panel(phone)
    panel.locator("input[type=file]").set_input_files([photo()])
    phone.get_by_role("link", name="IMG_2041.jpg").wait_for()

    kept = form.evidence.get()
    with Image.open(kept.file) as picture:
        assert picture.size == (1600, 1200)
    assert kept.item == form.template.items.first()
    assert not form.ratings.exists()

    phone.get_by_role("button", name="Remove IMG_2041.jpg").click()
    assert form.evidence.exists()
    phone.get_by_role("button", name="Really remove? IMG_2041.jpg").click()
    phone.get_by_role("link", name="IMG_2041.jpg").wait_for(state="detached")
    assert not form.evidence.exists()


def test_what_is_refused_says_why_beside_its_field_and_keeps_what_was_typed(phone, form):
    panel = open_panel(phone)
    panel.get_by_label("Or a link").fill("javascript:alert(1)")
    panel.get_by_label("What the link shows").fill("September log")
    panel.get_by_role("button", name="Add link").click()
    phone.get_by_text("Only links that begin with http or https can be added.").wait_for()

    assert panel.get_by_label("What the link shows").input_value() == "September log"
    assert panel.get_by_label("Or a link").get_attribute("aria-invalid") == "true"
    for name, content, why in (
        ("report.pdf", b"MZ" + bytes(99), "inside it is something else"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + bytes(99), "choose it from the Photo Library"),
        ("film.pdf", bytes(10_000_001), "larger than 10 MB"),
    ):
        file = {"name": name, "mimeType": "", "buffer": content}
        panel.locator("input[type=file]").set_input_files([file])
        phone.get_by_text(why).wait_for()
    assert not form.evidence.exists()


def test_what_did_not_arrive_is_kept_in_the_page_and_sent_when_the_network_is_back(phone, form):
    panel = open_panel(phone)
    phone.context.set_offline(True)
    panel.get_by_label("Or a link").fill("docs.example.org/log")
    panel.get_by_label("Or a link").press("Enter")
    phone.get_by_text("Not sent: offline.").wait_for()
    assert panel.get_by_role("button", name="Try again").is_visible()
    phone.context.set_offline(False)
    phone.get_by_role("link", name="docs.example.org").wait_for()

    assert form.evidence.get().url == "https://docs.example.org/log"
    assert "/checklists/" in phone.url


def test_without_scripts_a_page_of_its_own_takes_photos(browser, live_server, client, form):
    context = browser.new_context(java_script_enabled=False)
    page = signed_in(context, live_server, client, form)
    page.goto(address(live_server, "fill", form))
    page.get_by_role("button", name="Add a photo, file or link to item 1").click()
    page.get_by_label("File or photo").set_input_files(
        [{"name": "log.pdf", "mimeType": "", "buffer": b"%PDF-1.7\n%%EOF"}]
    )
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="log.pdf").wait_for()
    page.get_by_role("button", name="Remove log.pdf").click()
    page.get_by_text("Nothing yet.").wait_for()

    assert not form.evidence.exists()
    context.close()


@pytest.mark.parametrize("name", ["panel", "evidence", "result", "practice", "practised"])
def test_a_page_fits_each_width_and_breaks_no_accessibility_rule(phone, live_server, form, name):
    item = form.template.items.first()
    ItemEvidenceFactory(district=form.district, checklist=form, item=item, name="L" * 120)
    TemplateFactory(district=form.district, title="A checklist with quite a long title", key="FC_A")
    if name == "result":
        lock(form, score=50, band="needs_support")
    there = {
        "panel": address(live_server, "fill", form),
        "evidence": address(live_server, "evidence", form, item=item.pk),
        "result": address(live_server, "result", form),
    }
    practice = live_server.url + reverse("checklists:practice", args=[form.district.slug])
    phone.goto(there.get(name, f"{practice}?checklist={form.template.key}"))
    if name == "panel":
        open_panel(phone)
    if name == "practised":
        phone.locator("fieldset").first.locator("label.answer").first.click()
        phone.get_by_role("button", name="See the result").click()
        phone.get_by_role("heading", name="What it would come to").wait_for()

    for width in (360, 768, 1366):
        phone.set_viewport_size({"width": width, "height": 760})
        assert phone.evaluate(OVERFLOW) <= 0, width
    found = Axe().run(phone)
    assert found.violations_count == 0, found.generate_report()
