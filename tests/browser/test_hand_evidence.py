"""Evidence by hand in a real browser: its pages by axe and width, and a file added on a phone."""

import datetime as dt

import pytest

from roles.capabilities import AccessLevel
from selfassessment.models import EvidenceRevision, HandEvidence
from tests.browser.complaints import complaints
from tests.factories.roles import SchoolYearFactory, member
from tests.factories.selfassessment import HandEvidenceFactory, RoundFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district():
    district = SchoolYearFactory().district
    RoundFactory(district=district, label="Fall 2026")
    return district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def visit(page, live_server, client, district, lead):
    client.force_login(lead)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)
    page.emulate_media(reduced_motion="reduce")
    start = f"{live_server.url}/d/{district.slug}/self-assessment/"
    return lambda path: page.goto(start + path)


def test_the_pages_of_evidence_break_no_accessibility_rule_and_fit_a_phone(
    page, visit, district, lead
):
    piece = HandEvidenceFactory(district=district, owner=lead, says__link=f"https://{'a' * 90}.org")
    EvidenceRevision.objects.create(
        district=district, evidence=piece, number=2, is_current=False, label="As it was",
        text="So.", dated_on=dt.date(2026, 8, 3), added_by=lead,
    )  # fmt: skip
    back = HandEvidenceFactory(
        district=district, owner=lead, withdrawn_by=lead, withdrawn_why="Wrong.",
        withdrawn_at=dt.datetime.now(tz=dt.UTC),
    )  # fmt: skip
    one = f"evidence/{piece.pk}/"
    wrong = []
    for path in (
        "evidence/",
        "evidence/?text=nothing",
        "evidence/add/",
        "6b.1/evidence/add/",
        one,
        f"{one}edit/",
        f"{one}renew/",
        f"{one}take-back/",
        f"{one}hand-over/",
        f"{one}indicators/",
        f"evidence/{back.pk}/",
        f"evidence/{back.pk}/bring-back/",
    ):
        visit(path)
        wrong += complaints(page, path)
    visit(f"{one}indicators/")
    page.get_by_role("button", name="Save").click()  # nothing changed: back on its page
    page.wait_for_url(f"**/{one}")
    visit("evidence/add/")
    page.get_by_label("What it is").fill("A chart")
    page.get_by_label("The date it speaks for").fill("2026-08-03")
    page.get_by_role("button", name="Add the evidence").click()
    page.get_by_role("heading", name="answers need another look").wait_for()
    wrong += complaints(page, "with errors")

    assert wrong == []


def test_a_file_is_added_on_a_phone_for_an_indicator_the_round_does_not_ask(page, visit):
    page.set_viewport_size({"width": 360, "height": 740})
    visit("evidence/add/")
    page.get_by_label("What it is").fill("Performance policy")
    file = {"name": "Policy.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    page.get_by_label("File or photo").set_input_files([file])
    page.get_by_label("The date it speaks for").fill("2026-08-03")
    page.get_by_label("Counts until").fill(str(dt.date.today() + dt.timedelta(days=300)))  # noqa: DTZ011
    page.get_by_text("Indicators that Fall 2026 does not ask").click()
    page.get_by_label("6b.5").select_option(label="Performance policy or exhibit")
    page.get_by_role("button", name="Add the evidence").click()
    page.get_by_role("heading", name="Performance policy").wait_for()

    assert page.get_by_role("link", name="Policy.pdf").is_visible()
    assert HandEvidence.objects.get().uses.get().code == "6b.5"
