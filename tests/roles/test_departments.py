"""What departments are asked for, who may answer, and who is told."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Department, DepartmentNeed, Notice
from roles.notices import sources
from roles.reports import departments as reports
from roles.services import departments
from roles.services.refusal import Refused, Stale
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    DistrictFactory,
    DutyFactory,
    PositionFactory,
    UserFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
DUE = dt.date(2026, 12, 1)
AT = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def hr(district):
    return DepartmentFactory(district=district, name="Human Resources")


def partner_of(department, **person):
    holder = UserFactory(**person)
    member(AccessLevel.DEPARTMENT_PARTNER, at=department.district, user=holder)
    position = PositionFactory(district=department.district, department=department)
    AssignmentFactory(district=department.district, position=position, holder=holder)
    return holder


def need_of(department, **fields):
    return DepartmentNeedFactory(district=department.district, department=department, **fields)


def say(need, answer, by, note=""):
    need.refresh_from_db()
    return departments.answer(need, answer=answer, note=note, seen=need.asked_at, by=by)


def mail():
    return list(Notice.objects.waiting().order_by("pk").values_list("reader__email", "source"))


def line(notice):
    return sources()[notice.source].still(notice.district, [notice.subject]).get(notice.subject)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_asking_tells_the_partner_and_the_answer_tells_who_asked(district, hr):
    yolanda = partner_of(hr, email="hr@district.example")
    pm = reach(district, UserFactory(email="pm@district.example"))

    need = departments.ask(hr, text="Background checks", due_on=DUE, by=pm)
    assert say(need, "agreed", reach(district, yolanda))

    assert mail() == [
        ("hr@district.example", "need"),
        ("pm@district.example", "need_answered"),
    ]
    assert verbs() == ["need.asked", "need.agreed"]
    need.refresh_from_db()
    assert (need.answer, need.answered_by) == ("agreed", yolanda)


def test_the_lines_say_what_by_when_where_and_why_as_long_as_it_is_so(district, hr):
    yolanda = partner_of(hr)
    need = departments.ask(hr, text="Checks & proof", due_on=DUE, by=reach(district))
    asked = line(Notice.objects.get())
    say(need, "declined", reach(district, yolanda), note="Two vacancies <here>")

    first, second = Notice.objects.order_by("pk")
    assert (asked.verb, asked.title, asked.due_on) == ("Answer", "Checks & proof", DUE)
    assert asked.path == f"/d/{district.slug}/roles/departments/#department-{hr.pk}"
    assert line(first) is None
    assert "Two vacancies <here>" in line(second).words


def test_the_same_answer_twice_is_one_answer_and_one_letter(district, hr):
    by = reach(district, partner_of(hr))
    need = need_of(hr)

    assert [say(need, "agreed", by), say(need, "agreed", by)] == [True, False]
    assert len(mail()) == 1


def test_a_no_says_why(district, hr):
    by = reach(district, partner_of(hr))
    need = need_of(hr)

    with pytest.raises(Refused, match="Say why not"):
        say(need, "declined", by)
    assert say(need, "declined", by, note="No budget")


def test_nobody_answers_in_the_place_of_a_partner(district, hr):
    need = need_of(hr)
    other = partner_of(DepartmentFactory(district=district))
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)

    for who in (other, lead):
        with pytest.raises(departments.NotTheirs):
            say(need, "agreed", reach(district, who))
    need.refresh_from_db()
    assert need.answer == "asked"


def test_who_left_the_position_answers_no_more(district, hr):
    yolanda = partner_of(hr)
    yolanda.assignments.update(ends_on=TODAY - dt.timedelta(days=1))

    with pytest.raises(departments.NotTheirs):
        say(need_of(hr), "agreed", reach(district, yolanda))


def test_another_day_sets_an_agreed_request_back_and_tells_the_partner(district, hr):
    yolanda = partner_of(hr, email="hr@district.example")
    need = need_of(hr)
    say(need, "agreed", reach(district, yolanda))
    need.refresh_from_db()
    pm = UserFactory()

    changed = departments.change(
        need, text=need.text, due_on=DUE + dt.timedelta(days=7), seen=need.asked_at,
        by=reach(district, pm),
    )  # fmt: skip

    need.refresh_from_db()
    assert changed
    assert (need.answer, need.answered_by, need.answered_at, need.note) == ("asked", None, None, "")
    assert need.asked_by == pm
    # that it was agreed to was not said yet, and is untrue now
    assert mail() == [("hr@district.example", "need")]


def test_the_same_text_and_day_change_nothing(district, hr):
    need = need_of(hr, answer="agreed", answered_by=UserFactory(), answered_at=AT)
    same = {"text": need.text, "due_on": need.due_on, "seen": need.asked_at}

    assert not departments.change(need, **same, by=reach(district))
    need.refresh_from_db()
    assert need.answer == "agreed"


def test_an_answer_to_words_that_changed_meanwhile_is_not_taken(district, hr):
    by = reach(district, partner_of(hr))
    need = need_of(hr)
    read = need.asked_at
    with time_machine.travel(dt.datetime(2026, 10, 29, 16, tzinfo=dt.UTC), tick=False):
        departments.change(need, text="Twice as much", due_on=DUE, seen=read, by=reach(district))

    with pytest.raises(Stale):
        departments.answer(need, answer="agreed", seen=read, by=by)
    with pytest.raises(Stale):
        departments.change(need, text="Third", due_on=DUE, seen=read, by=reach(district))


def test_withdrawing_takes_back_the_letter_that_is_not_sent(district, hr):
    partner_of(hr)
    need = departments.ask(hr, text="Checks", due_on=DUE, by=reach(district))

    assert departments.withdraw(need, by=reach(district))

    assert mail() == []
    assert not DepartmentNeed.objects.exists()
    assert verbs() == ["need.asked", "need.withdrawn"]


def test_a_vacant_department_is_asked_and_nobody_is_told(district, hr):
    departments.ask(hr, text="Checks", due_on=DUE, by=reach(district))
    partner = partner_of(hr)

    assert mail() == []
    assert [need.text for need in reports.waiting_on(reach(district, partner), TODAY)] == ["Checks"]


def test_a_closed_account_gets_no_letter(district, hr):
    partner_of(hr, is_active=False)
    departments.ask(hr, text="Checks", due_on=DUE, by=reach(district))
    assert mail() == []


def test_the_overview_counts_departments_that_agreed_to_everything(district, hr):
    tech = DepartmentFactory(district=district, name="Technology")
    DepartmentFactory(district=district, name="Unasked")
    done = {"answered_by": UserFactory(), "answered_at": AT}
    need_of(hr, answer="agreed", **done)
    need_of(hr, answer="delivered", due_on=dt.date(2026, 9, 1), **done)
    need_of(tech, answer="agreed", due_on=dt.date(2026, 10, 20), **done)
    declined = need_of(tech, answer="declined", note="No", **done)

    seen = reports.overview(reach(district), TODAY)

    assert (seen.agreed, seen.asked, seen.past) == (1, 2, 1)
    assert [row.need for row in seen.declined] == [declined]
    assert [row.days_past for p in seen.partners for row in p.requests if row.days_past] == [9]
    assert len(seen.without_partner) == 3


def test_a_partners_own_department_comes_first(district, hr):
    DepartmentFactory(district=district, name="Aaa")
    seen = reports.overview(reach(district, partner_of(hr)), TODAY)
    assert [p.department.name for p in seen.partners] == ["Human Resources", "Aaa"]
    assert [p.is_mine for p in seen.partners] == [True, False]


def test_what_was_asked_already_is_suggested_no_more(district, hr):
    position = PositionFactory(district=district, department=hr)
    asked = DutyFactory(district=district, role=position.role, text="Run checks.", key="DH2")
    DutyFactory(district=district, role=position.role, text="Set stipends.", key="DH3")
    need_of(hr, text=asked.text)

    assert [duty.text for duty in reports.suggestions(hr, reach(district))] == ["Set stipends."]


def test_what_is_agreed_waits_on_the_partner_two_weeks_ahead(district, hr):
    by = reach(district, partner_of(hr))
    done = {"answer": "agreed", "answered_by": by.user, "answered_at": AT}
    need_of(hr, text="Later", due_on=TODAY + dt.timedelta(days=15), **done)
    need_of(hr, text="Soon", due_on=TODAY + dt.timedelta(days=14), **done)
    need_of(DepartmentFactory(district=district), text="Not mine")

    assert [need.text for need in reports.waiting_on(by, TODAY)] == ["Soon"]


def test_departments_are_added_renamed_and_removed(district, hr):
    by = reach(district)
    made = departments.add_department("Human Resources!", by=by)
    again = departments.add_department("Human  resources", by=by)
    departments.rename_department(made, "Transport", by=by)
    departments.remove_department(again, by=by)

    assert (made.key, again.key) == ("human-resources", "human-resources-2")
    assert {d.name for d in Department.objects.all()} == {"Human Resources", "Transport"}
    assert verbs() == [
        "department.added", "department.added", "department.renamed", "department.removed"
    ]  # fmt: skip


def test_a_department_with_positions_stays(district, hr):
    PositionFactory(district=district, department=hr)
    need_of(hr)

    with pytest.raises(Refused, match="has positions"):
        departments.remove_department(hr, by=reach(district))
    assert DepartmentNeed.objects.count() == 1


# ---- pages


def address(name, district, **kwargs):
    return reverse(f"roles:{name}", kwargs={"district": district.slug, **kwargs})


def test_another_departments_partner_cannot_answer(client, district, hr):
    need = need_of(hr)
    client.force_login(partner_of(DepartmentFactory(district=district)))
    page = address("need-answer", district, pk=need.pk)

    assert client.get(page).status_code == 403
    posted = client.post(page, {"answer": "agreed", "seen": need.asked_at.isoformat()})

    assert posted.status_code == 403
    need.refresh_from_db()
    assert need.answer == "asked"


def test_the_project_manager_cannot_confirm_in_a_partners_place(client, district, hr):
    need = need_of(hr)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    assert client.post(address("need-answer", district, pk=need.pk)).status_code == 403
    page = client.get(address("departments", district)).content.decode()
    assert "Ask" in page
    assert 'value="agreed"' not in page


def test_a_partner_agrees_from_the_list_and_gives_reasons_on_a_page(client, district, hr):
    need = need_of(hr)
    client.force_login(partner_of(hr))
    listed = client.get(address("departments", district)).content.decode()
    assert 'value="agreed"' in listed
    page = address("need-answer", district, pk=need.pk)
    seen = need.asked_at.isoformat()

    agreed = client.post(page, {"answer": "agreed", "seen": seen})
    refused = client.post(page, {"answer": "declined", "seen": seen})
    declined = client.post(page, {"answer": "declined", "note": "No staff", "seen": seen})

    assert [r.status_code for r in (agreed, refused, declined)] == [302, 422, 302]
    assert "Say why not" in refused.content.decode()
    need.refresh_from_db()
    assert (need.answer, need.note) == ("declined", "No staff")


def test_a_page_opened_before_the_request_changed_is_not_taken(client, district, hr):
    need = need_of(hr)
    client.force_login(partner_of(hr))
    page = address("need-answer", district, pk=need.pk)

    old = {"answer": "agreed", "seen": "2026-01-01T00:00:00+00:00"}
    posted = client.post(page, old, follow=True)

    assert "changed after you opened the page" in posted.content.decode()
    need.refresh_from_db()
    assert need.answer == "asked"


def test_the_lead_asks_with_the_words_of_a_suggestion(client, district, hr):
    position = PositionFactory(district=district, department=hr)
    duty = DutyFactory(district=district, role=position.role, text="Run background checks.")
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    page = address("need-add", district, pk=hr.pk)

    offered = client.get(page, {"duty": duty.pk}).content.decode()
    assert "Run background checks.</textarea>" in offered
    posted = client.post(page, {"text": duty.text, "due_on": "2026-12-01"}, follow=True)

    assert DepartmentNeed.objects.get().text == "Run background checks."
    assert "nobody was told" in posted.content.decode()


@pytest.mark.parametrize("due_on", ["2026-10-28", "2030-01-01", "", "soon"])
def test_a_day_that_is_past_or_far_away_is_refused(client, district, hr, due_on):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    posted = client.post(
        address("need-add", district, pk=hr.pk), {"text": "Checks", "due_on": due_on}
    )
    assert posted.status_code == 422


def test_a_request_past_its_day_can_be_worded_anew(client, district, hr):
    need = need_of(hr, due_on=dt.date(2026, 9, 1))
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    data = {"text": "Fewer", "due_on": "2026-09-01", "seen": need.asked_at.isoformat()}

    assert client.post(address("need-edit", district, pk=need.pk), data).status_code == 302
    need.refresh_from_db()
    assert need.text == "Fewer"


def test_two_departments_of_one_name_are_refused(client, district, hr):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    posted = client.post(address("department-add", district), {"name": "human  RESOURCES"})
    assert posted.status_code == 422
    assert "of this name already" in posted.content.decode()


def test_markup_in_a_need_stays_text(client, district, hr):
    need_of(hr, text="<script>alert(1)</script>")
    client.force_login(member(AccessLevel.EXECUTIVE, at=district))
    assert "<script>alert" not in client.get(address("departments", district)).content.decode()


def test_the_champion_reads_what_is_to_settle_and_changes_nothing(client, district, hr):
    need_of(hr, answer="declined", note="No", answered_by=UserFactory(), answered_at=AT)
    client.force_login(member(AccessLevel.EXECUTIVE, at=district))

    page = client.get(address("departments", district)).content.decode()

    assert "To settle" in page
    assert "needs/" not in page


def test_a_department_without_holder_links_to_the_assignment(client, district, hr):
    position = PositionFactory(district=district, department=hr)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    page = client.get(address("departments", district)).content.decode()
    assert address("assign", district, pk=position.pk) in page


def test_the_page_costs_the_same_for_one_and_for_many(client, district, hr):
    partner_of(hr)
    need_of(hr)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    client.get(address("departments", district))
    with CaptureQueriesContext(connection) as one:
        client.get(address("departments", district))
    for _ in range(4):
        more = DepartmentFactory(district=district)
        partner_of(more)
        need_of(more)
    with CaptureQueriesContext(connection) as many:
        client.get(address("departments", district))
    assert len(many) == len(one)


def test_the_start_page_names_what_the_department_is_asked_for(client, district, hr):
    need_of(hr, text="Background checks")
    client.force_login(partner_of(hr))

    page = client.get(reverse("dashboards:today", args=[district.slug])).content.decode()

    assert "Human Resources is asked for: Background checks" in page
    assert "by Dec 1" in page


@pytest.mark.parametrize("name", ["need-add", "department-edit", "department-remove"])
def test_whoever_thinks_better_of_it_gets_back_to_the_departments(client, district, hr, name):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    page = client.get(address(name, district, pk=hr.pk)).content.decode()
    assert page.count(f'href="{address("departments", district)}"') == 2  # above, and beside
