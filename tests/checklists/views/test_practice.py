"""Practising: worked out like a real checklist, and not a row is written anywhere."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Level
from tests.factories.checklists import ItemFactory, TemplateFactory
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def lead(client, district):
    who = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(who)
    client.who = who
    return client


@pytest.fixture
def template(district):
    return checklist_of(district, key="FC_SITE")


def checklist_of(district, *, items=4, **fields):
    made = TemplateFactory(district=district, **fields)
    ItemFactory.create_batch(items, district=district, template=made)
    return made


def holds(who, template, district, *, level=Level.SITE):
    role = template.role or RoleFactory(district=district, level=level)
    position = PositionFactory(district=district, role=role, opened_on="2020-07-01")
    AssignmentFactory(district=district, position=position, holder=who, starts_on="2020-07-01")


def address(district, key=""):
    found = reverse("checklists:practice", args=[district.slug])
    return f"{found}?checklist={key}" if key else found


def answers(template, *values):
    items = template.items.order_by("order")
    return {f"value-{item.pk}": value for item, value in zip(items, values, strict=True)}


def everything():
    """A digest of each table of the database, but for when a session was last used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()} - {"usersessions_usersession"}
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text))"  # noqa: S608 -- its own names
                f" FROM {connection.ops.quote_name(table)} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


def test_the_page_says_that_nothing_counts(lead, district, template):
    page = lead.get(address(district)).content.decode()

    assert "<b>Practice.</b> Nothing is saved and nobody sees it." in page
    assert page.count('type="radio"') == 4 * 4
    assert "What it would come to" not in page


def test_answers_come_to_a_score_with_its_reasons(lead, district, template):
    item = template.items.order_by("order")[1]
    item.critical = True
    item.save()

    shown = lead.post(address(district), answers(template, "2", "0", "2", "na"))

    sheet = shown.context["sheet"]
    assert (sheet.checklist.score, sheet.checklist.coverage) == (67, 100)
    assert sheet.band == ("developing", "Developing")
    page = shown.content.decode()
    assert "Item 4 does not apply and left the count." in page
    assert "3 of 3 items that apply are rated: 100%." in page
    assert "Item 2 is critical and rated 0" in page
    assert page.count(" checked") == 4


def test_too_few_answers_come_to_no_score(lead, district, template):
    page = lead.post(address(district), answers(template, "2", "", "", "")).content.decode()

    assert "Not enough ratings" in page
    assert "there is no score and no band" in page


def test_not_a_row_of_any_table_changes(lead, district, template):
    lead.get(address(district))  # the session is there
    before = everything()

    with CaptureQueriesContext(connection) as queries:
        lead.post(address(district), answers(template, "2", "0", "1", "na"))

    assert everything() == before
    written = [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert [each for each in written if "usersessions" not in each] == []


@pytest.mark.parametrize("value", ["7", "-1", "²", "NA", "2 or 1=1"])
def test_a_rating_off_the_scale_is_refused_beside_its_item(lead, district, template, value):
    shown = lead.post(address(district), answers(template, value, "2", "2", "2"))

    page = shown.content.decode()
    assert shown.status_code == 422
    assert page.count("This rating is not on the item's scale.") == 1
    assert page.count(" checked") == 3
    assert "What it would come to" not in page


def test_the_reader_practises_the_checklist_of_the_own_role(lead, district, template):
    own = checklist_of(district, title="Principal checklist")
    holds(lead.who, own, district)

    shown = lead.get(address(district))

    assert shown.context["template"] == own
    assert "Checklists to practise" not in shown.content.decode()


def test_who_holds_several_roles_chooses(lead, district, template):
    own = [checklist_of(district, title=f"Checklist {n}") for n in range(2)]
    for each in own:
        holds(lead.who, each, district)

    shown = lead.get(address(district, own[1].key))

    assert shown.context["template"] == own[1]
    assert set(shown.context["choices"]) == set(own)


def test_a_department_practises_the_one_departments_share(lead, district, template):
    shared = checklist_of(district, role=None, title="Department checklist")
    holds(lead.who, shared, district, level=Level.DEPARTMENT)

    assert lead.get(address(district)).context["template"] == shared


def test_who_holds_nothing_practises_the_site_tutoring_leads(lead, district, template):
    checklist_of(district, key="FC_PRIN")

    assert lead.get(address(district)).context["template"] == template


def test_a_draft_or_a_foreign_checklist_is_not_offered(lead, district, template):
    draft = checklist_of(district, status="draft")
    foreign = checklist_of(DistrictFactory())

    for key in (draft.key, foreign.key, "nonsense"):
        assert lead.get(address(district, key)).context["template"] == template


def test_before_the_first_checklist_the_page_says_so(lead, district):
    assert "No checklist is published yet" in lead.get(address(district)).content.decode()


def test_an_own_scale_is_practised_in_its_own_words(lead, district):
    own = TemplateFactory(district=district)
    points = [
        {"value": n, "label": word, "anchor": "."}
        for n, word in enumerate(["Never", "Now", "Often", "Always"])
    ]
    ItemFactory(
        district=district, template=own, scale="own_1",
        own_scale={"label": "How often", "allow_na": False, "points": points},
    )  # fmt: skip

    shown = lead.post(address(district), answers(own, "2"))

    assert shown.context["sheet"].checklist.score == 67
    assert "Often" in shown.content.decode()
    assert lead.post(address(district), answers(own, "na")).status_code == 422
