"""What stands around every page of a district, whatever the page does."""

from http import HTTPStatus

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.http import JsonResponse
from django.urls import path, reverse

from roles.capabilities import AccessLevel
from roles.models import School
from roles.wall import WALLED_ROLE
from tests.factories.roles import RenderingFactory, SchoolFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def probe(request):
    """A page that forgot every filter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    return JsonResponse(
        {"role": role, "schools": list(School.objects.values_list("pk", flat=True))}
    )


urlpatterns = [path("d/<slug:district>/probe/", probe)]


@pytest.mark.urls(__name__)
def test_a_page_runs_behind_the_wall_even_if_it_filters_nothing(client):
    here, _ = SchoolFactory(), SchoolFactory()
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=here.district))

    answer = client.get(f"/d/{here.district.slug}/probe/")

    assert answer.json() == {"role": WALLED_ROLE, "schools": [here.pk]}


def test_no_page_and_no_file_of_a_district_is_kept_by_the_browser(client):
    rendering = RenderingFactory(status="done")
    rendering.file.save("a.pdf", ContentFile(b"%PDF-1.7"))
    slug = rendering.district.slug
    client.force_login(member(AccessLevel.AUDITOR, at=rendering.district))
    addresses = {
        reverse("roles:people", args=[slug]): HTTPStatus.OK,
        reverse("roles:version-pdf", args=[slug, rendering.version_id]): HTTPStatus.OK,
        reverse("roles:people-invite", args=[slug]): HTTPStatus.FORBIDDEN,
        reverse("roles:version", args=[slug, 0]): HTTPStatus.NOT_FOUND,
    }

    answers = {address: client.get(address) for address in addresses}

    assert {address: answer.status_code for address, answer in answers.items()} == addresses
    assert [a for a, answer in answers.items() if "no-store" not in answer["Cache-Control"]] == []


@pytest.mark.parametrize("name", ["account_email", "usersessions_list", "mfa_index", "home"])
def test_no_page_of_ones_account_is_kept_by_the_browser(client, name):
    client.force_login(UserFactory())

    assert "no-store" in client.get(reverse(name))["Cache-Control"]
