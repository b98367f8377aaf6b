import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from checklists.models import Checklist, FormState, Rating
from checklists.services import filling
from checklists.services.filling import Clash, Given, Seen, Shut
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
    assert (rating.value, rating.not_applicable, rating.version) == (None, True, 2)


def test_a_save_that_comes_five_times_has_one_effect_and_one_reply(form, items, by):
    seen = Seen(0, uuid.uuid4())

    ratings = [filling.save_rating(form, items[0], Given(1), by=by, seen=seen) for _ in range(5)]

    assert {(r.pk, r.version, r.saved_at) for r in ratings} == {
        (form.ratings.get().pk, 1, ratings[0].saved_at)
    }


def test_a_save_heard_late_gives_its_reply_and_changes_nothing(form, items, by):
    first = Seen(0, uuid.uuid4())
    filling.save_rating(form, items[0], Given(1), by=by, seen=first)
    filling.save_rating(form, items[0], Given(2), by=by, seen=Seen(1, uuid.uuid4()))

    with pytest.raises(Clash) as clash:
        filling.save_rating(form, items[0], Given(1), by=by, seen=first)

    assert (clash.value.rating.value, clash.value.rating.version) == (2, 2)
    assert form.ratings.get().value == 2


def test_an_answer_over_one_that_was_not_seen_is_a_clash_and_changes_nothing(form, items, by):
    filling.save_rating(form, items[0], Given(1, note="Two Fridays."), by=by, seen=Seen(0))

    with pytest.raises(Clash) as clash:
        filling.save_rating(form, items[0], Given(2), by=by, seen=Seen(0))

    rating = form.ratings.get()
    assert (rating.value, rating.note, rating.version) == (1, "Two Fridays.", 1)
    assert clash.value.rating == rating


def test_the_same_answer_from_another_device_is_no_clash(form, items, by):
    filling.save_rating(form, items[0], Given(1), by=by, seen=Seen(0))

    assert filling.save_rating(form, items[0], Given(1), by=by, seen=Seen(0)).version == 1


def test_an_answer_built_on_a_save_whose_reply_was_lost_goes_over_it(form, items, by):
    unheard = uuid.uuid4()
    filling.save_rating(form, items[0], Given(1), by=by, seen=Seen(0, unheard))

    later = Seen(0, uuid.uuid4(), frozenset({unheard}))

    assert filling.save_rating(form, items[0], Given(2), by=by, seen=later).version == 2


def test_an_empty_answer_where_none_stands_leaves_no_row(form, items, by):
    rating = filling.save_rating(form, items[0], Given(), by=by, seen=Seen(0))

    assert (rating.version, form.ratings.exists()) == (0, False)


@pytest.mark.django_db(transaction=True)
def test_of_eight_writers_at_once_none_loses_a_word(form, items, by):
    """Each adds words to the notes that the others write too, and sees every clash."""
    writers, saves = 8, 6
    clashes, errors = [], []

    def write(name):
        try:
            for number in range(saves):
                add(items[number % 2], f"{name}{number}")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def add(item, word):
        while True:
            stands = Rating.objects.filter(checklist=form, item=item).first()
            version, note = (stands.version, stands.note) if stands else (0, "")
            given = Given(1, note=f"{note} {word}".strip())
            try:
                filling.save_rating(form, item, given, by=by, seen=Seen(version, uuid.uuid4()))
            except Clash as clash:
                clashes.append(clash.rating.version > version)
            else:
                return

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcdefgh"[:writers]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    words = " ".join(form.ratings.values_list("note", flat=True)).split()
    assert sorted(words) == sorted(f"{n}{i}" for n in "abcdefgh" for i in range(saves))
    assert sum(form.ratings.values_list("version", flat=True)) == writers * saves
    assert clashes
    assert all(clashes)


@pytest.mark.django_db(transaction=True)
def test_of_two_submissions_at_once_one_counts(form, items, by):
    rate_all(form, items, by)
    done, refused = [], []

    def hand_in():
        try:
            done.append(filling.submit(form, by=by))
        except Shut as why:
            refused.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(done), refused) == (1, [filling.SUBMITTED])
    assert AuditEvent.objects.filter(verb="checklist.submitted").count() == 1


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


def test_not_applicable_without_a_reason_is_refused_like_an_unrated_item(form, items, by):
    rate_all(form, items[:1], by)
    filling.save_rating(form, items[1], Given(not_applicable=True), by=by)
    filling.save_rating(form, items[2], Given(not_applicable=True, note="No such week."), by=by)

    with pytest.raises(filling.Unrated, match="1 item is N/A without a reason") as refusal:
        filling.submit(form, by=by)

    assert (refusal.value.items, refusal.value.unexplained) == ([], [items[1]])


def test_a_form_set_aside_takes_no_answers(form, items, by):
    Checklist.objects.filter(pk=form.pk).update(withdrawn_at=timezone.now())

    with pytest.raises(Shut, match="the position changed hands"):
        filling.save_rating(form, items[0], Given(2), by=by)
    with pytest.raises(Shut, match="the position changed hands"):
        filling.submit(form, by=by)


def test_submitting_works_out_what_the_form_came_to(form, items, by):
    why = Given(not_applicable=True, note="There was no occasion.")
    for item, given in zip(items, [Given(2), Given(1), why], strict=True):
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
