"""The page of one milestone: proof, progress, helpers, order, risk, and its edit page."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roadmap.models import Anchor, DateChange, Milestone, Precedence, ProgressNote, State
from roadmap.services import risk
from roles.capabilities import AccessLevel
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roadmap_meetings import SeriesFactory
from tests.factories.roles import AssignmentFactory, PositionFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.fixture
def milestone():
    return owned_milestone(title="Quarterly executive brief", key="M37")


@pytest.fixture
def lead(client, milestone):
    user = member(AccessLevel.DISTRICT_LEAD, at=milestone.district)
    client.force_login(user)
    return user


@pytest.fixture
def anchor(milestone):
    year = milestone.school_year
    return Anchor.objects.create(district=year.district, school_year=year, kind="first_student_day")


def at(milestone, name="detail", **more):
    place = {"district": milestone.district.slug, "pk": milestone.pk, **more}
    return reverse(f"roadmap:{name}", kwargs=place)


def upload(name="Minutes of May.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_file_proves_it_and_is_given_back_under_its_name_as_a_download(client, lead, milestone):
    client.post(at(milestone, "done"), {"proof_file": upload(), "done_on": "2026-10-12"})

    answer = client.get(at(milestone, "proof"))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="Minutes of May.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Milestone.objects.get().done_on == dt.date(2026, 10, 12)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"proof_file": ("setup.exe", b"MZ\x90")}, "proof_file"),
        ({"proof_file": ("report.pdf", b"MZ\x90" + bytes(99))}, "proof_file"),
        ({"proof_file": ("chart.svg", b"<svg/>")}, "proof_file"),
        ({"proof_link": "javascript:alert(1)"}, "proof_link"),
        ({"proof_text": "Sent", "done_on": "2026-10-30"}, "done_on"),
        ({"proof_text": "Sent", "done_on": "0026-10-30"}, "done_on"),
    ],
    ids=["exe", "renamed exe", "svg", "javascript", "tomorrow", "another century"],
)
def test_what_is_no_proof_is_refused_beside_its_field(client, lead, milestone, data, field):
    sent = {k: upload(*v) if isinstance(v, tuple) else v for k, v in data.items()}

    answer = client.post(at(milestone, "done"), sent)

    assert answer.status_code == REFUSED
    assert answer.context["form"].errors[field]
    assert Milestone.objects.get().is_open


def test_the_file_is_still_there_in_the_history_after_opening_again(client, lead, milestone):
    client.post(at(milestone, "done"), {"proof_file": upload()})
    page = client.post(at(milestone, "reopen"), {"reason": "Wrong minutes"}, follow=True)

    entry = page.context["history"][0]
    assert (entry.what, entry.proof_name) == ("opened it again", "Minutes of May.pdf")
    before = client.get(at(milestone, "proof-before", event=entry.proof))
    assert b"".join(before.streaming_content) == PDF
    assert client.get(at(milestone, "proof")).status_code == HTTPStatus.NOT_FOUND


def test_another_milestones_history_does_not_give_the_file(client, lead, milestone):
    client.post(at(milestone, "done"), {"proof_file": upload()})
    page = client.post(at(milestone, "reopen"), {"reason": "Wrong minutes"}, follow=True)
    other = MilestoneFactory(district=milestone.district, phase=milestone.phase)

    address = at(other, "proof-before", event=page.context["history"][0].proof)

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_who_helps_says_how_it_goes_and_cannot_end_it(client, lead, milestone):
    position = PositionFactory(district=milestone.district)
    client.post(at(milestone, "contributor-add"), {"position": position.pk})
    helper = member(AccessLevel.EXECUTIVE, at=milestone.district)
    AssignmentFactory(district=milestone.district, position=position, holder=helper)
    client.force_login(helper)

    page = client.post(at(milestone, "progress"), {"text": "Two chapters are in"}, follow=True)

    assert "Two chapters are in" in page.content.decode()
    assert (page.context["may_note"], page.context["may_work"]) == (True, False)
    assert client.post(at(milestone, "done"), {"proof_text": "x"}).status_code == 403


def test_who_does_not_help_may_not_note(client, milestone):
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district))

    answer = client.post(at(milestone, "progress"), {"text": "Fine"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not ProgressNote.objects.exists()


def test_starting_and_ending_too_early_is_warned_of_and_done(client, lead, milestone):
    before = MilestoneFactory(district=milestone.district, phase=milestone.phase, key="M06",
                              title="Job description approved")  # fmt: skip
    client.post(at(milestone, "predecessor-add"), {"before": before.pk})

    started = client.post(at(milestone, "start"), follow=True).content.decode()
    ended = client.post(at(milestone, "done"), {"proof_text": "Sent"}, follow=True)

    assert "M06, Job description approved is not done yet. It is best done first." in started
    assert "is not done yet" in ended.content.decode()
    assert Milestone.objects.get(pk=milestone.pk).state == State.DONE


def test_a_circle_is_said_in_the_form(client, lead, milestone):
    other = MilestoneFactory(district=milestone.district, phase=milestone.phase, key="M06")
    client.post(at(milestone, "predecessor-add"), {"before": other.pk})

    answer = client.post(at(other, "predecessor-add"), {"before": milestone.pk})

    assert answer.status_code == REFUSED
    assert "circle: M06, then M37, then M06" in answer.content.decode()
    assert Precedence.objects.count() == 1


def asked(milestone):
    Milestone.objects.filter(pk=milestone.pk).update(starts_on=dt.date(2026, 10, 1))
    assert risk.propose(milestone.district, dt.date(2026, 11, 4)) == 1


def test_the_owner_answers_whether_it_is_at_risk(client, milestone):
    asked(milestone)
    holder = milestone.owner.assignments.get().holder
    client.force_login(member(AccessLevel.EXECUTIVE, at=milestone.district, user=holder))
    assert "Is it at risk?" in client.get(at(milestone)).content.decode()

    silent = client.post(at(milestone, "answer-risk"), {"answer": "no", "note": ""})
    page = client.post(
        at(milestone, "answer-risk"), {"answer": "yes", "note": "Finance is late"}, follow=True
    )

    milestone.refresh_from_db()
    assert silent.status_code == REFUSED
    assert (milestone.state, milestone.reason) == (State.AT_RISK, "Finance is late")
    assert "Is it at risk?" not in page.content.decode()
    assert [entry.what for entry in page.context["history"]] == [
        "marked it at risk", "asked whether it is at risk, being due Nov 5"
    ]  # fmt: skip


def test_an_answer_to_a_question_that_is_gone_changes_nothing(client, lead, milestone):
    asked(milestone)
    client.post(at(milestone, "progress"), {"text": "All is in"})

    page = client.post(at(milestone, "answer-risk"), {"answer": "yes"}, follow=True)

    assert "moved on already" in page.content.decode()
    assert Milestone.objects.get().state == State.NOT_STARTED


WORDS = {"title": "Brief for the cabinet", "why": "", "proof_hint": "", "supports": ["6b.2"]}


def test_the_edit_page_counts_the_date_from_a_day_and_asks_why_it_moves(
    client, lead, milestone, anchor
):
    data = WORDS | {
        "phase": milestone.phase.pk, "dating": "plan", "anchor": anchor.pk, "count": "12",
        "unit": "weeks", "side": "after", "lead": "2", "reason": "",
    }  # fmt: skip

    silent = client.post(at(milestone, "edit"), data)
    client.post(at(milestone, "edit"), data | {"reason": "Counted with the year"})

    milestone.refresh_from_db()
    assert silent.status_code == REFUSED
    assert "say why" in silent.context["form"].errors["reason"][0]
    assert (milestone.title, milestone.supports) == ("Brief for the cabinet", ["6b.2"])
    assert (milestone.start_offset, milestone.due_offset) == (10, 12)
    assert milestone.due_on == dt.date(2026, 11, 9)
    assert DateChange.objects.get().reason == "Counted with the year"


def test_words_alone_change_no_date_and_ask_for_no_reason(client, lead, milestone):
    data = WORDS | {"phase": milestone.phase.pk, "dating": "fixed", "due_on": "2026-11-05"}

    page = client.post(at(milestone, "edit"), data, follow=True)

    assert page.context["history"][0].note == "New: the indicators, what will be done."
    assert not DateChange.objects.exists()


def test_codes_of_other_standards_stay_where_they_are(client, lead, milestone):
    Milestone.objects.update(supports=["2a", "6c.1"])
    data = WORDS | {"phase": milestone.phase.pk, "dating": "fixed", "due_on": "2026-11-05"}

    client.post(at(milestone, "edit"), data)

    assert Milestone.objects.get().supports == ["2a", "6b.2"]


def test_a_half_typed_plan_is_asked_again_with_what_was_typed(client, lead, milestone):
    data = WORDS | {"phase": milestone.phase.pk, "dating": "plan", "count": "", "unit": "weeks"}

    answer = client.post(at(milestone, "edit"), data)

    assert answer.status_code == REFUSED
    assert set(answer.context["form"].errors) == {"anchor", "count"}
    assert "Brief for the cabinet" in answer.content.decode()


def test_the_date_shows_while_it_is_typed(client, lead, milestone, anchor):
    typed = {"anchor": anchor.pk, "count": "12", "unit": "weeks", "side": "after", "lead": "2"}

    shown = client.get(at(milestone, "resolved"), typed).content.decode()
    broken = client.get(at(milestone, "resolved"), typed | {"count": "many"}).content.decode()

    assert "12 weeks after the first student day: due Monday, November 9, 2026" in " ".join(
        shown.split()
    )
    assert "Give a number and a day" in broken


def test_a_date_moved_by_hand_goes_back_to_the_plan(client, lead, milestone, anchor):
    Milestone.objects.update(anchor=anchor, start_offset=10, due_offset=12, hand_dated=True)

    page = client.post(at(milestone, "back-to-plan"), {"reason": "It met early"}, follow=True)

    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.hand_dated) == (dt.date(2026, 11, 9), False)
    assert page.context["history"][0].what == "went back to the plan's date"


def test_an_archived_year_can_be_read_and_not_changed(client, lead, milestone):
    type(milestone.school_year).objects.update(archived_at=timezone.now())

    page = client.get(at(milestone))

    assert "is archived" in page.content.decode()
    assert not any(page.context[right] for right in ("may_work", "manages", "may_note"))
    assert client.post(at(milestone, "start")).status_code == HTTPStatus.FORBIDDEN


def test_the_page_costs_the_same_queries_however_much_is_beside_it(client, lead, milestone):
    costs = []
    for _ in range(2):
        for _ in range(3):
            position = PositionFactory(district=milestone.district)
            AssignmentFactory(district=milestone.district, position=position)
            milestone.contributions.create(district=milestone.district, position=position)
            other = MilestoneFactory(district=milestone.district, phase=milestone.phase)
            Precedence.objects.create(
                district=milestone.district, before=other, milestone=milestone
            )
            client.post(at(milestone, "progress"), {"text": "More is in"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(at(milestone))
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_what_comes_back_leads_to_the_meetings_as_which_it_does(client, lead, milestone):
    def shown():
        return " ".join(client.get(at(milestone)).content.decode().split())

    assert "Comes back" not in shown()
    Milestone.objects.update(recurs="each quarter")
    assert "Set up its meetings" in shown()
    series = SeriesFactory(
        district=milestone.district,
        school_year=milestone.school_year,
        key="executive_brief",
        title="Executive brief",
    )
    assert reverse("roadmap:series", args=[milestone.district.slug, series.pk]) in shown()
    assert "Done here means the first of them." in shown()
