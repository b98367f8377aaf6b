import pytest
from django.utils import timezone

from checklists.models import Checklist, RaterKind, Reopening, Window
from checklists.services import agreeing, filling, reopening
from checklists.services.filling import Given
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice
from roles.notices import sources
from roles.services.refusal import Refused
from tests.checklists.pairs import pair_at
from tests.factories.checklists import lock, year_of
from tests.factories.roles import SchoolFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db
WHY = "Two items were mixed up."


@pytest.fixture
def school():
    school = SchoolFactory()
    year_of(school.district)
    return school


@pytest.fixture
def by(school):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    return reach(school.district, lead, capability=Capability.CHECKLIST_MANAGE)


@pytest.fixture
def pair(school):
    return pair_at(school)


@pytest.fixture
def own(pair):
    return pair[0]


def begin(form):
    return agreeing.begin(form, by=reach(form.district, form.rater))


def test_an_opened_form_takes_answers_again_and_loses_its_result(own, by):
    reopening.reopen(own, WHY, by=by)

    own.refresh_from_db()
    assert (own.submitted_at, own.score, own.coverage, own.band) == (None, None, None, "")
    rater = reach(own.district, own.rater)
    filling.save_rating(own, own.template.items.first(), Given(1), by=rater)
    assert filling.submit(own, by=rater).is_submitted


def test_what_it_had_come_to_stays_with_the_reason(own, by):
    was = own.submitted_at

    reopening.reopen(own, f"  {WHY}\n", by=by)

    row = Reopening.objects.get()
    assert (row.reason, row.by, row.submitted_at) == (WHY, by.user, was)
    assert (row.score, row.band) == (80, "on_track")
    assert AuditEvent.objects.get(verb="checklist.reopened").detail["reason"] == WHY


def test_the_audit_trail_does_not_say_what_it_had_come_to(own, by):
    reopening.reopen(own, WHY, by=by)

    assert "score" not in AuditEvent.objects.get(verb="checklist.reopened").detail


def test_the_rater_gets_a_letter_with_the_reason(own, by):
    reopening.reopen(own, WHY, by=by)

    notice = Notice.objects.get(source="reopened")
    assert notice.reader == own.rater
    line = sources()["reopened"].still(own.district, [notice.subject])[notice.subject]
    assert WHY in line.words
    assert line.path.endswith(f"/checklists/{own.pk}/")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 301])
def test_without_a_reason_it_stays_submitted(own, by, reason):
    with pytest.raises(Refused):
        reopening.reopen(own, reason, by=by)

    own.refresh_from_db()
    assert own.is_submitted


def test_a_form_whose_other_rating_was_in_is_not_blind_any_more(pair, by):
    for form in pair:
        reopening.reopen(form, WHY, by=by)
        form.refresh_from_db()

    own, other = pair
    assert not own.is_blind
    assert other.is_blind  # the own rating was open again by then, and could not be read


def test_a_form_opened_before_the_other_was_in_stays_blind(school, by):
    own, _ = pair_at(school, both_in=False)
    lock(own)

    reopening.reopen(own, WHY, by=by)

    own.refresh_from_db()
    assert own.is_blind


def test_an_agreed_rating_that_was_begun_is_set_aside(own, by):
    agreed = begin(own)

    reopening.reopen(own, WHY, by=by)

    agreed.refresh_from_db()
    assert agreed.withdrawn_at
    lock(own)
    assert begin(own) != agreed


def test_a_form_of_a_closed_cycle_stays_closed(own, by):
    lock(begin(own))

    with pytest.raises(Refused, match="cycle is closed"):
        reopening.reopen(own, WHY, by=by)


def test_the_agreed_rating_itself_is_not_opened_again(own, by):
    agreed = lock(begin(own))

    with pytest.raises(Refused, match="agreed rating"):
        reopening.reopen(agreed, WHY, by=by)


def test_nobody_opens_a_form_about_themselves_the_observers_neither(pair):
    own, other = pair
    member(AccessLevel.DISTRICT_LEAD, at=own.district, user=own.holder)
    holder = reach(own.district, own.holder, capability=Capability.CHECKLIST_MANAGE)

    for form in (own, other):
        with pytest.raises(Refused, match="You hold this position"):
            reopening.reopen(form, WHY, by=holder)


def test_a_form_that_is_open_is_not_opened(school, by):
    own, _ = pair_at(school, both_in=False)

    with pytest.raises(Refused, match="not submitted"):
        reopening.reopen(own, WHY, by=by)


def test_after_the_window_nothing_is_opened_again(own, by):
    Window.objects.filter(pk=own.window_id).update(closed_at=timezone.now())

    with pytest.raises(Refused, match="window is closed"):
        reopening.reopen(own, WHY, by=by)


def test_a_form_that_was_set_aside_stays_so(own, by):
    Checklist.objects.filter(pk=own.pk).update(withdrawn_at=timezone.now())

    with pytest.raises(Refused, match="set aside"):
        reopening.reopen(own, WHY, by=by)


def test_reopening_twice_leaves_one_row(own, by):
    reopening.reopen(own, WHY, by=by)

    with pytest.raises(Refused):
        reopening.reopen(own, WHY, by=by)
    assert Reopening.objects.count() == 1
    assert Checklist.objects.filter(rater_kind=RaterKind.AGREED).count() == 0
