"""Lists in pages, what changed since, what was deleted, and whether the reader has it already."""

from http import HTTPStatus

import pytest

from roadmap.models import Milestone
from roles.models import Trace
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import SchoolFactory
from tests.factories.tokens import bearer, one_of_each, secret_for
from tutoring_admin.api.routes import RESOURCES

pytestmark = pytest.mark.django_db
LIST = "/api/v1/milestones"


@pytest.fixture
def phase():
    return PhaseFactory()


@pytest.fixture
def ask(client, phase):
    secret = secret_for(phase.district)

    def asked(address, **headers):
        return client.get(address, headers={**bearer(secret), **headers})

    return asked


def make(phase, number):
    return MilestoneFactory.create_batch(number, district=phase.district, phase=phase)


def walk(ask, address):
    """All records, page by page, and asOf of the first page."""
    found, first = [], None
    while address:
        said = ask(address).json()
        first = first or said["asOf"]
        found += said["data"]
        address = said["next"] and said["next"][said["next"].index("/api/") :]
    return found, first


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.kind)
def test_each_kind_is_listed_and_read_one_by_one(client, resource):
    rows = one_of_each()
    headers = bearer(secret_for(rows["districts"]))
    row = rows[resource.kind]

    listed = client.get(f"/api/v1/{resource.kind}", headers=headers)
    read = client.get(f"/api/v1/{resource.kind}/{row.pk}", headers=headers)

    assert listed.status_code == read.status_code == HTTPStatus.OK
    assert read.json() in listed.json()["data"]
    assert read.json()["id"] == row.pk


def test_pages_hold_every_record_once_also_when_some_come_and_go_meanwhile(ask, phase):
    made = make(phase, 5)
    first = ask(f"{LIST}?limit=2").json()
    Milestone.objects.filter(pk=made[0].pk).delete()
    late = make(phase, 1)

    rest, _ = walk(ask, first["next"][first["next"].index("/api/") :])

    seen = [row["id"] for row in first["data"] + rest]
    assert seen == [*(row.pk for row in made), *(row.pk for row in late)]


def test_the_next_page_is_in_the_link_header_too(ask, phase):
    make(phase, 2)

    response = ask(f"{LIST}?limit=1")

    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'
    assert "Link" not in ask(LIST).headers


def test_since_gives_what_was_made_or_changed_by_then(ask, phase):
    _, changed = make(phase, 2)
    _, as_of = walk(ask, LIST)
    as_of = as_of.replace("+", "%2B")
    # Within one test everything has the same time: move what was there into the past.
    Trace.objects.update(at="2026-01-01T00:00Z")
    Milestone.objects.filter(pk=changed.pk).update(title="Changed in bulk")
    new = make(phase, 1)[0]

    found, _ = walk(ask, f"{LIST}?updated_since={as_of}&limit=1")

    assert [row["id"] for row in found] == [changed.pk, new.pk]
    assert found[0]["title"] == "Changed in bulk"


def test_what_was_deleted_is_told_to_whom_its_kind_is_open(client, ask, phase):
    milestone, school = make(phase, 1)[0], SchoolFactory(district=phase.district)
    gone, school_gone = milestone.pk, school.pk
    milestone.delete()
    school.delete()
    without = secret_for(phase.district, "organization")

    told = ask("/api/v1/deletions?limit=1").json()
    narrow = client.get("/api/v1/deletions", headers=bearer(without)).json()

    everything, _ = walk(ask, "/api/v1/deletions?limit=1")
    said = [(row["resource"], row["recordId"]) for row in everything]
    assert said == [("milestones", gone), ("schools", school_gone)]
    assert len(told["data"]) == 1
    assert [(row["resource"], row["recordId"]) for row in narrow["data"]] == [
        ("schools", school_gone)
    ]


def test_an_answer_that_the_reader_has_is_not_sent_again(ask, phase):
    made = make(phase, 1)[0]
    for address in (LIST, f"{LIST}/{made.pk}", "/api/v1/deletions"):
        first = ask(address)
        again = ask(address, **{"If-None-Match": first["ETag"]})

        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again["ETag"] == first["ETag"]

    Milestone.objects.filter(pk=made.pk).update(title="Changed")

    assert ask(LIST, **{"If-None-Match": first["ETag"]}).status_code == HTTPStatus.OK


@pytest.mark.parametrize("many", [1, 6])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.kind)
def test_a_page_takes_a_few_queries_whatever_is_on_it(
    client, resource, many, django_assert_max_num_queries
):
    rows = one_of_each()
    for _ in range(many - 1):
        one_of_each(rows["districts"])
    headers = bearer(secret_for(rows["districts"]))
    client.get(f"/api/v1/{resource.kind}", headers=headers)  # notes that the token was used

    with django_assert_max_num_queries(13):
        response = client.get(f"/api/v1/{resource.kind}", headers=headers)

    assert response.status_code == HTTPStatus.OK
