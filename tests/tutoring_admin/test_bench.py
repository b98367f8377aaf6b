import statistics
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from checklists.models import Checklist, Rating, Window
from roles import wall
from roles.models import District
from tests.factories.roles import DistrictFactory
from tutoring_admin.bench import heat, opening, walled
from tutoring_admin.bench.rounds import interleaved, spread

URLS = "tutoring_admin.bench.urls"


@pytest.fixture
def measured(settings):
    """The settings as the benchmark has them, for what it adds."""
    sys.modules.pop(URLS, None)
    settings.BENCH = True
    settings.ROOT_URLCONF = URLS
    settings.MIDDLEWARE = ["tutoring_admin.bench.counting.QueryCount", *settings.MIDDLEWARE]
    yield settings
    sys.modules.pop(URLS, None)


@pytest.mark.parametrize("path", ["/bench/", "/d/maple-valley/bench/"])
def test_the_yardsticks_have_no_address_in_the_product(path):
    with pytest.raises(Resolver404):
        resolve(path)
    with pytest.raises(NoReverseMatch):
        reverse("bench:bare")


def test_settings_that_do_not_say_so_cannot_name_the_addresses_of_the_benchmark():
    sys.modules.pop(URLS, None)
    with pytest.raises(ImproperlyConfigured):
        __import__(URLS)


@pytest.mark.django_db
def test_the_bare_view_costs_no_query_and_tells_so(measured, client):
    answer = client.get("/bench/")

    assert (answer.status_code, answer["X-Queries"]) == (200, "0")


@pytest.mark.django_db
def test_the_bare_page_of_a_district_stays_behind_its_sign_in(measured, client):
    district = DistrictFactory()

    assert client.get(f"/d/{district.slug}/bench/").status_code in (302, 404)


def test_each_thing_is_taken_once_a_round_and_warm_ups_are_not_kept():
    seen = []

    def take(thing):
        seen.append(thing)
        return len(seen)

    taken = interleaved("abc", take, warm_up=2, rounds=3)

    assert {thing: len(results) for thing, results in taken.items()} == {"a": 3, "b": 3, "c": 3}
    assert [sorted(seen[n : n + 3]) for n in range(0, 15, 3)] == [["a", "b", "c"]] * 5
    assert min(min(results) for results in taken.values()) == 7


def test_the_spread_is_the_width_of_the_middle_half():
    values = [1, 2, 3, 4, 5, 6, 7]

    found = spread(values)

    assert found.median == statistics.median(values) == 4
    assert found.iqr == 4


@pytest.mark.django_db
def test_the_district_of_a_heat_map_has_each_position_rated_on_each_item_in_each_window():
    heat._build(2)

    district = District.objects.get(slug="heat-2")
    forms = Checklist.objects.filter(district=district).submitted()
    assert forms.count() == 2 * heat.POSITIONS * heat.WINDOWS
    assert Rating.objects.filter(checklist__in=forms).count() == forms.count() * heat.ITEMS
    assert Window.objects.filter(district=district, closed_at=None).count() == 0


@pytest.mark.django_db
def test_opening_a_window_is_measured_with_all_its_forms_and_once_more_with_none():
    heat._build(2)

    opened = opening.measure("heat-2")

    assert opened.forms == 2 * heat.POSITIONS
    last = Window.objects.filter(closed_at=None).get()
    assert last.checklists.count() == 2 * heat.POSITIONS


@pytest.mark.django_db
def test_the_bare_write_stays_behind_its_sign_in_and_takes_no_visit(measured, client):
    district = DistrictFactory()

    assert client.post(f"/d/{district.slug}/bench/write/").status_code in (302, 404)


def test_the_wall_is_taken_down_for_the_benchmark_only(settings):
    with pytest.raises(ImproperlyConfigured):
        walled.Lowered(lambda request: None)


@pytest.mark.django_db
def test_without_the_wall_pages_are_read_by_the_owner_with_as_many_statements(
    settings, monkeypatch
):
    district = DistrictFactory()
    settings.BENCH = True
    monkeypatch.setattr(wall, "_set_local", wall._set_local)  # put back afterwards
    counted = []
    for lower in (False, True):
        if lower:
            with pytest.raises(MiddlewareNotUsed):
                walled.Lowered(lambda request: None)
        with CaptureQueriesContext(connection) as asked, wall.district_scope(district):
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_user")
                (user,) = cursor.fetchone()
        counted.append((user == wall.WALLED_ROLE, len(asked)))
    assert counted == [(True, counted[0][1]), (False, counted[0][1])]


def test_the_cost_of_the_wall_is_that_of_all_pages_together():
    found = walled.summed([("quick", 2.0, 1.0), ("slow", 107.0, 99.0)])
    assert (found.ratio, found.worst, found.worst_ratio) == (1.09, "quick", 2.0)
