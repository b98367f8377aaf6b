"""All tables that any app offers: each can be had, by whoever may open its page."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from roles.capabilities import CATALOGUE, AccessLevel, Capability
from roles.models import AuditEvent
from roles.tables.registry import all_tables
from tests.factories.roles import SchoolFactory, member_near

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def address(school, table, kind="csv"):
    return reverse("roles:table-file", args=[school.district.slug, table.name, kind])


@pytest.mark.django_db
def test_each_table_can_be_had_where_there_is_nothing_yet(client):
    school = SchoolFactory()
    client.force_login(member_near(AccessLevel.DISTRICT_LEAD, school))

    for table in all_tables():
        for kind in ("csv", "xlsx"):
            response = client.get(address(school, table, kind))
            assert response.status_code == 200, table.name
            assert response["Content-Disposition"].startswith("attachment"), table.name
    told = {event.detail["title"] for event in AuditEvent.objects.filter(verb="table.downloaded")}
    assert told == {table.title for table in all_tables()}


@pytest.mark.django_db
def test_a_table_is_had_by_whoever_may_open_its_page_and_nobody_else(client):
    school = SchoolFactory()
    for level in AccessLevel:
        client.force_login(member_near(level, school))
        told = {
            table.name: client.get(address(school, table)).status_code for table in all_tables()
        }
        granted = CATALOGUE[level].grants
        assert told == {
            table.name: 200 if table.requires in granted else 403 for table in all_tables()
        }, level


def test_a_table_asks_for_the_right_of_the_page_it_stands_on_or_for_a_rarer_one():
    for table in all_tables():
        if not table.needs:
            page = resolve(reverse(table.page, args=["maple"])).func
            assert page.requires in {table.requires, Capability.HOME_VIEW}, table.name
