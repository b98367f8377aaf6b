"""A note that seems to name a student is asked about once, beside its field, and may be kept."""

import re

import pytest
from django.urls import reverse

from roadmap.forms.decisions import AnswerForm
from roadmap.models import DecisionOption, SchoolVisit
from roles.capabilities import AccessLevel
from tests.factories.roles import DistrictFactory, SchoolFactory, SchoolYearFactory, member

pytestmark = pytest.mark.django_db
SEEN = "Grade 3 student Maria Lopez had no seat."


@pytest.fixture
def school():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return SchoolFactory(district=district)


def note(client, school, **given):
    address = reverse("roadmap:visit-add", kwargs={"district": school.district.slug})
    today = school.district.today().isoformat()
    return client.post(address, {"school": school.pk, "on": today, "seen": SEEN, **given})


def test_a_name_is_asked_about_and_what_was_typed_stays(client, school):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    answer = note(client, school)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "looks like the name of a student" in page
    assert SEEN in page
    assert SchoolVisit.objects.count() == 0

    kept = re.search(r'name="words_kept" value="(\w+)"', page)[1]
    assert note(client, school, words_kept=kept).status_code == 302
    assert SchoolVisit.objects.get().seen == SEEN


def test_a_tick_keeps_the_words_it_was_given_for_and_no_others(client, school):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    kept = re.search(r'name="words_kept" value="(\w+)"', note(client, school).content.decode())[1]
    answer = note(client, school, words_kept=kept, seen="Student ID 48213 had no seat.")
    assert answer.status_code == 422


def test_a_form_checks_what_was_typed_as_if_nothing_were_asked():
    words = "Ana's mother has to agree first."
    form = AnswerForm(
        {"say": AnswerForm.DECLINE, "words": words}, options=DecisionOption.objects.none()
    )
    assert len(form.errors["words"]) == 1
    assert "keep it" in form.errors["words"][0]
