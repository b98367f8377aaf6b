"""What the demo tells of checklists: every state in which a cycle can be met."""

import datetime as dt
import itertools
from collections import Counter

import pytest
import time_machine
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from checklists import drawing, scoring
from checklists.accesses import accesses_of
from checklists.models import (
    Action,
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    FormState,
    ItemEvidence,
    LearningTopic,
    Observation,
    ObserverDraw,
    RaterKind,
    Rating,
    RelaxedRhythm,
    Reopening,
    Window,
)
from checklists.scoring import Band
from checklists.services.windows import turn_windows_of
from tutoring_admin.demo import agreements, checklists, roles, succession

NOVEMBER = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
SITE, PRINCIPAL = ("SITE_LEAD", "Cedar Hill ES"), ("PRINCIPAL", "Cedar Hill ES")

pytestmark = pytest.mark.django_db


def seed(slug="maple-valley"):
    world = roles.found(slug, "a-password-hash")
    succession.build(world)
    checklists.build(world)
    return world


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """Made once, and gone with the last test of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOVEMBER, tick=False):
            world = seed()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(seeded):
    with time_machine.travel(NOVEMBER, tick=False):
        yield seeded


def windows():
    return list(Window.objects.order_by("opens_on"))


def form(window, position, kind):
    found = Checklist.objects.current().filter(window=window, position=position, rater_kind=kind)
    return found.first()


def agreement(own, other):
    sides = [
        {r.item.key: r.answer(r.item) for r in each.ratings.select_related("item")}
        for each in (own, other)
    ]
    return scoring.agreement(*([side[key] for key in sorted(sides[0])] for side in sides))


def test_three_windows_are_closed_and_one_is_open_and_each_has_a_name_of_its_own(world):
    found = windows()

    assert [window.closed_at is None for window in found] == [False, False, False, True]
    assert len({window.label for window in found}) == 4
    assert all(a.closes_on < b.opens_on for a, b in itertools.pairwise(found))
    assert found[0].opens_on >= world.year.first_student_day


def test_a_blind_pair_one_to_compare_one_half_way_and_closed_cycles_are_there(world):
    *_, last, now = windows()
    site, principal = world.at(*SITE), world.at(*PRINCIPAL)
    own, watched = form(now, site, RaterKind.SELF), form(now, site, RaterKind.OBSERVER)
    lucia = accesses_of(world.district, [world.holder(*SITE).pk])[world.holder(*SITE).pk]
    compared = [form(last, site, kind) for kind in (RaterKind.SELF, RaterKind.OBSERVER)]

    assert (own.state, watched.state) == (FormState.NOT_BEGUN, FormState.SUBMITTED)
    assert watched not in Checklist.objects.readable_by(lucia)
    assert set(compared) <= set(Checklist.objects.readable_by(lucia))
    assert len(agreement(*compared).to_talk_about) == 2
    assert form(last, site, RaterKind.AGREED) is None
    half_way = form(last, principal, RaterKind.AGREED)
    assert not half_way.is_submitted
    assert 0 < half_way.ratings.count() < half_way.template.items.count()
    closed = Checklist.objects.filter(rater_kind=RaterKind.AGREED).submitted()
    assert closed.count() >= 15
    assert all(1 <= agreed.actions.count() <= Action.MOST for agreed in closed)


def test_raters_agree_on_most_and_disagree_on_enough_to_read(world):
    pairs = [
        agreement(form(other.window, other.position, RaterKind.SELF), other)
        for other in Checklist.objects.filter(rater_kind=RaterKind.OBSERVER, window=windows()[2])
        if form(other.window, other.position, RaterKind.SELF).is_submitted
    ]

    assert len(pairs) >= 10
    assert 70 < sum(pair.percent for pair in pairs) / len(pairs) < 95
    assert any(pair.to_talk_about for pair in pairs)


def test_scores_get_better_from_window_to_window_and_the_weak_school_stays_weak(world):
    means, weak = [], []
    for window in windows()[:3]:
        forms = Checklist.objects.self_rated().submitted().filter(window=window)
        scores = dict(forms.exclude(score=None).values_list("position", "score"))
        means.append(sum(scores.values()) / len(scores))
        weak.append(scores[world.at(*PRINCIPAL).pk] < means[-1])

    assert means == sorted(means)
    assert all(weak)


def test_actions_are_open_overdue_done_and_dropped_and_two_wait_on_the_site_lead(world):
    actions = Action.objects.all()
    mine = actions.open().filter(owner=world.holder(*SITE))

    assert mine.count() == 2
    assert mine.overdue(world.today).count() == 1
    assert actions.exclude(done_at=None).count() >= 10
    assert actions.exclude(dropped_at=None).exists()
    assert actions.filter(checklist=None).exists()
    assert not actions.filter(Q(done_at__gt=timezone.now()) | Q(made_at__gt=timezone.now()))


def test_whoever_rates_says_why_an_item_does_not_apply_and_shows_some(world):
    assert Rating.objects.filter(not_applicable=True).exists()
    assert not Rating.objects.filter(not_applicable=True, note="").exists()
    assert ItemEvidence.objects.exclude(url="").count() > 50
    photo = ItemEvidence.objects.exclude(file="").get()
    assert Image.open(photo.file).format == "JPEG"
    assert photo.size == photo.file.size


def test_observers_were_drawn_with_a_seed_that_anyone_can_draw_with_again(world):
    draws = ObserverDraw.objects.all()

    assert len(draws) == 4
    for drawn in draws:
        assert drawn.drawn == drawing.draw(drawn.pool, drawn.seed, drawn.percent)
    chosen = Observation.objects.filter(draw=None)
    assert chosen.exists()
    assert not Observation.objects.exclude(draw=None).exclude(position__school__isnull=False)


def test_a_form_was_set_aside_when_its_position_changed_hands_and_the_next_holder_has_one(world):
    aside = Checklist.objects.exclude(withdrawn_at=None).get()
    position = world.at(*succession.CHANGED)

    assert (aside.position, aside.holder.last_name) == (position, "Falk")
    assert aside.ratings.exists()
    assert form(windows()[-1], position, RaterKind.SELF).holder == world.holders[position.pk]
    assert form(windows()[0], position, RaterKind.SELF).holder == aside.holder


def test_forms_were_opened_again_with_a_reason_one_is_still_with_its_holder(world):
    reopened = {row.checklist.is_submitted: row for row in Reopening.objects.all()}

    assert set(reopened) == {True, False}
    assert all(row.reason for row in reopened.values())
    assert reopened[False].checklist.ratings.count() == 10


def test_a_stable_position_can_be_relaxed_and_another_one_is(world):
    *closed, now = windows()
    for place in (("SITE_LEAD", "Oak Ridge ES"), agreements.RELAXED):
        for window in closed:
            own, other = (
                form(window, world.at(*place), kind)
                for kind in (RaterKind.SELF, RaterKind.OBSERVER)
            )
            assert agreement(own, other).percent >= 80
            assert form(window, world.at(*place), RaterKind.AGREED).band == Band.ON_TRACK
    assert RelaxedRhythm.objects.get().position == world.at(*agreements.RELAXED)
    assert form(now, world.at(*agreements.RELAXED), RaterKind.SELF) is None


def test_an_own_scale_is_in_use_in_a_second_version_that_carries_its_items_on(world):
    first, second = ChecklistTemplate.objects.filter(key="FC_SITE").order_by("number")
    keys = [set(version.items.values_list("key", flat=True)) for version in (first, second)]

    assert (first.status, second.status) == ("superseded", "published")
    assert (keys[0] - keys[1], keys[1] - keys[0]) == ({"FC_SITE-8"}, {"FC_SITE-11"})
    used = Checklist.objects.filter(template=second).values_list("window__label", flat=True)
    assert set(used) == {window.label for window in windows()[2:]}
    own = ChecklistItem.objects.exclude(own_scale=None).get(template=second)
    assert own.on_scale.max == 3
    assert Rating.objects.filter(item=own, value=3).exists()
    assert ChecklistTemplate.objects.drafts().count() == 1


def test_some_items_are_low_for_many_and_one_was_taken_up(world):
    forms = Checklist.objects.self_rated().submitted().filter(window=windows()[2])
    principals = Rating.objects.filter(
        checklist__in=forms, item__key="FC_PRIN-7", value__isnull=False
    )
    low = principals.filter(value=0).count()
    topic = LearningTopic.objects.get()

    assert low / principals.count() >= 0.3
    assert topic.low / topic.raters >= 0.3


def test_beat_finds_nothing_left_to_open_and_leaves_the_demo_as_it_is(world):
    before = Counter(Checklist.objects.values_list("rater_kind", flat=True))

    turn_windows_of(world.district)

    assert Counter(Checklist.objects.values_list("rater_kind", flat=True)) == before
