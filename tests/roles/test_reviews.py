"""Sending a job description along its route, approving, returning, taking it back."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from roles.capabilities import AccessLevel, Capability
from roles.contents import content_of, digest
from roles.merging import Line
from roles.models import (
    Approval,
    Assignment,
    AuditEvent,
    JobDescriptionVersion,
    Notice,
    Rendering,
    Responsibility,
    Review,
    RouteStep,
)
from roles.services import drafts, jobs, notices, reviews
from roles.services.refusal import Refused, Stale
from roles.wall import district_scope
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.roles.reviewing import a_road
from tests.roles.test_gathering import turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
Status = JobDescriptionVersion.Status
Outcome = Review.Outcome


@pytest.fixture
def road():
    return a_road()


def letters(road):
    """What the next round of letters brings: the words by reader."""
    return {sent.to[0]: " ".join(sent.body.split()) for sent in turn(road)}


def asked(road):
    """Who reads that it waits for them."""
    return {to for to, body in letters(road).items() if "Waiting since" in body}


def test_sending_keeps_the_text_and_asks_the_first_stop_alone(road):
    review = road.send()

    assert road.status == Status.IN_REVIEW
    assert review.content["lines"] == [["SL1", "Call each week."]]
    assert review.sha256 == digest(content_of(road.draft))
    assert [a.role for a in review.approvals.all()] == [road.hr_role, road.lead_role]
    told = letters(road)
    assert set(told) == {road.hr.email}
    assert f"/roles/versions/{road.draft.pk}/review/" in told[road.hr.email]


def test_each_approval_asks_the_next_and_the_last_one_publishes(road):
    road.send()

    assert asked(road) == {road.hr.email}
    assert road.approve(road.hr) is False
    assert (road.status, asked(road)) == (Status.IN_REVIEW, {road.lead.email})
    assert road.approve(road.lead) is True

    assert road.status == Status.PUBLISHED
    assert road.draft.published_by == road.lead
    assert Rendering.objects.get().version == road.draft
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        f"job_description.{did}" for did in ("sent", "approved", "approved", "published")
    ]


@pytest.mark.usefixtures("school_day")
def test_the_last_approval_asks_the_holders_to_read(road):
    position = PositionFactory(district=road.district, role=road.draft.job_description.role)
    holder = member(AccessLevel.ADMINISTRATIVE_LEADER, at=road.district)
    AssignmentFactory(district=road.district, position=position, holder=holder)
    road.send()
    road.approve(road.hr)
    road.approve(road.lead)

    with district_scope(road.district):
        notices.owe(road.district, road.district.today())
    asked = Notice.objects.get(reader=holder, source="acknowledgement")
    assert asked.subject == f"acknowledgement:{road.draft.pk}:{holder.pk}"


def test_every_approval_of_a_published_text_names_its_very_sha256(road):
    road.send()
    road.approve(road.hr)
    road.approve(road.lead)

    road.draft.refresh_from_db()
    given = Approval.objects.filter(review__version=road.draft)
    assert {a.sha256 for a in given} == {digest(content_of(road.draft))}
    assert [a.by for a in given] == [road.hr, road.lead]


def test_what_has_not_gone_the_route_is_not_published(road):
    with pytest.raises(Refused, match="route"):
        jobs.publish(road.draft, by=road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH))
    road.send()
    with pytest.raises(Refused, match="in review"):
        jobs.publish(road.draft, by=road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH))
    assert road.status == Status.IN_REVIEW


def test_a_route_taken_away_meanwhile_does_not_let_a_running_review_be_passed_by(road):
    road.send()
    RouteStep.objects.all().delete()

    with pytest.raises(Refused, match="in review"):
        jobs.publish(road.draft, by=road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH))
    reviews.take_back(road.draft, by=road.by(road.author))
    assert jobs.publish(road.draft, by=road.by(road.author))


def test_without_a_route_nothing_is_sent(road):
    RouteStep.objects.all().delete()

    with pytest.raises(Refused, match="no route"):
        road.send()
    assert road.status == Status.DRAFT


def test_a_text_without_responsibilities_is_not_sent(road):
    Responsibility.objects.all().delete()

    with pytest.raises(Refused, match="without responsibilities"):
        road.send()


def test_a_draft_that_changed_since_it_was_checked_is_not_sent(road, school_day):
    seen = road.draft.edited_at
    school_day.shift(60)
    road.edit("Call each month.")

    with pytest.raises(Stale):
        reviews.send(road.draft, seen=seen, by=road.by(road.author))
    assert road.status == Status.DRAFT


def test_nobody_but_the_holder_decides_while_the_role_is_held(road):
    road.send()
    publisher = road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH)

    for by in (road.by(road.lead), road.by(UserFactory()), publisher):
        with pytest.raises(reviews.NotAsked):
            road.approve(by.user, by=by)
    assert Approval.objects.exclude(decision="waiting").count() == 0


def test_the_second_stop_does_not_go_before_the_first(road):
    road.send()
    later = Approval.objects.get(role=road.lead_role)

    with pytest.raises(reviews.NotAsked):
        road.approve(road.lead, stop=later.pk)


def test_a_holder_whose_time_is_over_decides_no_more(road):
    road.send()
    Assignment.objects.filter(holder=road.hr).update(ends_on="2026-07-02")

    with pytest.raises(reviews.NotAsked):
        road.approve(road.hr)


def test_for_a_vacant_role_whoever_may_publish_decides_and_the_record_says_so(road):
    Assignment.objects.filter(holder=road.hr).delete()
    road.send()
    told = letters(road)
    assert set(told) == {road.author.email}
    assert "nobody holds the role Human Resources Partner" in told[road.author.email]

    with pytest.raises(reviews.NotAsked):
        road.approve(UserFactory())
    road.approve(road.author, by=road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH))

    given = road.stop(decision="approved")
    assert (given.by, given.in_place) == (road.author, True)
    assert AuditEvent.objects.get(verb="job_description.approved").detail["in_place"] is True


def test_an_approval_of_another_text_than_the_one_sent_is_refused(road):
    road.send()

    with pytest.raises(Stale):
        road.approve(road.hr, sha256="0" * 64)
    assert road.stop(decision="approved") is None


def test_a_text_changed_behind_the_review_is_not_approved(road):
    road.send()
    Responsibility.objects.filter(version=road.draft).update(text="Call never.")

    with pytest.raises(Refused, match="not the one that was sent"):
        road.approve(road.hr)


def test_a_second_click_is_told_that_the_decision_is_on_record(road):
    road.send()
    first = road.stop()
    road.approve(road.hr)

    with pytest.raises(Refused, match="on record"):
        road.approve(road.hr, stop=first.pk)


def test_one_person_with_two_roles_does_not_approve_twice_by_one_double_click(road):
    Assignment.objects.filter(holder=road.lead).update(holder=road.hr)
    road.send()
    first = road.stop()
    road.approve(road.hr, stop=first.pk)

    with pytest.raises(Refused, match="on record"):
        road.approve(road.hr, stop=first.pk)
    assert road.status == Status.IN_REVIEW


def test_a_returned_text_is_a_draft_and_its_authors_read_why(road):
    other = member(AccessLevel.ADMINISTRATIVE_LEADER, at=road.district)
    drafts.save_draft(
        road.draft,
        fields={"location": "Annex"},
        lines=[Line("Call each week.")],
        seen=road.draft.edited_at,
        by=road.by(other),
    )
    review = road.send()

    road.give_back(road.hr, "Name the day of the call.")
    told = letters(road)

    review.refresh_from_db()
    assert (road.status, review.outcome) == (Status.DRAFT, Outcome.RETURNED)
    assert set(told) == {road.author.email, other.email}
    assert "as Human Resources Partner: “Name the day of the call.”" in told[other.email]


def test_a_returned_text_that_was_sent_again_is_no_news_any_more(road):
    road.send()
    road.give_back(road.hr, "Name the day of the call.")
    road.send()

    assert set(letters(road)) == {road.hr.email}


def test_a_return_without_a_reason_is_refused(road):
    road.send()

    with pytest.raises(Refused):
        road.give_back(road.hr, "  \n ")
    assert road.status == Status.IN_REVIEW


def test_taking_back_makes_it_a_draft_and_ends_the_review(road):
    review = road.send()

    assert reviews.take_back(road.draft, by=road.by(road.author)) is True
    assert reviews.take_back(road.draft, by=road.by(road.author)) is False

    review.refresh_from_db()
    assert (road.status, review.outcome) == (Status.DRAFT, Outcome.WITHDRAWN)
    with pytest.raises(Refused, match="not in review"):
        road.approve(road.hr)


def test_a_version_in_review_cannot_be_written_before_its_review_is_ended(road):
    road.send()

    with pytest.raises(Refused, match="in review"):
        road.edit("Call each month.")
    assert reviews.edit_anyway(road.draft, by=road.by(road.author))
    road.edit("Call each month.")
    assert Review.objects.get().outcome == Outcome.OVERTAKEN


def test_an_edit_restarts_the_route_and_tells_earlier_approvers_which_parts(road):
    road.send()
    road.approve(road.hr)
    Assignment.objects.filter(holder=road.hr).delete()
    position = PositionFactory(district=road.district, role=road.hr_role, seat=2)
    successor = AssignmentFactory(district=road.district, position=position).holder
    reviews.edit_anyway(road.draft, by=road.by(road.author))
    road.edit("Call each month.")

    again = road.send()

    assert again.number == 2
    assert [a.decision for a in again.approvals.all()] == ["waiting", "waiting"]
    told = letters(road)
    assert set(told) == {road.hr.email, successor.email}
    assert "as Human Resources Partner on Oct 29" in told[road.hr.email]
    assert "Changed since: 1 responsibility. Its review starts over" in told[road.hr.email]
    assert "Waiting since" in told[successor.email]
    assert "Changed since" not in told[successor.email]


def test_an_earlier_approver_who_is_asked_again_reads_what_changed_where_they_are_asked(road):
    road.send()
    road.approve(road.hr)
    reviews.edit_anyway(road.draft, by=road.by(road.author))
    road.edit("Call each month.")

    road.send()

    told = letters(road)
    assert set(told) == {road.hr.email}
    assert "Changed since you approved it: 1 responsibility." in told[road.hr.email]
    assert "starts over" not in told[road.hr.email]


def test_sent_again_unchanged_nobody_is_told_of_changes(road):
    road.send()
    road.approve(road.hr)
    reviews.take_back(road.draft, by=road.by(road.author))

    road.send()

    told = letters(road)
    assert set(told) == {road.hr.email}
    assert "It reads as it did when you approved it." in told[road.hr.email]
    assert road.stop().role == road.hr_role


def test_who_never_approved_it_reads_what_changes_against_the_version_in_force(road):
    JobDescriptionVersion.objects.filter(pk=road.draft.pk).update(number=2, location="Annex")
    VersionFactory(
        district=road.district,
        job_description=road.draft.job_description,
        number=1,
        title="Site Tutoring Lead",
        published=True,
    )
    road.draft.refresh_from_db()
    road.send()

    told = letters(road)[road.hr.email]

    assert "Changed against the version in force:" in told
    assert "location" in told.split("in force:")[1].split(".")[0]


@pytest.mark.parametrize("status", ["published", "superseded"])
def test_the_database_changes_no_word_of_a_text_that_was_in_force(status):
    version = VersionFactory()
    line = Responsibility.objects.create(
        district=version.district, version=version, text="Call each week.", order=1
    )
    JobDescriptionVersion.objects.filter(pk=version.pk).update(
        status=status, published_at=version.edited_at, published_by=UserFactory()
    )
    itself = JobDescriptionVersion.objects.filter(pk=version.pk)
    lines = Responsibility.objects.filter(pk=line.pk)
    attempts = (
        lambda: itself.update(title="Other"),
        lambda: itself.update(status="draft"),
        lambda: itself.update(published_at=None),
        lambda: lines.update(text="Call never."),
        lambda: lines.update(order=7),
        lambda: lines.delete(),
        lambda: Responsibility.objects.create(
            district=version.district, version=version, text="One more.", order=2
        ),
    )

    for attempt in attempts:
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            attempt()
    assert digest(content_of(itself.get())) == digest(content_of(version))


def at_once(*acts):
    """Do all acts in threads of their own that start together; what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(n, act):
        barrier.wait(timeout=10)
        try:
            outcomes[n] = act()
        except Refused as refused:
            outcomes[n] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_the_last_stop_at_once_publish_once():
    road = a_road()
    deputy = UserFactory()
    position = PositionFactory(district=road.district, role=road.lead_role, seat=2)
    AssignmentFactory(district=road.district, position=position, holder=deputy)
    road.send()
    road.approve(road.hr)
    seen = {"stop": road.stop().pk, "sha256": road.stop().review.sha256}

    outcomes = at_once(
        *(
            lambda user=user: reviews.approve(
                JobDescriptionVersion.objects.get(pk=road.draft.pk), **seen, by=road.by(user)
            )
            for user in (road.lead, deputy)
        )
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "bool"]
    assert AuditEvent.objects.filter(verb="job_description.published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_approving_while_it_is_taken_out_to_be_edited_ends_one_way_or_the_other():
    for _ in range(4):
        road = a_road()
        road.send()
        road.approve(road.hr)
        seen = {"stop": road.stop().pk, "sha256": road.stop().review.sha256}

        def edit(road=road):
            version = JobDescriptionVersion.objects.get(pk=road.draft.pk)
            if not reviews.edit_anyway(version, by=road.by(road.author)):
                return False
            drafts.save_draft(
                version,
                fields={},
                lines=[Line("Call never.")],
                seen=version.edited_at,
                by=road.by(road.author),
            )
            return True

        approved, edited = at_once(
            lambda road=road, seen=seen: reviews.approve(road.draft, **seen, by=road.by(road.lead)),
            edit,
        )

        published = road.status == Status.PUBLISHED
        assert (approved is True, edited) in {(True, False), (False, True)}
        assert published is (approved is True)
        if published:
            assert content_of(road.draft)["lines"] == [["SL1", "Call each week."]]
