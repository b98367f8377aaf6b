import re

import pytest
from django.urls import reverse

from checklists.models import Rating, Window
from roles.capabilities import AccessLevel
from tests.factories.checklists import ItemFactory, form_with_items, lock, observed
from tests.factories.roles import SchoolFactory, UserFactory, member

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def form(school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    return form_with_items(3, district=school.district, school=school, holder=holder)


@pytest.fixture
def items(form):
    return list(form.template.items.all())


@pytest.fixture
def rater(client, form):
    client.force_login(form.rater)
    return client


def url(name, form, **more):
    return reverse(
        f"checklists:{name}", kwargs={"district": form.district.slug, "pk": form.pk, **more}
    )


def answer(item, value="", note=""):
    return {f"value-{item.pk}": value, f"note-{item.pk}": note}


def all_answers(items, value="2"):
    return {name: v for item in items for name, v in answer(item, value).items()}


def close(form):
    Window.objects.filter(pk=form.window_id).update(closed_at="2026-01-01T00:00Z")


def test_the_form_shows_each_item_with_its_answers_as_radio_buttons(rater, form, items):
    page = rater.get(url("fill", form)).content.decode()

    assert all(item.text in page for item in items)
    assert page.count('type="radio"') == 3 * 4
    assert "0 of 3 rated" in page


def test_a_tap_is_kept_and_the_progress_comes_back(rater, form, items):
    response = rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1"), headers=HTMX)

    page = response.content.decode()
    assert "1 of 3 rated" in page
    assert f'id="state-{items[0].pk}" hx-swap-oob="true"' in page
    assert form.ratings.get().value == 1


def test_a_tap_without_htmx_leads_back_to_the_form(rater, form, items):
    response = rater.post(url("rate", form, item=items[0].pk), answer(items[0], "na"))

    assert response["Location"] == url("fill", form)
    assert form.ratings.get().not_applicable


@pytest.mark.parametrize("value", ["7", "-1", "²", "two", "22", "na2"])
def test_nonsense_is_refused_with_a_sentence(rater, form, items, value):
    response = rater.post(
        url("rate", form, item=items[0].pk), answer(items[0], value), headers=HTMX
    )

    assert response.status_code == 422
    assert response.content.decode() == "This rating is not on the item's scale."
    assert not form.ratings.exists()


def test_markup_in_a_note_comes_back_as_text(rater, form, items):
    rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1", "<b>late</b>"))

    assert "&lt;b&gt;late&lt;/b&gt;" in rater.get(url("fill", form)).content.decode()


def test_an_item_of_another_form_is_not_found(rater, form):
    stray = ItemFactory(district=form.district)

    assert rater.post(url("rate", form, item=stray.pk), answer(stray, "2")).status_code == 404


def test_someone_elses_form_is_not_found(client, form):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=form.district))

    assert client.get(url("fill", form)).status_code == 404
    assert client.post(url("submit", form)).status_code == 404


def test_the_whole_page_saves_all_answers_at_once(rater, form, items):
    response = rater.post(url("fill", form), all_answers(items))

    assert response["Location"] == url("review", form)
    assert list(form.ratings.values_list("value", flat=True)) == [2, 2, 2]


def test_the_whole_page_leaves_unchanged_answers_alone(rater, form, items):
    rater.post(url("fill", form), all_answers(items))
    before = list(Rating.objects.values_list("saved_at", flat=True))

    rater.post(url("fill", form), all_answers(items))

    assert list(Rating.objects.values_list("saved_at", flat=True)) == before


def test_one_refused_answer_loses_neither_the_others_nor_what_was_typed(rater, form, items):
    typed = "long " * 500
    data = all_answers(items) | answer(items[1], "2", typed)

    response = rater.post(url("fill", form), data)

    assert response.status_code == 422
    assert typed in response.content.decode()
    assert form.ratings.count() == 2


def test_the_review_lists_what_is_unrated_and_what_is_low(rater, form, items):
    rater.post(url("fill", form), answer(items[0], "0"))

    page = rater.get(url("review", form)).content.decode()

    assert "Still to rate" in page
    assert "Not in place" in page
    assert "Submit checklist" not in page


def test_submitting_too_early_is_refused_with_the_list(rater, form):
    response = rater.post(url("submit", form))

    assert response.status_code == 422
    assert "3 items have no rating yet." in response.content.decode()


def test_a_submitted_form_shows_score_band_and_next_steps(rater, form, items):
    rater.post(url("fill", form), all_answers(items) | answer(items[2], "0"))

    response = rater.post(url("submit", form), follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [(url("result", form), 302)]
    assert "67<i>%</i>" in page
    assert "Developing" in page
    assert "Your next step" in page


@pytest.mark.parametrize("shut", [lock, close])
def test_a_form_that_is_shut_takes_no_answers_and_says_so(rater, form, items, shut):
    shut(form)

    tap = rater.post(url("rate", form, item=items[0].pk), answer(items[0], "2"), headers=HTMX)
    page = rater.post(url("fill", form), all_answers(items))

    assert (tap.status_code, page.status_code) == (409, 409)
    assert re.search("locked|closed", tap.content.decode())
    assert not form.ratings.exists()


def test_opening_a_submitted_form_leads_to_its_result(rater, form):
    lock(form)

    assert rater.get(url("fill", form))["Location"] == url("result", form)
    assert rater.get(url("review", form))["Location"] == url("result", form)


def test_a_form_left_unfinished_can_still_be_read_after_the_window(rater, form, items):
    rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1"))
    close(form)

    page = rater.get(url("result", form)).content.decode()

    assert "counts as not submitted" in page
    assert "Partly in place" in page


def test_the_result_shows_the_trend_of_the_own_position(rater, form):
    earlier = form_with_items(
        1,
        ratings=[2],
        district=form.district,
        school=form.school,
        holder=form.holder,
        template=form.template,
        position=form.position,
    )
    Window.objects.filter(pk=earlier.window_id).update(opens_on="2020-01-01")
    lock(earlier, score=60, band="developing")
    lock(form, score=90)

    assert "from 60% to 90%" in rater.get(url("result", form)).content.decode()


def test_a_neighbour_who_sees_progress_does_not_read_a_result(client, form):
    lock(form)
    client.force_login(member(AccessLevel.SITE_LEADER, at=form.school))

    assert client.get(url("result", form)).status_code == 404


def test_the_holder_reads_an_observers_rating_only_after_the_own(rater, form):
    other = lock(observed(form, UserFactory()))

    assert rater.get(url("result", other)).status_code == 404
    lock(form)
    assert rater.get(url("result", other)).status_code == 200


@pytest.mark.parametrize("name", ["fill", "review"])
def test_the_number_of_queries_does_not_grow_with_the_items(
    client, school, name, django_assert_max_num_queries
):
    counts = []
    for number in (1, 4):
        holder = member(AccessLevel.SITE_LEADER, at=school)
        form = form_with_items(number, district=school.district, school=school, holder=holder)
        client.force_login(holder)
        with django_assert_max_num_queries(20) as queries:
            client.get(url(name, form))
        counts.append(len(queries))
    assert counts[0] == counts[1]
