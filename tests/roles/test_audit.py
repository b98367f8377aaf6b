"""The audit trail as a page: in order, in words, in pages."""

import ast
import datetime as dt

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.deeds import DID
from roles.models import AuditEvent
from roles.services import seals
from roles.words import sentence
from tests.factories.roles import DistrictFactory, SchoolYearFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def auditor(district, client):
    who = member(AccessLevel.AUDITOR, at=district)
    client.force_login(who)
    return who


def happened(district, verb="person.invited", actor=None, ago=0, **detail):
    return AuditEvent.objects.create(
        district=district,
        verb=verb,
        actor=actor,
        subject="roles.invitation",
        subject_pk="1",
        at=timezone.now() - dt.timedelta(minutes=ago),
        detail=detail,
    )


def look(client, district, **query):
    answer = client.get(reverse("roles:audit", kwargs={"district": district.slug}), query)
    return [line.event for line in answer.context["lines"]], answer


def test_events_are_told_in_a_sentence_newest_first(client, district, auditor):
    dana = UserFactory(first_name="Dana", last_name="Whitfield")
    old = happened(district, actor=dana, ago=9, email="a@b.example", level="Coach", place="X ES")
    new = happened(district, "access.ended", actor=dana, person="Owen Baker")
    events, answer = look(client, district)
    assert events == [new, old]
    assert "invited a@b.example as Coach, X ES" in answer.content.decode()


def test_another_districts_events_are_not_shown(client, district, auditor):
    happened(DistrictFactory())
    assert look(client, district)[0] == []


def test_events_are_found_by_person_and_by_verb(client, district, auditor):
    dana = UserFactory(first_name="Dana", last_name="Whitfield")
    hers = happened(district, actor=dana)
    ended = happened(district, "access.ended", actor=auditor)
    assert look(client, district, who="whit dana")[0] == [hers]
    assert look(client, district, verb="access.ended")[0] == [ended]
    assert look(client, district, who="dana", verb="access.ended")[0] == []


def test_pages_follow_time_and_lose_nothing_when_events_come_in_between(client, district, auditor):
    made = [happened(district, ago=n // 2) for n in range(120)]
    seen, answer = look(client, district)
    happened(district)
    while answer.context.get("older"):
        answer = client.get(
            reverse("roles:audit", kwargs={"district": district.slug}) + answer.context["older"]
        )
        seen += [line.event for line in answer.context["lines"]]
    assert len(seen) == 120
    assert set(seen) == set(made)


def test_the_page_costs_the_same_for_one_event_and_for_many(
    client, district, auditor, django_assert_max_num_queries
):
    happened(district, actor=UserFactory())
    look(client, district)
    with django_assert_max_num_queries(100) as one:
        look(client, district)
    for _ in range(4):
        happened(district, actor=UserFactory())
    with django_assert_max_num_queries(len(one.captured_queries)):
        look(client, district)


def test_what_a_person_typed_is_shown_as_text(client, district, auditor):
    happened(district, email="<script>alert(1)</script>", level="Coach", place="X")
    assert "<script>alert" not in look(client, district)[1].content.decode()


def test_each_sentence_stands_even_when_its_details_are_missing():
    assert all(sentence(verb, {}) for verb in DID)
    assert sentence("checklist.window_opened", {}) == "Checklist: window opened"


def written_verbs():
    """Each verb that a service of ours hands to the audit trail."""
    calls = {"record", "record_for", "_record", "_move", "_move_because"}
    for app in ("roles", "checklists", "roadmap", "selfassessment"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in calls:
                    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    yield from (word for word in words if "." in str(word))


def test_each_verb_that_is_written_has_a_sentence():
    verbs = set(written_verbs())
    assert "person.invited" in verbs
    assert verbs - DID.keys() == set()


def test_a_day_in_a_sentence_is_written_as_people_write_it():
    moved = {"title": "Board report", "old": "2026-11-06", "new": "2027-01-15", "reason": "Snow."}

    assert sentence("roadmap.milestone_redated", moved) == (
        "moved the milestone Board report from Nov 6, 2026 to Jan 15, 2027: Snow."
    )


def test_events_are_found_by_what_they_are_about_and_between_days(client, district, auditor):
    happened(district)
    old = happened(district, ago=3 * 24 * 60)
    day = timezone.localdate(old.at, timezone=district.zone).isoformat()
    assert look(client, district, first=day, last=day)[0] == [old]
    AuditEvent.objects.create(
        district=district, verb="role.removed", subject="roles.leadershiprole", subject_pk="7"
    )
    events, answer = look(client, district, thing="roles.leadershiprole", one="7")
    assert [event.subject_pk for event in events] == ["7"]
    assert "All about one leadership role" in answer.content.decode()
    assert look(client, district, thing="roles.leadershiprole", one="8")[0] == []


def test_a_span_that_ends_before_it_begins_is_told_beside_the_field(client, district, auditor):
    answer = look(client, district, first="2026-11-05", last="2026-11-04")[1]
    assert answer.status_code == 422
    assert "The last day comes before the first" in answer.content.decode()


def test_the_page_says_how_far_the_trail_is_sealed(client, district, auditor):
    happened(district)
    assert "Nothing is sealed yet" in look(client, district)[1].content.decode()
    seals.seal(district.pk)
    happened(district)
    page = look(client, district)[1].content.decode()
    assert "seal 1 ends in" in page
    assert "1 event waits for the next" in " ".join(page.split())
