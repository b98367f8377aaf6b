import pytest

from checklists.models import RaterKind
from checklists.services import filling, reopening
from roles.capabilities import AccessLevel, Capability
from roles.models import Notice
from roles.notices import sources
from tests.checklists.pairs import pair_at
from tests.factories.checklists import lock, year_of
from tests.factories.roles import SchoolFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    school = SchoolFactory()
    year_of(school.district)
    return pair_at(school, both_in=False)


def submit(form):
    return filling.submit(form, by=reach(form.district, form.rater))


def letters():
    return Notice.objects.filter(source="both_in")


@pytest.mark.parametrize("first", [RaterKind.SELF, RaterKind.OBSERVER])
def test_who_rated_first_hears_when_the_other_rating_is_in(pair, first):
    earlier, later = pair if first == RaterKind.SELF else reversed(pair)

    submit(earlier)
    assert not letters().exists()
    submit(later)

    notice = letters().get()
    assert notice.reader == earlier.rater
    line = sources()["both_in"].still(earlier.district, [notice.subject])[notice.subject]
    assert line.path.endswith(f"/checklists/{earlier.pk}/compare/")


def test_a_rating_that_nobody_observes_writes_to_nobody(pair):
    own, observer = pair
    observer.delete()

    submit(own)

    assert not letters().exists()


def test_a_form_that_is_opened_and_submitted_again_is_no_second_letter(pair):
    own, observer = pair
    lock(observer)
    submit(own)
    lead = member(AccessLevel.DISTRICT_LEAD, at=own.district)
    by = reach(own.district, lead, capability=Capability.CHECKLIST_MANAGE)
    own.refresh_from_db()
    reopening.reopen(own, "Two items were mixed up.", by=by)
    own.refresh_from_db()

    submit(own)

    assert letters().count() == 1
