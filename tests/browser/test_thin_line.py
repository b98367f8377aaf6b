"""The main job from end to end, on the product as `make run` starts it: real engines, a real
worker, real beat, a real browser. One story in five steps; each builds on the one before.
"""

import io
import re
import time
import urllib.request

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.engines.conftest import a_data_dir
from tests.engines.test_run import Product

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engines,
    pytest.mark.timeout(300),
]
DISTRICT = "maple-valley"
NEW_DUTY = "Keep one plan with milestones, owners and proof, and bring it up to date each Friday."


@pytest.fixture(scope="module")
def address():
    """Where the product answers."""
    with a_data_dir() as folder:
        product = Product(folder)
        try:
            product.wait_until_well()
            yield f"http://127.0.0.1:{product.port}"
        finally:
            product.process.terminate()
            product.process.communicate(timeout=30)


@pytest.fixture
def visit(address, browser):
    """`visit(person, path, width)`: a browser of that person's own, signed in, at a page."""
    contexts = []

    def go(person, path, width=1366):
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 740}, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/accounts/login/")
        page.locator(f'form:has(input[value="{person}@{DISTRICT}.example"]) button').click()
        page.wait_for_url(f"**/d/{DISTRICT}/**")
        page.goto(f"/d/{DISTRICT}/{path}")
        return page

    yield go
    for context in contexts:
        context.close()


def figure(page, words):
    """The number of the champion's figure whose sentence holds these words."""
    row = page.locator(".figures > li", has_text=words)
    return int(re.match(r"\d+", row.locator(".figures__n").inner_text())[0])


def checklists_in(page):
    """How many checklists of the open window are in, as the champion is told."""
    row = page.locator(".figures__s", has_text="checklists are in")
    return int(row.locator("a[href*=submitted]").inner_text())


def test_the_main_job_from_a_job_description_to_the_champions_figures(visit):
    before = visit("champion", "brief/")
    read, submitted = figure(before, "who has read"), checklists_in(before)

    version = publish_a_job_description(visit)
    complete_a_checklist(visit)
    find_one_reminder(visit)
    find_the_evidence(visit, version)

    after = visit("champion", "brief/")
    assert checklists_in(after) == submitted + 1
    assert figure(after, "who has read") == read - 1  # a new version is unread by its holder
    for link in after.locator(".figures a").all():
        assert after.request.get(link.get_attribute("href")).ok


def publish_a_job_description(visit):
    """Step 1: edit a duty, send it along the route; the last approval publishes; watch the PDF
    come, take it home. Returns the version.
    """
    page = visit("pm", "roles/")
    page.get_by_role("link", name="Tutoring Project Manager").click()
    page.get_by_role("button", name="Edit job description").click()
    page.get_by_label("Responsibility 1", exact=True).fill(NEW_DUTY)
    page.get_by_role("button", name="Save and check before publishing").click()
    expect(page.locator("ins").last).to_contain_text("Friday")
    page.get_by_role("button", name="Send for review").click()
    expect(page.locator(".head__lead")).to_contain_text("waits on Human Resources Partner")

    approve(visit("hr", ""), "Approve")
    page = approve(visit("lead", "", width=360), "Approve and publish")
    number = re.search(r"version (\d+)", page.locator(".head__lead").inner_text())[1]
    expect(page.locator(".doc")).to_contain_text(NEW_DUTY)
    with page.expect_download(timeout=60_000) as download:
        # No reload: the fragment asks again until the worker has made the file.
        # The demo's own documents stand before it in the queue.
        page.get_by_role("link", name=f"Version {number}, PDF").click(timeout=60_000)
    pdf = pikepdf.open(io.BytesIO(download.value.path().read_bytes()))
    assert bool(pdf.Root.MarkInfo.Marked)
    assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
    return number


def approve(page, button):
    """From one's start page to the text, what changed in it, and the decision."""
    page.get_by_role("link", name="Approve: Tutoring Project Manager job description").click()
    expect(page.locator("ins").last).to_contain_text("Friday")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("pprov")
    return page


def complete_a_checklist(visit):
    """Step 2: on a phone, rate every item, each tap saved at once; submit; it is locked."""
    page = visit("site", "", width=360)
    page.get_by_text(re.compile(r"And \d+ more")).click()  # after the first three, folded
    page.get_by_role("link", name="Site Tutoring Lead checklist").first.click()
    items = page.locator("fieldset:has(.answers)")
    total = items.count()
    for n in range(total):
        items.nth(n).locator("label.answer").first.click()
        expect(page.get_by_text(f"{n + 1} of {total} rated")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"{total} of {total} rated")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sheet = page.url

    page.get_by_role("button", name="Review and submit").click()
    # By its whole name: until the page changes, "Submit" would press the button just pressed.
    page.get_by_role("button", name="Submit checklist", exact=True).click()
    page.wait_for_url("**/result/")
    page.goto(sheet)
    expect(page.locator("input[type=radio]:not([disabled])")).to_have_count(0)


def find_one_reminder(visit):
    """Step 3: the milestone due in a week led to exactly one reminder, sent by the worker."""
    page = visit("pm", "roadmap/?state=soon")
    row = page.locator("li", has_text="Due in 7 days").filter(has_text="Dana Whitfield")
    link = row.locator("a").first
    title, address = link.inner_text(), link.get_attribute("href")

    until = time.monotonic() + 100  # beat gathers letters once a minute
    while not (told := letters_about(page, address)):
        assert time.monotonic() < until, "no reminder within 100 s"
        page.wait_for_timeout(1000)
    assert len(told) == 1
    page.goto(told[0])
    page.locator(f'article a[href$="{address}"]').first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def letters_about(page, address):
    """The project manager's letters that lead to a page, alone or among other things."""
    page.goto("/demo/mail/")
    theirs = page.locator(".tasks li").filter(has_text="pm@maple-valley.example").locator("a")
    found = theirs.evaluate_all("links => links.map(link => link.href)")
    return [letter for letter in found if address in page.request.get(letter).text()]


def find_the_evidence(visit, version):
    """Step 4: nobody attached anything; the indicator shows the published job description."""
    page = visit("pm", "self-assessment/6b.1/")
    row = page.locator("main").get_by_role("link", name="Tutoring Project Manager")
    expect(row.first).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"version {version}")


def test_the_pdf_cannot_be_had_without_signing_in(address):
    request = urllib.request.Request(f"{address}/d/{DISTRICT}/roles/versions/1/pdf/")  # noqa: S310 -- loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
        assert "/accounts/login/" in answer.url
