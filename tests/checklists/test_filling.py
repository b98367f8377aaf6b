import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, transaction

from checklists.models import Checklist, FormState, Rating
from checklists.services import filling
from checklists.services.filling import Given
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.checklists import ItemFactory, WindowFactory, form_with_items, lock
from tests.factories.roles import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return form_with_items(3)


@pytest.fixture
def items(form):
    return list(form.template.items.all())


@pytest.fixture
def by(form):
    return reach_of(form.rater, form)


def reach_of(user, form):
    return Reach(user, form.district, Capability.CHECKLIST_WORK, EVERYWHERE)


def rate_all(form, items, by, value=2):
    for item in items:
        filling.save_rating(form, item, Given(value), by=by)


def test_an_answer_is_kept_and_the_form_is_begun(form, items, by):
    filling.save_rating(form, items[0], Given(1, note="Two Fridays late."), by=by)

    form.refresh_from_db()
    rating = form.ratings.get()
    assert (rating.value, rating.note, form.state) == (1, "Two Fridays late.", FormState.BEGUN)
    assert form.saved_at is not None


def test_a_later_answer_replaces_the_earlier_one(form, items, by):
    filling.save_rating(form, items[0], Given(1), by=by)
    filling.save_rating(form, items[0], Given(not_applicable=True), by=by)

    rating = form.ratings.get()
    assert (rating.value, rating.not_applicable) == (None, True)


def test_saving_leaves_no_audit_row_and_submitting_leaves_one(form, items, by):
    rate_all(form, items, by)
    assert AuditEvent.objects.count() == 0

    filling.submit(form, by=by)

    assert AuditEvent.objects.get().verb == "checklist.submitted"


def test_only_the_rater_can_answer(form, items):
    with pytest.raises(Refused, match="Only the person who rates"):
        filling.save_rating(form, items[0], Given(2), by=reach_of(UserFactory(), form))


@pytest.mark.parametrize("given", [Given(3), Given(9), Given(2, not_applicable=True)])
def test_a_rating_outside_of_the_scale_is_refused(form, items, by, given):
    with pytest.raises(Refused, match="not on the item's scale"):
        filling.save_rating(form, items[0], given, by=by)


def test_an_item_of_another_checklist_is_refused(form, by):
    with pytest.raises(Refused, match="not on this checklist"):
        filling.save_rating(form, ItemFactory(district=form.district), Given(2), by=by)


def test_a_note_of_ten_thousand_characters_is_refused(form, items, by):
    with pytest.raises(Refused, match="2,000"):
        filling.save_rating(form, items[0], Given(2, note="a" * 10_000), by=by)


def test_after_the_last_day_nothing_is_taken(form, items, by):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(10)):
        with pytest.raises(Refused, match="is closed"):
            filling.save_rating(form, items[0], Given(2), by=by)


def test_before_the_first_day_nothing_is_taken():
    form = form_with_items(1)
    form.window = WindowFactory(district=form.district, planned=True)
    form.save()

    with pytest.raises(Refused, match="opens on"):
        filling.save_rating(
            form, form.template.items.get(), Given(2), by=reach_of(form.rater, form)
        )


def test_submitting_names_the_items_without_a_rating(form, items, by):
    filling.save_rating(form, items[1], Given(2), by=by)
    filling.save_rating(form, items[2], Given(note="Only a note."), by=by)

    with pytest.raises(filling.Unrated) as refusal:
        filling.submit(form, by=by)

    assert refusal.value.items == [items[0], items[2]]
    form.refresh_from_db()
    assert not form.is_submitted


def test_submitting_works_out_what_the_form_came_to(form, items, by):
    for item, given in zip(items, [Given(2), Given(1), Given(not_applicable=True)], strict=True):
        filling.save_rating(form, item, given, by=by)

    filling.submit(form, by=by)

    form.refresh_from_db()
    assert (form.score, form.coverage, form.band) == (75, 100, "developing")


def test_a_critical_zero_shows_in_the_band(form, items, by):
    type(items[0]).objects.filter(pk=items[0].pk).update(critical=True)
    more = ItemFactory.create_batch(7, district=form.district, template=form.template)
    filling.save_rating(form, items[0], Given(0), by=by)
    rate_all(form, [*items[1:], *more], by)

    filling.submit(form, by=by)

    form.refresh_from_db()
    assert (form.score, form.band) == (90, "developing")


def test_a_submitted_form_takes_no_more_answers(form, items, by):
    rate_all(form, items, by)
    filling.submit(form, by=by)

    with pytest.raises(Refused, match="locked"):
        filling.save_rating(form, items[0], Given(0), by=by)
    with pytest.raises(Refused, match="locked"):
        filling.submit(form, by=by)


def test_the_database_itself_keeps_the_ratings_of_a_submitted_form(form, items, by):
    rate_all(form, items, by)
    filling.submit(form, by=by)

    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        Rating.objects.filter(checklist=form).update(value=0)
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        Rating.objects.create(
            district=form.district,
            checklist=form,
            item=ItemFactory(district=form.district, template=form.template),
            value=2,
            saved_at=dt.datetime.now(dt.UTC),
        )


def test_the_database_refuses_a_submitted_form_without_its_result(form):
    with pytest.raises(DatabaseError, match="submitted_form_has_its_result"), transaction.atomic():
        Checklist.objects.filter(pk=form.pk).update(submitted_at=dt.datetime.now(dt.UTC))


def test_progress_counts_ratings_and_not_mere_notes(form, items, by):
    filling.save_rating(form, items[0], Given(0), by=by)
    filling.save_rating(form, items[1], Given(not_applicable=True), by=by)
    filling.save_rating(form, items[2], Given(note="Later."), by=by)

    counted = Checklist.objects.with_progress().get(pk=form.pk)

    assert (counted.items_done, counted.items_total) == (2, 3)


def test_the_three_states_of_a_form_can_be_asked_for():
    untouched, begun, done = (form_with_items(1) for _ in range(3))
    item = begun.template.items.get()
    filling.save_rating(begun, item, Given(2), by=reach_of(begun.rater, begun))
    lock(done)

    found = {state: list(Checklist.objects.in_state(state)) for state in FormState}

    assert found == {
        FormState.NOT_BEGUN: [untouched],
        FormState.BEGUN: [begun],
        FormState.SUBMITTED: [done],
    }
