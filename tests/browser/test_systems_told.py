"""Webhooks, support access and a person's sessions in a real browser: axe, and both widths."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from roles.models import (
    Membership,
    OwedStatus,
    SupportVisit,
    User,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookKind,
)
from roles.sealing import seal
from tests.browser.complaints import complaints
from tests.browser.test_accessibility import SLUG, visit  # noqa: F401 -- a fixture
from tests.factories.roles import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def endpoint_with_log(district):
    endpoint = WebhookEndpoint.objects.create(
        district=district,
        name="Data warehouse",
        url="https://hooks.warehouse.example/" + "a-long-path-without-a-blank" * 6,
        kinds=list(WebhookKind),
        secret=seal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        failing_since=timezone.now(),
    )
    ways = ((OwedStatus.DONE, 200), (OwedStatus.WAITING, 500), (OwedStatus.FAILED, None))
    for number, (status, code) in enumerate(ways):
        WebhookDelivery.objects.create(
            district=district,
            endpoint=endpoint,
            key=str(number),
            kind=WebhookKind.MILESTONE_DONE,
            body='{"type":"milestone.done","data":{"title":"A title"}}',
            status=status,
            tries=number + 1,
            tried_at=timezone.now(),
            took_ms=90,
            answer_code=code,
            answer="<html>" + "x" * 200,
            last_error="It answered 500." if code == 500 else "",
        )
    return endpoint


def test_pages_of_webhooks_support_and_sessions_break_no_rule_and_fit_a_phone(page, visit):  # noqa: F811
    go = visit("pm")
    membership = Membership.objects.get(user__email=f"site@{SLUG}.example")
    district = membership.district
    endpoint = endpoint_with_log(district)
    message = endpoint.deliveries.first()
    SupportVisit.objects.create(
        district=district,
        operator=UserFactory(is_staff=True),
        reason="The roadmap of two schools does not open, and nobody knows why.",
    )
    wrong = []
    for path in (
        "systems/webhooks/",
        "systems/webhooks/add/",
        f"systems/webhooks/{endpoint.pk}/",
        f"systems/webhooks/{endpoint.pk}/secret/",
        f"systems/webhooks/{endpoint.pk}/remove/",
        f"systems/webhooks/messages/{message.pk}/",
        "systems/support/",
        f"roles/people/{membership.pk}/",
    ):
        go(path)
        wrong += complaints(page, path)
    page.goto(page.url.partition("/d/")[0] + f"/d/{SLUG}/systems/support/")
    page.get_by_role("button", name="Let them look").click()
    expect(page.get_by_role("button", name="End it now")).to_be_visible()
    wrong += complaints(page, "support, let in")
    assert wrong == []

    operator = User.objects.get(is_staff=True)
    SupportVisit.objects.filter(operator=operator).update(ended_at=None)
    operator.email = f"operator@{SLUG}.example"
    operator.save()
    go = visit("operator")
    go("roadmap/")
    assert page.get_by_text("Support visit until").is_visible()
    assert complaints(page, "a page of a visit") == []
    page.get_by_role("link", name="End it").click()
    assert complaints(page, "support") == []
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Ended. You see nothing of this district now.")).to_be_visible()
    assert go("roadmap/").status == 404
