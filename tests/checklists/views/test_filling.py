import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists import device
from checklists.models import Checklist, Rating, Window
from roles.capabilities import AccessLevel
from tests.factories.checklists import ItemFactory, form_with_items, lock, observed
from tests.factories.roles import SchoolFactory, UserFactory, member

pytestmark = pytest.mark.django_db
OWN_SCALE = {
    "label": "How far",
    "allow_na": False,
    "points": [{"value": n, "label": f"Step {n}", "anchor": f"Anchor {n}"} for n in range(10)],
}


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


def answer(item, value="", note="", **more):
    """What a page sends of an item; `more`: base, save, after, pick."""
    named = {"value": value, "note": note, **more}
    return {f"{name}-{item.pk}": said for name, said in named.items()}


def all_answers(items, value="2"):
    return {name: v for item in items for name, v in answer(item, value).items()}


def close(form):
    Window.objects.filter(pk=form.window_id).update(closed_at="2026-01-01T00:00Z")


def test_the_form_shows_each_item_with_its_answers_as_radio_buttons(rater, form, items):
    page = rater.get(url("fill", form)).content.decode()

    assert all(item.text in page for item in items)
    assert page.count('type="radio"') == 3 * 4
    assert "0 of 3 rated" in page


def test_a_tap_is_kept_and_the_reply_says_when_and_how_far(rater, form, items):
    zone = form.district.zone
    response = rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1"))

    rating = form.ratings.get()
    said = rating.saved_at.astimezone(zone).strftime("%-I:%M %p")
    assert response.json() == {"version": 1, "saved": said, "done": 1, "total": 3}
    assert rating.value == 1


def test_a_tap_that_comes_five_times_is_answered_alike(rater, form, items):
    data = answer(items[0], "1", base="0", save=str(uuid.uuid4()))

    replies = [rater.post(url("rate", form, item=items[0].pk), data).json() for _ in range(5)]

    assert replies == [replies[0]] * 5
    assert form.ratings.get().version == 1


def test_a_tap_over_an_answer_that_was_not_seen_brings_that_answer(rater, form, items):
    where = url("rate", form, item=items[0].pk)
    rater.post(where, answer(items[0], "1", "Two Fridays.", base="0"))

    response = rater.post(where, answer(items[0], "2", base="0"))

    assert response.status_code == 409
    there = response.json()["clash"]
    assert (there["value"], there["word"], there["note"], there["version"]) == (
        "1", "Partly in place", "Two Fridays.", 1,
    )  # fmt: skip
    assert form.ratings.get().value == 1


def test_a_tap_kept_for_somebody_else_is_not_taken(rater, form, items):
    other = device.drawers(UserFactory())[0].name
    mine = device.drawers(form.rater)[0].name
    where = url("rate", form, item=items[0].pk)

    assert rater.post(where, answer(items[0], "2") | {"drawer": other}).status_code == 403
    assert not form.ratings.exists()
    assert rater.post(where, answer(items[0], "2") | {"drawer": mine}).status_code == 200


@pytest.mark.parametrize("value", ["7", "-1", "²", "two", "22", "na2"])
def test_nonsense_is_refused_with_a_sentence(rater, form, items, value):
    response = rater.post(url("rate", form, item=items[0].pk), answer(items[0], value))

    assert response.status_code == 422
    assert response.json() == {"refusal": "This rating is not on the item's scale."}
    assert not form.ratings.exists()


@pytest.mark.parametrize("base", ["", "-1", "x", "9" * 30, "1"])
def test_a_version_that_makes_no_sense_writes_over_nothing(rater, form, items, base):
    where = url("rate", form, item=items[0].pk)
    rater.post(where, answer(items[0], "1"))
    rater.post(where, answer(items[0], "0", base="1"))

    assert rater.post(where, answer(items[0], "2", base=base, save="x")).status_code == 409


def test_a_scale_of_ten_points_shows_and_takes_them_all(rater, form, items):
    item = ItemFactory(
        district=form.district, template=form.template, scale="own", own_scale=OWN_SCALE
    )

    page = rater.get(url("fill", form)).content.decode()
    reply = rater.post(url("rate", form, item=item.pk), answer(item, "9"))

    assert all(f"Anchor {n}" in page for n in range(10))
    assert reply.json()["version"] == 1
    assert rater.post(url("rate", form, item=item.pk), answer(item, "na")).status_code == 422


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


def test_a_note_of_ten_thousand_characters_loses_neither_itself_nor_the_other_answers(
    rater, form, items
):
    typed = "long " * 1_999 + "end."
    data = all_answers(items) | answer(items[1], "2", typed)

    response = rater.post(url("fill", form), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert typed in page
    assert "at most 2,000 characters; this one has 9,999" in page
    assert f'aria-describedby="note-error-{items[1].pk} note-help-{items[1].pk}"' in page
    assert form.ratings.count() == 2


def test_an_answer_given_elsewhere_meanwhile_stands_beside_the_one_sent(rater, form, items):
    where = url("rate", form, item=items[0].pk)
    rater.post(where, answer(items[0], "1", "Two Fridays."))
    data = all_answers(items) | answer(items[0], "2", "All done.", base="0")

    response = rater.post(url("fill", form), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert all(text in page for text in ["Two Fridays.", "All done.", "choose which one stands"])
    assert f'name="pick-{items[0].pk}" value="mine:1"' in page
    assert form.ratings.count() == 3
    assert form.ratings.get(item=items[0]).value == 1


@pytest.mark.parametrize(("pick", "stands"), [("mine:1", 2), ("theirs:1", 1)])
def test_the_choice_between_two_answers_is_the_one_that_stands(rater, form, items, pick, stands):
    rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1"))
    data = all_answers(items) | answer(items[0], "2", base="0", pick=pick)

    assert rater.post(url("fill", form), data)["Location"] == url("review", form)
    assert form.ratings.get(item=items[0]).value == stands


def test_a_page_that_left_an_item_alone_does_not_empty_it(rater, form, items):
    rater.post(url("rate", form, item=items[0].pk), answer(items[0], "1", "Two Fridays."))

    response = rater.post(url("fill", form), answer(items[0], base="0"))

    assert response.status_code == 302
    assert form.ratings.get().note == "Two Fridays."


def test_a_choice_made_before_a_third_answer_is_asked_for_again(rater, form, items):
    where = url("rate", form, item=items[0].pk)
    rater.post(where, answer(items[0], "1"))
    rater.post(where, answer(items[0], "0", base="1"))

    for pick in ("mine:1", "theirs:1"):
        data = answer(items[0], "2", base="0", pick=pick)
        assert rater.post(url("fill", form), data).status_code == 409
    assert form.ratings.get().value == 0


def test_an_observer_is_told_whom_they_rate_and_sees_no_self_rating(client, form, items):
    rating = Rating.objects.create(
        district=form.district,
        checklist=form,
        item=items[0],
        value=1,
        note="Only I know this.",
        saved_at=timezone.now(),
    )
    observer = member(AccessLevel.DISTRICT_LEAD, at=form.district)
    other = observed(form, observer)
    client.force_login(observer)

    page = client.get(url("fill", other)).content.decode()
    review = client.get(url("review", other)).content.decode()

    assert f"You rate <b>{form.holder}</b> as observer." in page
    assert rating.note not in page + review
    assert "checked" not in page


def test_the_review_lists_what_is_unrated_and_what_is_low(rater, form, items):
    rater.post(url("fill", form), answer(items[0], "0"))

    page = rater.get(url("review", form)).content.decode()

    assert "Still to rate" in page
    assert "Not in place" in page
    assert "Submit checklist" not in page


def test_the_review_leads_to_an_item_that_does_not_apply_for_no_reason_given(rater, form, items):
    rater.post(url("fill", form), all_answers(items) | answer(items[1], "na"))

    page = rater.get(url("review", form)).content.decode()
    refused = rater.post(url("submit", form))

    assert "N/A without a reason" in page
    assert "Give the reason for item 2" in page
    assert "Submit checklist" not in page
    assert refused.status_code == 422
    assert "1 item is N/A without a reason." in refused.content.decode()


def test_submitting_too_early_is_refused_with_the_list(rater, form):
    response = rater.post(url("submit", form))

    assert response.status_code == 422
    assert "3 items have no rating yet." in response.content.decode()


def test_submitting_twice_leads_to_the_result_twice(rater, form, items):
    rater.post(url("fill", form), all_answers(items))

    places = [rater.post(url("submit", form))["Location"] for _ in range(2)]

    assert places == [url("result", form)] * 2


def test_a_submitted_form_shows_score_band_and_next_steps(rater, form, items):
    rater.post(url("fill", form), all_answers(items) | answer(items[2], "0"))

    response = rater.post(url("submit", form), follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [(url("result", form), 302)]
    assert "67<i>%</i>" in page
    assert "Developing" in page
    assert "Your next step" in page


def set_aside(form):
    Checklist.objects.filter(pk=form.pk).update(withdrawn_at=timezone.now())


@pytest.mark.parametrize(
    ("shut", "words"), [(lock, "locked"), (close, "closed"), (set_aside, "changed hands")]
)
def test_a_form_that_is_shut_takes_no_answers_and_says_so(rater, form, items, shut, words):
    shut(form)

    tap = rater.post(url("rate", form, item=items[0].pk), answer(items[0], "2", "All done."))
    page = rater.post(url("fill", form), all_answers(items) | answer(items[0], "2", "All done."))

    assert (tap.status_code, page.status_code) == (409, 409)
    assert words in tap.json()["shut"]
    assert words in page.content.decode()
    assert "with the note “All done.”" in page.content.decode()
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


def test_a_neighbour_who_sees_progress_does_not_read_a_result(client, form):
    lock(form)
    client.force_login(member(AccessLevel.SITE_LEADER, at=form.school))

    assert client.get(url("result", form)).status_code == 404


def test_the_holder_reads_an_observers_rating_only_after_the_own(rater, form):
    other = lock(observed(form, UserFactory()))

    assert rater.get(url("result", other)).status_code == 404
    lock(form)
    assert rater.get(url("result", other)).status_code == 200


@pytest.mark.parametrize(("name", "most"), [("fill", 23), ("review", 20)])
def test_the_number_of_queries_does_not_grow_with_the_items(
    client, school, name, most, django_assert_max_num_queries
):
    counts = []
    for number in (1, 4):
        holder = member(AccessLevel.SITE_LEADER, at=school)
        form = form_with_items(number, district=school.district, school=school, holder=holder)
        client.force_login(holder)
        with django_assert_max_num_queries(most) as queries:
            client.get(url(name, form))
        counts.append(len(queries))
    assert counts[0] == counts[1]
