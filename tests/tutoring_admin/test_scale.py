import datetime as dt
import itertools
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import F

from checklists import scoring
from checklists.models import Checklist, Rating, Window
from roadmap.models import Milestone
from roles.models import Assignment, District, JobDescriptionVersion, Membership, Position, User
from selfassessment.models import Round

NOVEMBER = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
SCHOOLS, AT_A_SCHOOL = 5, 5
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(NOVEMBER, tick=False):
        yield


def seed(**options):
    call_command("seed_scale", schools=SCHOOLS, stdout=StringIO(), **options)
    return District.objects.get(slug=options.get("slug") or f"scale-{SCHOOLS}")


def test_a_seat_is_made_for_each_role_at_each_school_and_nearly_all_are_held():
    district = seed(windows=1)

    at_schools = Position.objects.filter(district=district, school__isnull=False)
    held = Assignment.objects.filter(district=district).in_force(district.today())
    assert at_schools.count() == SCHOOLS * AT_A_SCHOOL
    assert at_schools.filter(role__key="TUTOR_COACH").count() == SCHOOLS * 2
    vacant = Position.objects.filter(district=district).exclude(pk__in=held.values("position"))
    assert vacant.count() == 1
    assert held.values("holder").distinct().count() == held.count()
    assert Membership.objects.filter(district=district).count() == held.count()


def test_the_windows_follow_each_other_and_only_the_last_is_open():
    district = seed(windows=3)

    windows = list(Window.objects.filter(district=district).order_by("opens_on"))
    assert len(windows) == 3
    assert all(a.closes_on < b.opens_on for a, b in itertools.pairwise(windows))
    assert [bool(window.closed_at) for window in windows] == [True, True, False]
    assert windows[0].opens_on >= windows[0].school_year.first_student_day


def test_every_submitted_form_has_the_score_that_its_own_ratings_come_to():
    district = seed(windows=2)

    forms = Checklist.objects.filter(district=district).submitted()
    results = set()
    for form in forms.prefetch_related("ratings__item"):
        result = scoring.score(rating.answer(rating.item) for rating in form.ratings.all())
        assert (form.score, form.coverage, form.band) == (
            result.score,
            result.coverage,
            result.band,
        )
        results.add(form.score)
    assert len(results) > 5
    assert not Rating.objects.filter(district=district, saved_at__gt=NOVEMBER).exists()


def test_each_window_has_a_self_form_for_every_holder_whose_role_has_a_checklist():
    district = seed(windows=2)

    for window in Window.objects.filter(district=district):
        forms = Checklist.objects.filter(window=window).self_rated()
        sites = forms.filter(position__role__key="SITE_LEAD")
        assert sites.count() == Assignment.objects.filter(position__role__key="SITE_LEAD").count()
        assert not forms.exclude(rater=F("holder")).exists()


def test_there_is_a_roadmap_a_round_and_published_job_descriptions():
    district = seed(windows=1)

    milestones = Milestone.objects.filter(district=district)
    assert milestones.filter(school=None).count() > 40
    assert milestones.filter(school__isnull=False).count() == SCHOOLS * 2
    assert Round.objects.filter(district=district).open().count() == 1
    published = JobDescriptionVersion.objects.filter(district=district).published()
    assert published.filter(job_description__role__key="SITE_LEAD").exists()


def test_only_the_demo_gives_two_of_them_a_password(settings):
    settings.DEMO = False
    seed(windows=1, slug="without")
    settings.DEMO = True
    seed(windows=1, slug="with")

    known = [user.email for user in User.objects.all() if user.check_password("tutoring-demo")]
    assert sorted(known) == ["champion@with.example", "pm@with.example"]


def test_a_district_of_that_name_is_never_touched():
    seed(windows=1)
    before = Position.objects.count()

    with pytest.raises(CommandError, match="already"):
        seed(windows=1)

    assert Position.objects.count() == before


@pytest.mark.parametrize("options", [{"windows": 0}, {"windows": 40}, {"slug": "no/slug"}])
def test_what_cannot_be_made_is_refused_and_leaves_nothing(options):
    with pytest.raises(CommandError):
        seed(**options)

    assert not District.objects.exists()
