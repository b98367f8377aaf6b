"""What each reader learns of results, from the rows to the report."""

from itertools import count

import pytest

from checklists.models import Checklist, RaterKind
from checklists.reports.accuracy import window_accuracy
from checklists.reports.audience import Audience
from checklists.reports.groups import results_of
from checklists.reports.heat import heat, low_ratings
from checklists.reports.items import item_results
from checklists.reports.overview import overview
from checklists.reports.window_report import window_report
from checklists.suppression import FEW
from roles.capabilities import AccessLevel
from tests.checklists.reports.results import access_of, champion, checklist_of, manager, rated
from tests.factories.checklists import ItemFactory, TemplateFactory, WindowFactory
from tests.factories.roles import DistrictFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def window(district):
    return WindowFactory(district=district, over=True)


def fill(window, template, *rows, seats=None):
    seats = seats or count(1)
    return [rated(window, template, row, seat=next(seats)) for row in rows]


def items_of(window, access):
    audience = Audience(access)
    return item_results([window], audience, results_of([window], audience))


def test_a_manager_reads_items_of_one_person_and_others_do_not(district, window):
    fill(window, checklist_of(district), [2, 0])

    assert [item.best for item in items_of(window, manager(district))] == [1, 0]
    assert items_of(window, champion(district)) == []


def test_not_applicable_is_an_answer_of_the_same_group(district, window):
    fill(window, checklist_of(district), [2, 0], [2, None], [1, 1])

    one, two = items_of(window, champion(district))

    assert (one.best, one.between, one.lowest, one.not_applicable, one.low) == (2, 1, 0, 0, 1)
    assert (two.best, two.between, two.lowest, two.not_applicable, two.low) == (0, 1, 1, 1, 2)
    assert two.is_topic
    assert {item.applies_to + item.not_applicable for item in (one, two)} == {3}


def test_every_figure_about_a_role_is_about_the_same_people(district, window):
    """Else one figure less the other would tell of who is in one only."""
    template = checklist_of(district)
    own = fill(window, template, [2, 2], [2, 2], [2, 0], [1, 1])
    rated(window, template, [0, 0], seat=0, own=own[0], kind=RaterKind.OBSERVER)

    report = window_report(window, champion(district))
    [group] = report.groups

    assert {i.applies_to + i.not_applicable for i in report.items} == {group.forms} == {4}
    assert sum(group.bands.values()) == report.whole.forms == report.progress.rated == 4
    assert report.progress.at_standard == group.on_track == 1


def test_an_open_window_tells_managers_only(district):
    window = WindowFactory(district=district)
    fill(window, checklist_of(district), [2, 0], [2, 2], [2, 2])

    assert items_of(window, manager(district))
    report = window_report(window, champion(district))

    assert (report.items, report.groups, report.whole) == ((), (), None)
    assert not report.tells_results
    assert "once the window has closed" in report.left_out[0]


def test_what_a_pair_agrees_on_later_moves_the_managers_figures_only(district, window):
    template = checklist_of(district)
    own, *_ = fill(window, template, [2, 2], [2, 2], [2, 2])
    everyone, runs_it = champion(district), manager(district)
    rated(window, template, [0, 0], seat=0, own=own, kind=RaterKind.AGREED)

    assert items_of(window, everyone)[0].lowest == 0
    assert items_of(window, runs_it)[0].lowest == 1


def test_whoever_sees_one_school_reads_no_results_of_others(district, window):
    school = SchoolFactory(district=district)
    template = checklist_of(district)
    for n in range(4):
        rated(window, template, [2, 0], seat=n + 1, school=school)

    report = window_report(window, access_of(AccessLevel.SITE_LEADER, district, school=school))

    assert (report.items, report.groups, report.whole, report.accuracy.groups) == ((), (), None, ())
    assert [row.windows for row in report.schools] == [((4, 4),)]
    assert "whole district" in report.left_out[0]


def test_a_manager_who_holds_a_position_reads_no_more_of_it_than_any_holder(district, window):
    template = checklist_of(district)
    access = manager(district)
    own = rated(window, template, [2, 2], seat=1, holder=access.user)
    others = fill(window, template, [1, 1], [0, 0], seats=count(2))
    observer = rated(window, template, [0, 0], seat=0, own=own, kind=RaterKind.OBSERVER)
    Checklist.objects.filter(pk=own.pk).update(submitted_at=None, band="", score=None)

    found = heat([window], template.key, Audience(access), 1)

    assert {row.form for row in found.rows} == {None, *(form.pk for form in others)}
    assert observer.pk not in {row.form for row in found.rows}
    assert items_of(window, access)[0].lowest == 1


def test_a_manager_who_still_has_to_observe_reads_nothing_of_that_position(district, window):
    template = checklist_of(district)
    access = manager(district)
    own, _ = fill(window, template, [0, 0], [2, 2])
    second = rated(window, template, [0, 0], seat=0, own=own, kind=RaterKind.OBSERVER)
    Checklist.objects.filter(pk=second.pk).update(
        rater=access.user, submitted_at=None, band="", score=None
    )

    assert [item.lowest for item in items_of(window, access)] == [0, 0]
    assert low_ratings(window, template.key, Audience(access), 1) == ([], 0)


def test_pairs_that_could_know_of_each_other_do_not_count(district, window):
    template = checklist_of(district)
    pairs = []
    for own in fill(window, template, [2, 2], [2, 2], [2, 2], [2, 2]):
        observer = rated(window, template, [2, 1], seat=0, own=own, kind=RaterKind.OBSERVER)
        pairs.append((own, observer))
    Checklist.objects.filter(pk=pairs[0][1].pk).update(is_blind=False)

    found = window_accuracy(window, Audience(manager(district))).groups[0].found

    assert (found.pairs, found.exact, found.within_one, found.gap) == (3, 50, 100, 25.0)


def test_forms_set_aside_are_in_no_figure(district, window):
    template = checklist_of(district)
    own = fill(window, template, [2, 2], [2, 2], [2, 2])
    Checklist.objects.filter(pk=own[0].pk).update(withdrawn_at="2026-10-01T12:00:00Z")

    assert items_of(window, manager(district))[0].best == 2


def test_others_read_how_far_ratings_agree_but_not_who_rated_higher(district, window):
    template = checklist_of(district)
    for own in fill(window, template, [2, 2], [2, 2], [2, 2]):
        rated(window, template, [2, 1], seat=0, own=own, kind=RaterKind.OBSERVER)

    found = window_accuracy(window, Audience(champion(district)))

    assert (found.groups[0].found.exact, found.groups[0].found.gap) == (50, None)
    assert (found.groups[0].items, found.shows_gaps) == ((), False)


def test_two_pairs_tell_others_nothing(district, window):
    template = checklist_of(district)
    for own in fill(window, template, [2, 2], [2, 2], [2, 2])[: FEW - 1]:
        rated(window, template, [2, 1], seat=0, own=own, kind=RaterKind.OBSERVER)

    found = window_accuracy(window, Audience(champion(district)))

    assert (found.groups[0].found, found.whole, found.hides) == (None, None, True)


def test_the_items_that_differ_come_first_for_a_manager(district, window):
    template = checklist_of(district)
    for own in fill(window, template, [2, 2], [2, 2]):
        rated(window, template, [2, 0], seat=0, own=own, kind=RaterKind.OBSERVER)

    [group] = window_accuracy(window, Audience(manager(district))).groups

    assert [(text, gap.differing, gap.gap) for text, gap in group.items] == [
        (template.items.get(order=1).text, 2, 2.0)
    ]


def test_the_heat_map_shows_each_level_beside_the_windows_before(district, window):
    template = checklist_of(district)
    early = WindowFactory(district=district, shift=-60)
    school = SchoolFactory(district=district, name="Lincoln ES")
    first = rated(early, template, [0, 2], seat=1, school=school)
    now = rated(window, template, [1, None], seat=1, school=school, position=first.position)

    found = heat([early, window], template.key, Audience(manager(district)), 1)

    [row] = found.rows
    assert (row.place, row.form, row.kind, found.total) == ("Lincoln ES", now.pk, "self rating", 1)
    assert [(c.level, c.tone, c.before, c.change) for c in row.cells] == [
        ("1", "lv1", ("0",), "up"),
        ("N/A", "lvna", ("2",), ""),
    ]


def test_the_low_ratings_are_listed_lowest_first(district, window):
    template = checklist_of(district)
    fill(window, template, [1, 2], [0, 2], [2, 2])

    found, total = low_ratings(window, template.key, Audience(manager(district)), 1)

    assert [(each.value, each.is_lowest) for each in found] == [(0, True), (1, False)]
    assert total == 2


@pytest.mark.parametrize("number", [2, 12])
def test_the_heat_map_costs_six_queries_however_many_schools(
    district, window, number, django_assert_num_queries
):
    template = checklist_of(district)
    fill(window, template, *[[2, 1]] * number)
    audience = Audience(manager(district))

    with django_assert_num_queries(6):
        heat([window], template.key, audience, 1)


def test_an_item_keeps_its_line_when_it_is_worded_anew(district, window):
    template = checklist_of(district, items=1)
    early = WindowFactory(district=district, shift=-60)
    fill(early, template, [0], [2], [2])
    newer = TemplateFactory(
        district=district, role=template.role, key=template.key, number=2, status="draft"
    )
    old = template.items.get()
    ItemFactory(district=district, template=newer, key=old.key, text="Worded anew.", order=0)
    fill(window, newer, [2], [2], [2], seats=count(11))

    found = overview([early, window], window, template.key, Audience(champion(district)))

    [row] = found.item_trends
    assert (row.item.text, row.percents, row.change) == ("Worded anew.", (66, 100), 34)


def test_trends_and_steadiness_follow_closed_windows(district, window):
    template = checklist_of(district)
    early = WindowFactory(district=district, shift=-60)
    forms = fill(early, template, [2, 2], [2, 2], [0, 0])
    for form in forms[:2]:
        rated(window, template, [2, 2], seat=0, position=form.position, holder=form.holder)
    running = WindowFactory(district=district)
    rated(running, template, [0, 0], seat=9)

    found = overview([early, window, running], window, "", Audience(manager(district)))

    assert [trend.percents for trend in found.trends] == [(66, 100)]
    [steady] = found.steadiness
    assert (steady.positions, steady.expected, steady.on_time, steady.always) == (3, 5, 5, 3)


def test_a_district_without_a_window_has_nothing_to_tell(district):
    found = overview([], None, "", Audience(manager(district)))

    assert (found.trends, found.lowest, found.accuracy, found.steadiness) == ((), (), None, ())


def test_the_report_costs_the_same_at_any_size(district, window, django_assert_max_num_queries):
    for size in (3, 9):
        fill(window, checklist_of(district), *[[2, 1]] * size)
    access = champion(district)

    with django_assert_max_num_queries(20):
        window_report(window, access)


def test_the_reader_is_not_counted_among_the_three(district, window):
    template = checklist_of(district)
    user = UserFactory()
    rated(window, template, [2, 2], seat=1, holder=user)
    fill(window, template, [0, 0], [2, 2], seats=count(2))

    assert items_of(window, access_of(AccessLevel.EXECUTIVE, district, user)) == []
    assert items_of(window, champion(district))
