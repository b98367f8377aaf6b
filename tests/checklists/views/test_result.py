"""Right after submitting: the own trend, two next steps, the resources, and what comes next."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checklists.models import Checklist, RaterKind
from roles.capabilities import AccessLevel
from tests.factories.checklists import (
    ChecklistFactory,
    ItemEvidenceFactory,
    ItemFactory,
    RatingFactory,
    TemplateFactory,
    WindowFactory,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roles import (
    DutyFactory,
    RenderingFactory,
    SchoolFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def holder(school):
    return member(AccessLevel.SITE_LEADER, at=school)


@pytest.fixture
def form(school, holder):
    window = WindowFactory(district=school.district, label="November checklist")
    return form_with_items(
        3, ratings=[2, 0, 1], district=school.district, school=school, holder=holder, window=window
    )


def address(form):
    return reverse("checklists:result", kwargs={"district": form.district.slug, "pk": form.pk})


def result(client, form, who=None):
    client.force_login(who or form.holder)
    return client.get(address(form))


def earlier(form, days, score, *, label, kind=RaterKind.SELF, ratings=(), window=None, **fields):
    """A submitted form of the same position, in a window so many days before."""
    opens = form.window.opens_on - dt.timedelta(days)
    window = window or WindowFactory(
        district=form.district, label=label, opens_on=opens, closes_on=opens + dt.timedelta(9),
        closed_at=timezone.now(),
    )  # fmt: skip
    made = ChecklistFactory(
        **{
            "district": form.district, "window": window, "template": form.template,
            "position": form.position, "school": form.school, "holder": form.holder,
            "rater_kind": kind, "rater": form.holder, **fields,
        }
    )  # fmt: skip
    for item, value in zip(form.template.items.all(), ratings, strict=False):
        RatingFactory(district=form.district, checklist=made, item=item, value=value)
    return lock(made, score=score, band="developing")


def unlocked(form):
    Checklist.objects.filter(pk=form.pk).update(
        submitted_at=None, score=None, coverage=None, band=""
    )


def test_the_trend_takes_the_agreed_rating_else_the_observers_else_the_own(client, form):
    earlier(form, 60, 50, label="September")
    seen = earlier(form, 30, 60, label="October")
    by_observer = {"label": "", "kind": RaterKind.OBSERVER, "rater": UserFactory()}
    earlier(form, 30, 66, window=seen.window, **by_observer)
    both = earlier(form, 15, 70, label="Early November")
    earlier(form, 0, 76, label="", kind=RaterKind.AGREED, window=both.window)
    earlier(form, 0, 72, window=both.window, **by_observer)
    lock(form, score=80)

    trend = result(client, form).context["trend"]

    assert [(row.score, row.rated) for row in trend.rows] == [
        (50, "self rating"),
        (66, "observer rating"),
        (76, "agreed rating"),
        (80, "self rating"),
    ]
    assert trend.change == 4


def test_another_holders_windows_and_later_ones_are_no_part_of_the_trend(client, form):
    earlier(form, 30, 10, label="September", holder=UserFactory(), rater=UserFactory())
    earlier(form, -30, 20, label="December")
    lock(form)

    trend = result(client, form).context["trend"]

    assert [row.score for row in trend.rows] == [80]
    assert not trend.is_a_line


def test_a_window_with_too_few_ratings_is_in_the_table_and_not_in_the_line(client, form):
    earlier(form, 60, 50, label="September")
    earlier(form, 30, None, label="October")
    lock(form)

    shown = result(client, form)

    trend = shown.context["trend"]
    assert (trend.scores, len(trend.rows), trend.change) == ([50, 80], 3, None)
    assert "September 50%, self rating; November checklist 80%" in shown.content.decode()


def test_next_steps_name_what_shows_them_their_duty_and_how_they_were_before(client, form):
    duty = DutyFactory(district=form.district, text="Finds cover for absent tutors.")
    items = list(form.template.items.all())
    items[1].duty, items[1].evidence = duty, "Cover list"
    items[1].save()
    earlier(form, 30, 50, label="October", ratings=[2, 1, 2])
    lock(form)

    shown = result(client, form)

    page = shown.content.decode()
    assert [line.item for line in shown.context["sheet"].next_steps] == items[1:]
    assert "Your two next steps" in page
    assert "Cover list." in page
    assert "Finds cover for absent tutors." in page
    assert shown.context["before"] == {items[1].key: "Partly in place", items[2].key: "In place"}


def test_a_step_is_followed_through_a_new_version_by_its_key(client, form):
    items = list(form.template.items.all())
    old = TemplateFactory(
        district=form.district, role=form.template.role, number=0, status="superseded"
    )
    reworded = ItemFactory(district=form.district, template=old, key=items[1].key, text="Before.")
    before = earlier(form, 30, 50, label="October", template=old)
    Checklist.objects.filter(pk=before.pk).update(
        submitted_at=None, score=None, coverage=None, band=""
    )
    RatingFactory(district=form.district, checklist=before, item=reworded, value=1)
    lock(before, score=50, band="developing")
    lock(form)

    assert result(client, form).context["before"] == {items[1].key: "Partly in place"}


def test_the_rule_names_the_thresholds_of_the_checklist(client, form):
    form.template.on_track_from, form.template.developing_from = 90, 70
    form.template.save()
    lock(form)

    page = result(client, form).content.decode()

    assert "90% and more is on track, 70% and more is developing" in page


def test_the_resources_of_the_role_are_linked(client, form):
    version = VersionFactory(
        district=form.district, job_description__role=form.position.role, published=True
    )
    RenderingFactory(district=form.district, version=version, status="done")
    lock(form)

    page = result(client, form).content.decode()

    slug = form.district.slug
    assert reverse("roles:version", args=[slug, version.pk]) in page
    assert reverse("roles:version-pdf", args=[slug, version.pk]) in page
    assert reverse("roles:my-role", args=[slug]) in page
    assert reverse("checklists:practice", args=[slug]) in page


def compare_address(form):
    return reverse("checklists:compare", kwargs={"district": form.district.slug, "pk": form.pk})


def test_that_there_is_an_observer_is_said_and_nothing_else_of_it(client, form):
    theirs = observed(form, member(AccessLevel.SITE_LEADER, at=form.school))
    lock(form)
    waiting = result(client, form).content.decode()

    assert "An observer rates the same items." in waiting
    assert compare_address(form) not in waiting
    assert str(theirs.rater) not in waiting


def test_before_the_own_rating_is_in_the_observer_reads_nothing_of_it(client, form):
    theirs = lock(observed(form, member(AccessLevel.SITE_LEADER, at=form.school)), score=11)

    page = result(client, theirs, theirs.rater).content.decode()

    assert "rates the same items. When both are in" in page
    assert compare_address(theirs) not in page
    assert result(client, form, theirs.rater).status_code == 404


def test_once_both_are_in_the_way_leads_to_comparing(client, form):
    theirs = lock(observed(form, member(AccessLevel.SITE_LEADER, at=form.school)))
    lock(form)

    for each, who in ((form, form.holder), (theirs, theirs.rater)):
        assert compare_address(each) in result(client, each, who).content.decode()


def test_the_next_window_is_announced(client, form):
    WindowFactory(district=form.district, label="Winter checklist", planned=True)
    lock(form)

    assert "The next window, Winter checklist, opens on" in result(client, form).content.decode()


def test_a_form_set_aside_says_why_and_is_read_only(client, form):
    Checklist.objects.filter(pk=form.pk).update(withdrawn_at=timezone.now())

    page = result(client, form).content.decode()

    assert "The position changed hands" in page
    assert "What happens next" not in page
    assert "Action number" in page


def test_an_own_scale_speaks_its_own_words(client, form):
    points = [
        {"value": n, "label": word, "anchor": "."} for n, word in enumerate(["Never", "Always"])
    ]
    item = ItemFactory(
        district=form.district, template=form.template, scale="own_1", order=31_000,
        own_scale={"label": "How often", "allow_na": False, "points": points},
    )  # fmt: skip
    RatingFactory(district=form.district, checklist=form, item=item, value=0)
    lock(form)

    assert "Never" in result(client, form).content.decode()


def test_the_manager_reads_of_the_holder_in_the_third_person(client, form):
    lock(form)

    page = result(
        client, form, member(AccessLevel.DISTRICT_LEAD, at=form.district)
    ).content.decode()

    assert "Two next steps" in page
    assert "Your trend" not in page
    assert (
        reverse("roles:my-role", args=[form.district.slug]) + '"' not in page.split("Resources")[1]
    )


def test_the_page_costs_the_same_at_any_length(client, form):
    there = address(form)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(there).status_code == 200
        return len(queries)

    earlier(form, 90, 50, label="W", ratings=[1, 1, 1])
    lock(form)
    result(client, form)
    few = cost()
    for n in range(4):
        earlier(form, 10 * n + 10, 50, label=f"W{n}", ratings=[1, 1, 1])
    unlocked(form)
    for item in ItemFactory.create_batch(4, district=form.district, template=form.template):
        RatingFactory(district=form.district, checklist=form, item=item, value=0)
        ItemEvidenceFactory(district=form.district, checklist=form, item=item)
    lock(form)

    assert cost() == few
