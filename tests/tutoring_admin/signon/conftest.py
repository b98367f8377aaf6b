import pytest

from tests.tutoring_admin.signon import oidc_server


@pytest.fixture(scope="module")
def running_idp():
    with oidc_server.running() as provider:
        yield provider


@pytest.fixture
def idp(running_idp):
    """A provider that behaves, until a test says otherwise."""
    running_idp.spoil = None
    return running_idp
