"""Minutes: written by several hands without loss, closed, carried on, and made into a PDF."""

import datetime as dt

import pytest
from django.urls import reverse

from roadmap.models import MinutesFile, SeriesMember
from roadmap.services import agendas, meetings, minutes, minutes_files, outcomes
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice, OwedStatus
from roles.open_work import open_items
from roles.services import notices
from roles.services.refusal import Refused
from tests.factories.roadmap_meetings import (
    AgendaItemFactory,
    MeetingActionFactory,
    MeetingFactory,
    chaired,
)
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def chair():
    return UserFactory()


@pytest.fixture
def meeting(chair):
    year = SchoolYearFactory()
    member(AccessLevel.EXECUTIVE, at=year.district, user=chair)
    series = chaired(chair, district=year.district, school_year=year, agenda="Risks")
    MeetingFactory(district=year.district, series=series, on=dt.date(2026, 11, 12))
    return MeetingFactory(district=year.district, series=series, on=TODAY)


@pytest.fixture
def item(meeting):
    return AgendaItemFactory(district=meeting.district, meeting=meeting, title="Rooms")


def by(meeting, user):
    return Reach(user, meeting.district, Capability.ROADMAP_WORK, EVERYWHERE)


def address(name, meeting, pk=None):
    return reverse(f"roadmap:{name}", args=[meeting.district.slug, pk or meeting.pk])


def test_a_save_keeps_notes_presence_and_what_is_dealt_with(meeting, item, chair):
    seat = meeting.series.chair_id
    typed = {
        "notes": "We met in the library.\r\nAll came.",
        f"said-{item.pk}": "Two rooms are free.",
        f"settled-{item.pk}": "1",
        f"present-{seat}": "1",
        "present-999999": "1",
        "said-999999": "nowhere",
    }

    assert minutes.save(meeting, typed, by=by(meeting, chair)).is_whole

    meeting.refresh_from_db()
    item.refresh_from_db()
    assert meeting.notes == "We met in the library.\nAll came."
    assert item.said == "Two rooms are free."
    assert item.settled_at is not None
    presence = meeting.presences.get()
    assert (presence.position_id, presence.holder) == (seat, chair)


def test_two_who_write_in_one_field_lose_nothing(meeting, item, chair):
    name = f"said-{item.pk}"
    first = minutes.save(meeting, {name: "Mine", f"was-{name}": ""}, by=by(meeting, chair))
    second = minutes.save(
        meeting, {name: "Yours", f"was-{name}": ""}, by=by(meeting, UserFactory())
    )

    assert first.is_whole
    assert second.clashes == {name: "Mine"}
    item.refresh_from_db()
    assert item.said == "Mine"
    both = {name: "Mine and yours", f"was-{name}": "Mine"}
    assert minutes.save(meeting, both, by=by(meeting, chair)).is_whole


def test_without_a_script_both_texts_come_back_on_the_page(client, meeting, item, chair):
    client.force_login(chair)
    item.said = "Theirs"
    item.save()
    name = f"said-{item.pk}"
    answer = client.post(
        address("minutes", meeting), {name: "Mine", f"was-{name}": "", "notes": "Kept"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mine" in page
    assert "Theirs" in page
    meeting.refresh_from_db()
    assert meeting.notes == "Kept"


def test_a_stretch_of_saves_leaves_one_audit_row(meeting, chair):
    for words in ("a", "ab", "abc"):
        minutes.save(meeting, {"notes": words}, by=by(meeting, chair))
    assert AuditEvent.objects.filter(verb="meeting.minutes_written").count() == 1


def test_decisions_and_actions_settle_their_item(client, meeting, item, chair):
    client.force_login(chair)
    owner = PositionFactory(district=meeting.district)
    client.post(
        address("meeting-decide", meeting),
        {"decision-text": "Book both.", "decision-item": item.pk},
    )
    answer = client.post(
        address("meeting-give", meeting),
        {
            "action-text": "Call the school",
            "action-owner": owner.pk,
            "action-due_on": "2026-11-05",
            "action-item": item.pk,
        },
    )
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.settled_at is not None
    assert item.decisions.get().text == "Book both."
    assert item.actions.get().owner == owner


def test_an_action_without_owner_or_day_is_refused_and_its_words_stay(client, meeting, chair):
    client.force_login(chair)
    answer = client.post(address("meeting-give", meeting), {"action-text": "Call the school"})
    assert answer.status_code == 422
    assert "Call the school" in answer.content.decode()


def test_closing_locks_carries_on_and_owes_one_pdf(meeting, item, chair):
    done = AgendaItemFactory(district=meeting.district, meeting=meeting, title="Done with")
    left = AgendaItemFactory(district=meeting.district, meeting=meeting, title="Let go")
    minutes.save(meeting, {f"settled-{done.pk}": "1"}, by=by(meeting, chair))

    assert minutes.close(meeting, carry=[item.pk], by=by(meeting, chair))
    assert not minutes.close(meeting, carry=[item.pk], by=by(meeting, chair))

    coming = meeting.series.meetings.get(on=dt.date(2026, 11, 12))
    assert [(i.title, i.carried_from) for i in coming.agenda_items.all()] == [("Rooms", item)]
    agendas.draft(coming)
    assert coming.agenda_items.filter(title="Rooms").count() == 1
    left.refresh_from_db()
    assert left.settled_at is not None
    assert MinutesFile.objects.count() == 1
    with pytest.raises(Refused):
        minutes.save(meeting, {"notes": "Later"}, by=by(meeting, chair))


def test_a_meeting_to_come_is_not_closed(meeting, chair):
    coming = meeting.series.meetings.get(on=dt.date(2026, 11, 12))
    with pytest.raises(Refused):
        minutes.close(coming, by=by(meeting, chair))


def test_reopening_needs_a_reason_and_closing_again_gives_a_new_pdf(
    meeting, item, chair, school_day
):
    minutes.close(meeting, by=by(meeting, chair))
    with pytest.raises(Refused):
        minutes.reopen(meeting, reason=" ", by=by(meeting, chair))
    assert minutes.reopen(meeting, reason="A name was wrong.", by=by(meeting, chair))
    minutes.save(meeting, {"notes": "Right now."}, by=by(meeting, chair))
    school_day.shift(60)
    assert minutes.close(meeting, by=by(meeting, chair))
    coming = meeting.series.meetings.get(on=dt.date(2026, 11, 12))
    assert coming.agenda_items.filter(title="Rooms").count() == 1
    assert MinutesFile.objects.count() == 2


def test_the_pdf_holds_decisions_and_actions_and_whoever_reads_the_meeting_fetches_it(
    client, meeting, item, chair
):
    outcomes.decide(meeting, "Book both rooms.", item=item, by=by(meeting, chair))
    minutes.close(meeting, by=by(meeting, chair))
    meeting.refresh_from_db()
    assert "Book both rooms." in minutes_files.page_of(meeting)
    owed = MinutesFile.objects.get()
    assert minutes_files.make(meeting.district_id, owed.pk)
    assert not minutes_files.make(meeting.district_id, owed.pk)
    owed.refresh_from_db()
    assert owed.status == OwedStatus.DONE
    client.force_login(member(AccessLevel.AUDITOR, at=meeting.district))
    answer = client.get(address("minutes-pdf", meeting))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_an_action_hangs_on_its_owner_until_it_ends_once(client, meeting, chair):
    owner = PositionFactory(district=meeting.district)
    holder = AssignmentFactory(district=meeting.district, position=owner).holder
    member(AccessLevel.EXECUTIVE, at=meeting.district, user=holder)
    action = MeetingActionFactory(district=meeting.district, meeting=meeting, owner=owner)
    view = Reach(chair, meeting.district, Capability.ROADMAP_VIEW, EVERYWHERE)
    assert [each.title for each in open_items(view, [owner.pk])] == [action.text]

    client.force_login(holder)
    page = address("meeting-action", meeting, action.pk)
    assert "You will be mailed on" in client.get(page).content.decode()
    assert (
        client.post(
            address("meeting-action-done", meeting, action.pk), {"done-outcome": "Booked"}
        ).status_code
        == 302
    )
    assert not outcomes.drop_action(action, reason="Again", by=by(meeting, holder))
    action.refresh_from_db()
    assert (action.outcome, action.dropped) == ("Booked", False)
    assert "Who will be mailed" not in client.get(page).content.decode()
    assert open_items(view, [owner.pk]) == []
    assert (
        client.get(reverse("roadmap:meeting-actions", args=[meeting.district.slug])).status_code
        == 200
    )


def test_dropping_an_action_needs_a_reason(meeting, chair):
    action = MeetingActionFactory(district=meeting.district, meeting=meeting)
    with pytest.raises(Refused):
        outcomes.drop_action(action, reason="", by=by(meeting, chair))


def test_members_hear_of_the_minutes_and_owners_of_their_actions(meeting, chair):
    district = meeting.district
    seat = PositionFactory(district=district)
    SeriesMember.objects.create(district=district, series=meeting.series, position=seat)
    reader = AssignmentFactory(district=district, position=seat).holder
    action = outcomes.give(
        meeting, "Call the school", owner=seat, due_on=dt.date(2026, 11, 5), by=by(meeting, chair)
    )
    minutes.close(meeting, by=by(meeting, chair))
    notices.owe(district, TODAY)

    heard = set(Notice.objects.filter(reader=reader).values_list("subject", flat=True))
    assert heard == {f"minutes:{meeting.pk}", f"meeting_action:{action.pk}"}
    assert not Notice.objects.filter(reader=chair, source="minutes").exists()

    outcomes.finish_action(action, outcome="", by=by(meeting, chair))
    assert not Notice.objects.filter(source="meeting_action").waiting().exists()


def test_the_agenda_is_mailed_the_day_before_and_a_weekly_one_is_in_the_brief(meeting, chair):
    series = meeting.series
    tomorrow = MeetingFactory(district=meeting.district, series=series, on=dt.date(2026, 10, 30))
    notices.owe(meeting.district, TODAY)
    told = Notice.objects.get(subject=f"meeting:{tomorrow.pk}:{series.chair_id}")
    assert (told.reader, told.in_brief) == (chair, False)

    meetings.cancel(tomorrow, reason="Exams", by=by(meeting, chair))
    told.refresh_from_db()
    assert told.status == "withdrawn"

    series.rhythm = "weekly"
    series.save()
    weekly = MeetingFactory(district=meeting.district, series=series, on=dt.date(2026, 11, 2))
    notices.owe(meeting.district, TODAY)
    assert Notice.objects.get(subject__startswith=f"meeting:{weekly.pk}:").in_brief


PUPIL = "We talked about student Ana Lopez."


def test_words_that_look_like_a_student_are_asked_about_and_the_rest_is_kept(
    client, meeting, item, chair
):
    client.force_login(chair)
    typed = {"notes": PUPIL, f"said-{item.pk}": "Two rooms are free."}

    answer = client.post(address("minutes", meeting), typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "looks like the name of a student" in page
    assert PUPIL in page  # nothing typed is lost
    meeting.refresh_from_db()
    item.refresh_from_db()
    assert (meeting.notes, item.said) == ("", "Two rooms are free.")

    mark = answer.context["notes"].mark
    assert mark in page
    client.post(address("minutes", meeting), typed | {"words_kept": mark})
    meeting.refresh_from_db()
    assert meeting.notes == PUPIL


def test_the_script_is_told_what_to_ask_and_asks_once(client, meeting, chair):
    client.force_login(chair)

    def at_rest(**typed):
        return client.post(address("minutes", meeting), typed, headers={"X-Autosave": "1"})

    answer = at_rest(notes=PUPIL)
    assert answer.status_code == 422
    assert "Ana Lopez" in answer.json()["problems"]["notes"]
    mark = answer.json()["marks"]["notes"]
    assert at_rest(notes=PUPIL, words_kept=mark).status_code == 200
    assert at_rest(notes=f"{PUPIL} And of rooms.").status_code == 200  # it stood there before
    assert at_rest(notes=f"{PUPIL} And of student Ben Ortiz.").status_code == 422
