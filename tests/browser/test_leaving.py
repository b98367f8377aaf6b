"""Someone leaves: the last day is set, the superior sees that they answer, the pack is fetched.
And the page of one's own role: no accessibility rule broken, one side of paper.
"""

import io

import pikepdf
import pypdf
import pytest
from django.test import Client
from playwright.sync_api import expect

from roles.models import Assignment, HandoverPack, User
from roles.services import handovers
from tests.browser.complaints import complaints
from tutoring_admin.demo import jobs, roadmap, roles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
SLUG = "cedar-falls"
DISTRICT = f"d/{SLUG}"


@pytest.fixture
def visit(browser, live_server):
    """`visit(person, path)`: a browser of that person's own, signed in, at a page."""
    world = roles.found(SLUG, "a-password-hash")
    for app in (jobs, roadmap):
        app.build(world)
    contexts = []

    def go(person, path=""):
        context = browser.new_context(base_url=live_server.url, accept_downloads=True)
        contexts.append(context)
        client = Client()  # one for each person: signing in anew ends the session before
        client.force_login(User.objects.get(email=f"{person}@{SLUG}.example"))
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"/{DISTRICT}/{path}")
        return page

    yield go
    for context in contexts:
        context.close()


def term_of(person):
    return Assignment.objects.get(holder__email=f"{person}@{SLUG}.example")


def day(days):
    shift = term_of("site").district.today().toordinal() + days
    return type(term_of("site").starts_on).fromordinal(shift).isoformat()


def test_the_site_lead_leaves_the_principal_answers_and_the_pack_comes_by_itself(visit):
    page = visit("pm", f"roles/positions/{term_of('site').position_id}/")
    page.get_by_role("link", name="End the assignment").click()
    assert complaints(page, "assignment-end") == []
    page.get_by_label("Last day in the position").fill(day(-1))
    page.get_by_role("button", name="See what happens to the work").click()
    expect(page.locator("section:has(#who)")).to_contain_text("Ruth Abernathy")
    assert complaints(page, "assignment-end, check") == []
    page.get_by_label("Make a hand-over pack").uncheck()
    page.get_by_role("button", name="Set the last day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tomas Novak has left")

    home = visit("principal")
    expect(home.locator("section:has(#answers)")).to_contain_text("Site Tutoring Lead, Garfield ES")

    term = term_of("site")
    pack = HandoverPack.objects.create(
        district=term.district,
        key="waits",
        assignment=term,
        asked_by=User.objects.get(email=f"pm@{SLUG}.example"),
    )
    page.reload()
    expect(page.get_by_text("Queued")).to_be_visible()
    assert handovers.make(term.district_id, pack.pk)
    with page.expect_download() as download:
        page.get_by_role("link", name="Hand-over pack, PDF").click()  # there without a reload
    pdf = pikepdf.open(io.BytesIO(download.value.path().read_bytes()))
    assert bool(pdf.Root.MarkInfo.Marked)
    assert "Site Tutoring Lead, Garfield ES" in str(pdf.docinfo["/Title"])


def test_an_interim_is_announced_and_taken_back(visit):
    page = visit("pm", f"roles/assignments/{term_of('site').pk}/end/")
    page.get_by_label("Last day in the position").fill(day(7))
    page.get_by_label("Who steps in for the time being").select_option(label="Imani Brooks")
    page.get_by_role("button", name="See what happens to the work").click()
    page.get_by_label("Make a hand-over pack").uncheck()
    page.get_by_role("button", name="Set the last day").click()
    expect(page.locator("section:has(#what)")).to_contain_text("Imani Brooks, interim from")
    assert Assignment.objects.filter(interim=True).count() == 1

    page.get_by_role("button", name="Take it back").click()

    expect(page.locator("#messages")).to_contain_text("Tomas Novak stays in the position.")
    assert not Assignment.objects.filter(interim=True).exists()


def test_my_role_breaks_no_accessibility_rule_and_prints_on_one_side(visit):
    wrong, pages = [], {}
    for person in ("pm", "site", "principal", "coach", "champion", "auditor"):
        page = visit(person, "roles/my-role/")
        wrong += complaints(page, f"my-role of {person}")
        for paper in ("A4", "Letter"):
            pdf = page.pdf(format=paper, prefer_css_page_size=False)
            pages[person, paper] = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)

    assert wrong == []
    assert set(pages.values()) == {1}
