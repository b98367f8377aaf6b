"""Who could be asked less often, why, and what a person makes of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import RaterKind, RelaxedRhythm
from checklists.reports.rhythm import rhythms
from checklists.services import rhythm as services
from roles.access import Access
from roles.capabilities import AccessLevel, Capability
from roles.services.refusal import Refused
from tests.factories.checklists import (
    ChecklistFactory,
    ItemFactory,
    RatingFactory,
    RelaxedRhythmFactory,
    WindowFactory,
    filled_position,
    lock,
    observed,
)
from tests.factories.roles import DistrictFactory, SchoolYearFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def position(district):
    position = filled_position(district, title="Site Tutoring Lead")
    template = position.role.checklist_templates.get()
    ItemFactory.create_batch(5, district=district, template=template)
    return position


def holder_of(position):
    return position.assignments.get().holder


def round_of(position, days_ago, *, equal=5, band="on_track", observer=True, **fields):
    """A closed window in which the position was rated, by two if `observer`."""
    district = position.district
    window = WindowFactory(district=district, shift=-days_ago)
    template = position.role.checklist_templates.get()
    own = ChecklistFactory(
        district=district,
        window=window,
        template=template,
        position=position,
        holder=fields.pop("holder", None) or holder_of(position),
        **fields,
    )
    forms = [own, observed(own, UserFactory())] if observer else [own]
    for n, item in enumerate(template.items.all()):
        for kind, form in enumerate(forms):
            value = 1 if kind and n >= equal else 2
            RatingFactory(district=district, checklist=form, item=item, value=value)
    for form in forms:
        lock(form, band=band)
    return window


def found(district, lead):
    held = lead.memberships.filter(district=district)
    access = Access.from_memberships(lead, district, held)
    return rhythms(access.reach(Capability.CHECKLIST_MANAGE), access)


def suggested(district, lead):
    return [suggestion.position for suggestion in found(district, lead).suggestions]


def test_three_windows_on_track_with_agreement_make_a_suggestion(district, lead, position):
    windows = [round_of(position, days, equal=4) for days in (90, 60, 30)]

    (suggestion,) = found(district, lead).suggestions

    assert suggestion.position == position
    assert [each.window for each in suggestion.rounds] == windows[::-1]
    assert [each.agreement for each in suggestion.rounds] == [80, 80, 80]
    assert suggestion.latest == windows[-1]


def test_two_windows_are_not_enough(district, lead, position):
    for days in (60, 30):
        round_of(position, days)

    assert suggested(district, lead) == []


@pytest.mark.parametrize(
    "last", [{"equal": 3}, {"band": "developing"}, {"band": "not_enough"}, {"equal": 0}]
)
def test_one_of_the_three_that_does_not_hold_breaks_the_row(district, lead, position, last):
    for days in (120, 90, 60):
        round_of(position, days)
    round_of(position, 30, **last)

    assert suggested(district, lead) == []


def test_windows_with_one_rater_in_between_neither_count_nor_break_it(district, lead, position):
    for days in (150, 90, 30):
        round_of(position, days)
        round_of(position, days - 15, observer=False)

    (suggestion,) = found(district, lead).suggestions

    assert len(suggestion.rounds) == 6


def test_a_window_with_one_rater_that_came_out_below_breaks_it(district, lead, position):
    for days in (150, 90, 30):
        round_of(position, days)
    round_of(position, 15, observer=False, band="developing")

    assert suggested(district, lead) == []


def test_a_form_opened_again_after_the_other_could_be_read_counts_for_no_agreement(
    district, lead, position
):
    for days in (90, 60):
        round_of(position, days)
    round_of(position, 30, is_blind=False)

    assert suggested(district, lead) == []


def test_rounds_of_an_earlier_holder_do_not_speak_for_the_present_one(district, lead, position):
    round_of(position, 90, holder=UserFactory())
    for days in (60, 30):
        round_of(position, days)

    assert suggested(district, lead) == []


def test_an_open_window_says_nothing_yet(district, lead, position):
    for days in (60, 30, 0):
        round_of(position, days)

    assert suggested(district, lead) == []


def test_the_rating_that_stands_decides_the_band(district, lead, position):
    for days in (90, 60, 30):
        window = round_of(position, days)
    own = window.checklists.get(rater_kind=RaterKind.SELF)
    agreed = ChecklistFactory(
        district=district,
        window=window,
        template=own.template,
        position=position,
        holder=own.holder,
        rater_kind=RaterKind.AGREED,
    )
    lock(agreed, band="developing", score=70)

    assert suggested(district, lead) == []


def test_a_manager_who_still_observes_blindly_learns_nothing_by_it(district, lead, position):
    for days in (90, 60):
        round_of(position, days)
    window = round_of(position, 30)
    window.checklists.filter(rater_kind=RaterKind.OBSERVER).update(
        rater=lead, submitted_at=None, band=""
    )

    assert suggested(district, lead) == []


def post(client, lead, name, pk, **data):
    client.force_login(lead)
    address = reverse(f"checklists:{name}", args=[lead.memberships.get().district.slug, pk])
    return client.post(address, data, follow=True).content.decode()


def test_taking_it_up_begins_with_the_last_window_that_asked(client, district, lead, position):
    windows = [round_of(position, days) for days in (90, 60, 30)]

    page = post(client, lead, "rhythm-answer", position.pk, answer="relax")

    rhythm = RelaxedRhythm.objects.get()
    assert (rhythm.position, rhythm.since, rhythm.ended_at) == (position, windows[-1], None)
    assert "left out of the next window" in page
    assert suggested(district, lead) == []


def test_not_now_puts_it_away_until_two_have_rated_again(client, district, lead, position):
    for days in (120, 90, 60):
        round_of(position, days)

    post(client, lead, "rhythm-answer", position.pk, answer="not_now")

    assert suggested(district, lead) == []
    assert not RelaxedRhythm.objects.filter(ended_at=None).exists()
    round_of(position, 45, observer=False)
    assert suggested(district, lead) == []
    round_of(position, 30)
    assert suggested(district, lead) == [position]


def test_an_answer_without_a_suggestion_changes_nothing(client, district, lead, position):
    page = post(client, lead, "rhythm-answer", position.pk, answer="relax")

    assert "no longer holds" in page
    assert not RelaxedRhythm.objects.exists()


def test_a_relaxed_position_is_relaxed_once(district, lead, position):
    window = round_of(position, 30)
    held = lead.memberships.filter(district=district)
    by = Access.from_memberships(lead, district, held).reach(Capability.CHECKLIST_MANAGE)
    services.relax(position, window, by=by)

    with pytest.raises(Refused, match="already"):
        services.relax(position, window, by=by)


@pytest.mark.parametrize(
    ("last", "fell"),
    [
        ({}, False),
        ({"observer": False}, False),
        ({"band": "developing"}, True),
        ({"equal": 2}, True),
        ({"observer": False, "band": "needs_support"}, True),
    ],
)
def test_a_relaxed_position_that_fell_below_is_pointed_out(district, lead, position, last, fell):
    since = round_of(position, 60)
    RelaxedRhythmFactory(district=district, position=position, since=since)
    round_of(position, 30, **last)

    (relaxed,) = found(district, lead).relaxed

    assert relaxed.fell_below is fell


def test_ending_it_asks_the_position_in_every_window_again(client, district, lead, position):
    rhythm = RelaxedRhythmFactory(
        district=district, position=position, since=round_of(position, 30)
    )

    page = post(client, lead, "rhythm-end", rhythm.pk)

    rhythm.refresh_from_db()
    assert rhythm.ended_at <= timezone.now()
    assert rhythm.ended_by == lead
    assert "in every window again" in page


def test_the_page_costs_the_same_for_many_positions(
    client, district, lead, position, django_assert_max_num_queries
):
    for seat in [position, *[filled_position(district) for _ in range(4)]]:
        if seat != position:
            template = seat.role.checklist_templates.get()
            ItemFactory.create_batch(5, district=district, template=template)
        for days in (90, 60, 30):
            round_of(seat, days)
    client.force_login(lead)

    with django_assert_max_num_queries(26):
        page = client.get(reverse("checklists:rhythm", args=[district.slug])).content.decode()
    assert page.count("Show the windows behind it") == 5
