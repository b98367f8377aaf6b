"""A lead sets a provider up, tries it and turns it on; a colleague signs in with it. In Chromium,
with a real provider of OpenID Connect at the other end.
"""

import os
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from roles.models import SignOnProvider
from tests.factories.roles import DistrictFactory, SchoolYearFactory, UserFactory, member
from tests.tutoring_admin.signon import oidc_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
PICTURES = os.environ.get("PICTURES", "")  # a folder that gets a picture of each step


@pytest.fixture
def idp():
    with oidc_server.running() as provider:
        yield provider


def looked_at(page, name):
    """The page at both widths: it breaks no rule of accessibility and fits."""
    wrong = []
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.fonts.ready.then(() => true)")
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name}: too wide for {width}")
        found = Axe().run(page, options={"preload": False}).response["violations"]
        wrong += [f"{name} at {width}: {r['id']} {r['nodes'][0]['target']}" for r in found]
    page.set_viewport_size({"width": 1366, "height": 800})
    assert wrong == []


def at_the_provider(page, sub):
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_a_provider_is_set_up_tried_turned_on_and_used(page, live_server, client, idp):
    district = DistrictFactory(slug="riverbend", name="Riverbend Schools")
    SchoolYearFactory(district=district)
    lead = member(
        AccessLevel.DISTRICT_LEAD,
        at=district,
        user=UserFactory(email="dana@riverbend.example", first_name="Dana", last_name="Ruiz"),
    )
    lead.set_password("a long sentence of her own")
    lead.save()
    idp.person("dana", email=lead.email, email_verified=True, name="Dana Ruiz", user_type="staff")
    client.force_login(lead)
    held = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**held, "url": live_server.url}])
    page.set_default_timeout(90_000)

    page.goto(f"{live_server.url}/d/riverbend/systems/sign-on/")
    looked_at(page, "none")
    page.goto(f"{live_server.url}/d/riverbend/systems/sign-on/add/oidc/")
    for label, words in {
        "Name on the sign-in page": "Riverbend account",
        "E-mail domains of your staff": "gmail.com",
        "Issuer": idp.url,
        "Client id": "tutoring",
        "Client secret": "of nobody",
    }.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".invalid-feedback")).to_contain_text("Anybody can have an address")
    looked_at(page, "form")
    page.get_by_label("E-mail domains of your staff").fill("riverbend.example")
    page.get_by_label("Client secret").fill("of nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Riverbend account")
    looked_at(page, "provider")

    page.get_by_role("link", name="Try it").click()
    at_the_provider(page, "dana")
    expect(page.get_by_role("heading", level=1)).to_have_text("The trial went well")
    looked_at(page, "trial")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("On: people can sign in with it.")).to_be_visible()
    assert SignOnProvider.objects.get().is_on
    Authenticator.objects.create(user=lead, type="totp", data={"secret": "x"})
    page.goto(f"{live_server.url}/d/riverbend/systems/sign-on/require/")
    expect(page.get_by_role("checkbox", name=str(lead))).to_be_visible()
    looked_at(page, "require")
    Authenticator.objects.all().delete()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    looked_at(page, "sign-in")
    page.get_by_label("Your work e-mail, or your district").fill("anyone@riverbend.example")
    page.get_by_role("button", name="Continue").click()
    looked_at(page, "choose")
    page.get_by_role("link", name="Continue with Riverbend account").click()
    at_the_provider(page, "stranger@riverbend.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    looked_at(page, "refused")
    page.get_by_role("link", name="Try again with Riverbend account").click()
    at_the_provider(page, "dana")
    page.wait_for_url(f"{live_server.url}/d/riverbend/**")
    page.goto(f"{live_server.url}/d/riverbend/systems/sign-on/people/")
    expect(page.get_by_role("table")).to_contain_text("Dana Ruiz")
    looked_at(page, "people")
    page.goto(f"{live_server.url}/accounts/password/change/")
    looked_at(page, "kept")
