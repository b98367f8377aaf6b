"""What people get from the pages of the route, of a decision, and of comparing versions."""

import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Approval, Assignment, JobDescriptionVersion, Review, RouteStep
from roles.services import reviews
from tests.factories.roles import (
    ResponsibilityFactory,
    member,
)
from tests.roles.reviewing import a_road

pytestmark = pytest.mark.django_db
Status = JobDescriptionVersion.Status


@pytest.fixture
def road():
    return a_road()


def at(road, name="version"):
    return reverse(f"roles:{name}", args=[road.district.slug, road.draft.pk])


def words(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())


def hidden(page):
    """The fields that the page carries for a decision."""
    found = re.findall(r'name="(stop|sha256)" value="([^"]+)"', page.content.decode())
    return dict(found)


def decide(client, road, who, name="version-approve", **more):
    """Open the page as a person does, then press the button on it."""
    client.force_login(who)
    return client.post(at(road, name), {**hidden(client.get(at(road, "version-review"))), **more})


def test_an_author_checks_sends_and_two_people_approve_it_into_force(client, road):
    client.force_login(road.author)
    page = client.get(at(road, "version-send"))
    assert "Author → , then Human Resources Partner (" in words(page)
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]
    client.post(at(road, "version-send"), {"seen": seen})
    assert road.status == Status.IN_REVIEW

    decide(client, road, road.hr)
    assert road.status == Status.IN_REVIEW
    decide(client, road, road.lead)

    assert road.status == Status.PUBLISHED
    history = words(client.get(at(road)))
    assert history.count("This text, verified") == 2
    assert "Approved as Executive Champion" in history


def test_a_draft_written_to_since_is_shown_again_instead_of_being_sent(client, road):
    client.force_login(road.author)

    answer = client.post(at(road, "version-send"), {"seen": "2020-01-01T00:00Z"}, follow=True)

    assert "changed after you opened this page" in words(answer)
    assert road.status == Status.DRAFT


def test_who_approves_but_is_not_asked_gets_403_and_reads_without_buttons(client, road):
    road.send()
    seen = {"stop": road.stop().pk, "sha256": road.stop().review.sha256, "reason": "No."}
    for person in (road.lead, road.author):
        client.force_login(person)
        page = client.get(at(road, "version-review"))
        assert "Your decision" not in words(page)
        for name in ("version-approve", "version-return"):
            assert client.post(at(road, name), seen).status_code == HTTPStatus.FORBIDDEN
    assert road.status == Status.IN_REVIEW
    assert not Approval.objects.exclude(decision="waiting").exists()


def test_an_executive_approves_but_may_not_edit_send_or_take_back(client, road):
    road.send()
    client.force_login(road.lead)

    for name in ("version-edit", "version-send"):
        assert client.get(at(road, name)).status_code == HTTPStatus.FORBIDDEN
    for name in ("version-take-back", "version-edit-anyway"):
        assert client.post(at(road, name)).status_code == HTTPStatus.FORBIDDEN


def test_a_text_that_the_page_did_not_show_is_shown_again_instead_of_approved(client, road):
    road.send()
    client.force_login(road.hr)
    old = hidden(client.get(at(road, "version-review")))
    reviews.edit_anyway(road.draft, by=road.by(road.author))
    road.edit("Call each month.")
    road.send()

    answer = client.post(at(road, "version-approve"), old, follow=True)

    assert "This is how it reads now" in words(answer)
    assert "Call each month." in words(answer)
    assert not Approval.objects.exclude(decision="waiting").exists()


@pytest.mark.parametrize("stop", ["", "x", "-1", "٣", "9" * 30])
def test_a_made_up_stop_decides_nothing(client, road, stop):
    road.send()
    client.force_login(road.hr)

    answer = client.post(at(road, "version-approve"), {"stop": stop, "sha256": "0" * 64})

    assert answer.status_code == HTTPStatus.FOUND
    assert not Approval.objects.exclude(decision="waiting").exists()


def test_a_return_without_a_reason_stays_on_the_page_and_says_so(client, road):
    road.send()

    answer = decide(client, road, road.hr, "version-return", reason=" ")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say what should change" in words(answer)
    assert road.status == Status.IN_REVIEW


def test_the_reason_stands_on_the_draft_and_in_the_editor_but_not_for_a_school(client, road):
    road.send()
    decide(client, road, road.hr, "version-return", reason="Name the day of the call.")

    for name in ("version", "version-edit"):
        client.force_login(road.author)
        assert "Name the day of the call." in words(client.get(at(road, name)))
    coach = member(AccessLevel.AUDITOR, at=road.district)
    client.force_login(coach)
    assert client.get(at(road)).status_code == HTTPStatus.NOT_FOUND


def test_what_was_returned_on_the_way_is_for_those_who_work_on_drafts(client, road):
    road.send()
    decide(client, road, road.hr, "version-return", reason="Name the day of the call.")
    road.send()
    decide(client, road, road.hr)
    decide(client, road, road.lead)

    client.force_login(member(AccessLevel.AUDITOR, at=road.district))
    outside = words(client.get(at(road)))
    client.force_login(road.hr)
    inside = words(client.get(at(road)))

    assert "Name the day of the call." in inside
    assert "Name the day of the call." not in outside
    assert "Approved as Human Resources Partner" in outside


def test_the_editor_of_a_version_in_review_asks_first_and_then_restarts_the_review(client, road):
    road.send()
    road.approve(road.hr)
    client.force_login(road.author)

    page = client.get(at(road, "version-edit"))
    assert "Edit and restart the review" in words(page)
    assert road.status == Status.IN_REVIEW
    answer = client.post(at(road, "version-edit-anyway"), follow=True)

    assert answer.redirect_chain[-1][0] == at(road, "version-edit")
    assert road.status == Status.DRAFT
    assert Review.objects.get().outcome == "overtaken"


def test_who_approved_an_earlier_text_sees_what_changed_since(client, road):
    road.send()
    road.approve(road.hr)
    reviews.edit_anyway(road.draft, by=road.by(road.author))
    road.edit("Call each month.")
    road.send()

    client.force_login(road.hr)
    page = client.get(at(road, "version-review"))

    since = page.content.decode().split("Changed since you approved it")[1]
    assert re.search(r"<del>.*week\.</del>\s*<ins>.*month\.</ins>", since)


def test_for_a_vacant_role_a_publisher_decides_and_the_history_says_so(client, road):
    Assignment.objects.filter(holder=road.hr).delete()
    road.send()

    decide(client, road, road.author)

    assert "in place of the vacant role" in words(client.get(at(road)))
    assert Approval.objects.get(decision="approved").in_place


def test_the_text_under_review_is_drawn_from_what_was_sent(client, road):
    road.edit("Call each week.", location="Annex <b>2</b>", funding_ends_on="2027-06-30")
    road.send()
    JobDescriptionVersion.objects.filter(pk=road.draft.pk).update(location="Elsewhere")

    client.force_login(road.hr)
    page = client.get(at(road, "version-review")).content.decode()

    assert "Annex &lt;b&gt;2&lt;/b&gt;" in page
    assert "Elsewhere" not in page


def test_todays_page_asks_whose_turn_it_is_and_nobody_else(client, road):
    road.send()
    asks = []
    for person in (road.hr, road.lead, road.author):
        client.force_login(person)
        today = client.get(reverse("dashboards:today", args=[road.district.slug]))
        asks.append("Approve: Site Tutoring Lead job description" in words(today))

    assert asks == [True, False, False]


def test_todays_page_shows_a_returned_text_to_who_sent_it_until_it_is_sent_again(client, road):
    def told(person):
        client.force_login(person)
        today = client.get(reverse("dashboards:today", args=[road.district.slug]))
        return "Returned to you: Site Tutoring Lead job description" in words(today)

    road.send()
    road.give_back(road.hr)
    before = told(road.author), told(road.hr)
    road.send()

    assert (before, told(road.author)) == ((True, False), False)


def test_the_roles_page_says_whom_a_version_waits_on(client, road):
    road.send()
    client.force_login(road.author)

    index = words(client.get(reverse("roles:index", args=[road.district.slug])))

    assert "Waits on Human Resources Partner since" in index


def compare(client, road, **query):
    address = reverse(
        "roles:compare", args=[road.district.slug, road.draft.job_description.role_id]
    )
    return client.get(address, query)


@pytest.fixture
def two_versions(road):
    RouteStep.objects.all().delete()
    JobDescriptionVersion.objects.filter(pk=road.draft.pk).update(
        number=2, location="Annex", summary="Keeps the plan."
    )
    return JobDescriptionVersion.objects.create(
        district=road.district,
        job_description=road.draft.job_description,
        number=1,
        title="Site Tutoring Lead",
        status="published",
        published_at=road.draft.edited_at,
        published_by=road.author,
        summary="Keeps one plan.",
    )


def test_two_versions_stand_word_against_word(client, road, two_versions):
    client.force_login(road.author)

    page = compare(client, road, **{"from": 1, "to": 2})

    assert re.search(r"<del>.*one</del>\s*<ins>.*the</ins>", page.content.decode())
    assert "Added" in words(page)
    assert "from version 1 to version 2" in words(page)


@pytest.mark.parametrize("asked", ["", "x", "99", "-1", "1' OR '1'='1"])
def test_a_version_that_is_not_there_compares_the_newest_two(client, road, two_versions, asked):
    client.force_login(road.author)

    page = compare(client, road, **{"from": asked, "to": asked})

    assert "from version 1 to version 2" in words(page)


def test_who_reads_no_drafts_compares_none(client, road, two_versions):
    client.force_login(member(AccessLevel.AUDITOR, at=road.district))

    page = compare(client, road, **{"from": 1, "to": 2})

    assert "Annex" not in words(page)
    assert "Version 2" not in words(page)


def test_a_page_of_two_hundred_lines_is_compared(client, road, two_versions):
    for order in range(2, 200):
        ResponsibilityFactory(
            district=road.district, version=road.draft, text=f"Do thing {order}.", order=order
        )
    client.force_login(road.author)

    page = compare(client, road, **{"from": 1, "to": 2})

    assert "Do thing 199." in words(page)
