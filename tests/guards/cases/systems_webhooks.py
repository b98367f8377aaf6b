"""How to knock at the pages of webhooks and support access."""

from roles.models import SupportVisit, WebhookDelivery, WebhookEndpoint, WebhookKind
from roles.sealing import seal
from tests.factories.roles import UserFactory
from tests.guards.case import Case

WANTED = {
    "name": "Data warehouse",
    "url": "https://8.8.8.8/hook",
    "kinds": [WebhookKind.MILESTONE_DONE],
}


def endpoint(school, who):
    made = WebhookEndpoint.objects.create(
        district=school.district,
        name="Warehouse",
        url="https://8.8.8.8/",
        kinds=[WebhookKind.MILESTONE_DONE],
        secret=seal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        is_on=False,
    )
    return {"pk": made.pk}


def message(school, who):
    made = WebhookDelivery.objects.create(
        district=school.district,
        endpoint_id=endpoint(school, who)["pk"],
        key="one",
        kind=WebhookKind.MILESTONE_DONE,
        body="{}",
    )
    return {"pk": made.pk}


def visit(school, who):
    operator = UserFactory(is_staff=True)
    asked = SupportVisit.objects.create(
        district=school.district, operator=operator, reason="The roadmap does not open."
    )
    return {"pk": asked.pk}


CASES = {
    "GET systems:webhooks": Case(),
    "GET systems:webhook-add": Case(),
    "POST systems:webhook-add": Case(data=WANTED),
    "GET systems:webhook": Case(kwargs=endpoint, shared=True),
    "GET systems:webhook-edit": Case(kwargs=endpoint, shared=True),
    "POST systems:webhook-edit": Case(kwargs=endpoint, data=WANTED, shared=True),
    "POST systems:webhook-switch": Case(kwargs=endpoint, data={"on": "no"}, shared=True),
    "POST systems:webhook-example": Case(kwargs=endpoint, shared=True),
    "GET systems:webhook-renew": Case(kwargs=endpoint, shared=True),
    "POST systems:webhook-renew": Case(kwargs=endpoint, shared=True),
    "GET systems:webhook-remove": Case(kwargs=endpoint, shared=True),
    "POST systems:webhook-remove": Case(kwargs=endpoint, shared=True),
    "POST systems:webhook-all-again": Case(kwargs=endpoint, shared=True),
    "GET systems:webhook-delivery": Case(kwargs=message, shared=True),
    "POST systems:webhook-again": Case(kwargs=message, shared=True),
    "GET systems:support": Case(),
    "POST systems:support-allow": Case(kwargs=visit, shared=True),
    "POST systems:support-decline": Case(kwargs=visit, shared=True),
    "POST systems:support-end": Case(kwargs=visit, shared=True),
}
