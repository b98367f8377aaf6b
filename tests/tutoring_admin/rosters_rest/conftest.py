import pytest

from tests.tutoring_admin.rosters_rest.oneroster import Server, maple


@pytest.fixture(params=["1.1", "1.2"])
def server(request):
    """Maple Valley's roster, by either version."""
    made = Server(request.param)
    maple(made)
    yield made
    made.stop()


@pytest.fixture
def server12():
    made = Server("1.2")
    maple(made)
    yield made
    made.stop()
