"""Every field that could hold something about a person is named, with why and how long."""

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import RetentionKind, RetentionRule
from tests.factories.roles import DistrictFactory, SchoolYearFactory, UserFactory, member
from tutoring_admin.systems.privacy.fields import PERSONAL
from tutoring_admin.systems.privacy.inventory import strays, unlisted


def test_each_field_is_listed_or_cannot_be_personal():
    """A new field goes into tutoring_admin/systems/privacy/fields/, where it belongs."""
    assert unlisted() == []


def test_no_line_of_the_lists_is_about_a_field_that_is_gone():
    assert list(strays()) == []


def test_each_use_says_how_long():
    uses = {use for fields in PERSONAL.values() for use in fields.values()}
    assert [use for use in uses if not use.why or not use.seen_by] == []
    assert [use for use in uses if bool(use.kept) == bool(use.rule)] == []


@pytest.mark.django_db
def test_the_page_tells_the_time_that_this_district_chose(client):
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    RetentionRule.objects.create(
        district=district, kind=RetentionKind.LETTERS, days=90, set_by=UserFactory()
    )
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    page = client.get(reverse("systems:privacy", args=[district.slug])).content.decode()
    assert "first name, last name, e-mail address" in page
    assert "90 days" in page
    assert "How long</a>" not in page
