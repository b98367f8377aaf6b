"""Going through a whole sign-in as a browser does, with a real provider at the other end."""

from urllib.parse import urlsplit

from django.urls import reverse

from tests.factories.signon import SignOnProviderFactory

DOMAIN = "riverbend.example"


def provider_at(idp, **fields):
    return SignOnProviderFactory(issuer=idp.url, **fields)


def begin(client, row, **query):
    """To the provider: the address that people are sent to."""
    answer = client.get(reverse("sign-on-start", args=[row.key]), query)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def come_back(client, where):
    """From the provider, with what it added to our address."""
    parts = urlsplit(where)
    return client.get(f"{parts.path}?{parts.query}")


def sign_on(client, row, idp, sub, **query):
    """All of it: the answer of our return address."""
    return come_back(client, idp.authorize(begin(client, row, **query), sub))


def is_in(client, user=None):
    held = client.session.get("_auth_user_id")
    return bool(held) if user is None else held == str(user.pk)
