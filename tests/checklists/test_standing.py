import pytest

from checklists.models import Checklist, RaterKind
from checklists.standing import kind_of, standing, standing_forms
from tests.factories.checklists import ChecklistFactory, lock, observed
from tests.factories.roles import UserFactory

pytestmark = pytest.mark.django_db


def agreed(form):
    return ChecklistFactory(
        district=form.district,
        window=form.window,
        template=form.template,
        position=form.position,
        holder=form.holder,
        rater_kind=RaterKind.AGREED,
        rater=form.rater,
    )


def stands():
    """What stands, asked of the database and of loaded rows."""
    rows = standing_forms(Checklist.objects.all())
    assert standing(Checklist.objects.all()) == {row.position_id: row for row in rows}
    return [kind_of(row) for row in rows]


def test_a_self_rating_alone_stands():
    lock(ChecklistFactory())

    assert stands() == ["self rating"]


def test_an_observers_rating_stands_before_the_own():
    form = lock(ChecklistFactory())
    lock(observed(form, UserFactory()))

    assert stands() == ["observer rating"]


def test_the_agreed_rating_stands_before_both():
    form = lock(ChecklistFactory())
    lock(observed(form, UserFactory()))
    lock(agreed(form))

    assert stands() == ["agreed rating"]


def test_an_agreed_rating_that_is_not_closed_stands_for_nothing():
    form = lock(ChecklistFactory())
    lock(observed(form, UserFactory()))
    agreed(form)

    assert stands() == ["observer rating"]


def test_what_is_not_submitted_or_set_aside_does_not_stand():
    form = ChecklistFactory()
    gone = lock(observed(form, UserFactory()))
    Checklist.objects.filter(pk=gone.pk).update(withdrawn_at=gone.submitted_at)

    assert stands() == []


def test_each_position_has_one_that_stands():
    first, second = lock(ChecklistFactory()), lock(ChecklistFactory())
    lock(observed(second, UserFactory()))

    assert sorted(stands()) == ["observer rating", "self rating"]
    assert first.position != second.position
