import datetime as dt

import pytest
from django.urls import reverse

from checklists.models import Checklist, RaterKind
from roles.capabilities import AccessLevel
from tests.checklists.pairs import pair_at
from tests.factories.checklists import lock, year_of
from tests.factories.roles import SchoolFactory, member

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def school():
    school = SchoolFactory()
    year_of(school.district)
    return school


@pytest.fixture
def pair(school):
    return pair_at(school)


@pytest.fixture
def own(pair):
    return pair[0]


@pytest.fixture
def holder(client, own):
    client.force_login(own.rater)
    return client


@pytest.fixture
def agreed(holder, own):
    holder.post(url("agree-begin", own))
    return Checklist.objects.get(rater_kind=RaterKind.AGREED)


@pytest.fixture
def items(own):
    return list(own.template.items.all())


def url(name, form, **more):
    kwargs = {"district": form.district.slug, "pk": form.pk, **more}
    return reverse(f"checklists:{name}", kwargs=kwargs)


def picked(items, value="2", base=0):
    return {key: v for i in items for key, v in pick(i, value, base).items()}


def pick(item, value, base=0):
    return {f"value-{item.pk}": value, f"base-{item.pk}": str(base)}


def planned(form, number=1, **changed):
    given = {
        "text": "Set the cover list.",
        "owner": form.holder.pk,
        "due_on": form.district.today() + dt.timedelta(7),
        **changed,
    }
    return {f"action{number}-{name}": value for name, value in given.items()}


def test_the_comparison_puts_the_widest_difference_first_and_says_talk_first(holder, own, items):
    page = holder.get(url("compare", own)).content.decode()

    assert page.index(items[2].text) < page.index(items[1].text) < page.index(items[0].text)
    assert page.count("Talk first") == 1
    assert "33<i>%</i>" in page
    assert "The target is 80%: not reached yet." in page
    assert own.template.banner in page


def test_not_applicable_against_a_rating_is_said_to_be_a_difference(client, school):
    own, _ = pair_at(school, own=(2, 1, None, 2), other=(2, 2, 2, 2))
    client.force_login(own.rater)

    page = client.get(url("compare", own)).content.decode()

    assert "N/A against a rating" in page
    assert "50<i>%</i>" in page


@pytest.mark.parametrize("mine", [0, 1])
def test_who_submitted_first_is_not_shown_a_comparison(client, school, mine):
    forms = pair_at(school, both_in=False)
    lock(forms[mine])
    client.force_login(forms[mine].rater)

    assert client.get(url("compare", forms[mine]))["Location"] == url("result", forms[mine])
    assert client.get(url("compare", forms[1 - mine])).status_code == 404


def test_a_lead_compares_and_cannot_agree(client, own, agreed):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=own.district))

    page = client.get(url("compare", own)).content.decode()

    assert "Talk first" in page
    assert "Agree on the rating" not in page
    assert client.get(url("agree", agreed)).status_code == 404
    assert client.post(url("agree", agreed), {"close": ""}).status_code == 404


def test_a_pick_is_saved_as_it_is_made(holder, agreed, items):
    response = holder.post(
        url("agree-item", agreed, item=items[1].pk), pick(items[1], "1"), headers=HTMX
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "1 of 3 items are still to agree on" in page
    assert agreed.ratings.get(item=items[1]).value == 1


def test_the_later_of_two_picks_sees_the_other_and_can_then_decide(holder, agreed, items):
    address = url("agree-item", agreed, item=items[1].pk)
    holder.post(address, pick(items[1], "1"), headers=HTMX)

    late = holder.post(address, pick(items[1], "2"), headers=HTMX)

    assert late.status_code == 409
    assert "Yours: In place. Kept now: Partly in place." in late.content.decode()
    assert f'name="base-{items[1].pk}" value="1"' in late.content.decode()
    assert holder.post(address, pick(items[1], "2", 1), headers=HTMX).status_code == 200
    assert agreed.ratings.get(item=items[1]).value == 2


def test_without_a_script_the_whole_page_is_saved(holder, agreed, items):
    response = holder.post(url("agree", agreed), picked(items[1:]) | {"save": ""})

    assert response["Location"] == url("agree", agreed)
    assert list(agreed.ratings.values_list("value", flat=True)) == [2, 2, 2]


def test_saving_without_closing_keeps_a_typed_action_on_the_page(holder, own, agreed, items):
    data = picked(items[1:]) | planned(own) | {"save": ""}

    assert "Set the cover list." in holder.post(url("agree", agreed), data).content.decode()


def test_closing_leads_to_the_agreed_rating_which_is_read_only(holder, own, agreed, items):
    data = picked(items[1:]) | planned(own) | {"close": ""}

    page = holder.post(url("agree", agreed), data, follow=True).content.decode()

    agreed.refresh_from_db()
    assert agreed.is_submitted
    assert "Agreed: " in page
    assert "Set the cover list." in page
    again = holder.post(url("agree-item", agreed, item=items[0].pk), pick(items[0], "0", 1))
    assert again.status_code == 409
    assert holder.get(url("agree", agreed))["Location"] == url("compare", agreed)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"action1-text": "", "action1-owner": "", "action1-due_on": ""}, "Plan at least one"),
        ({"action1-owner": ""}, "An action needs this too."),
        ({"action1-due_on": "2020-01-01"}, "today or later"),
    ],
)
def test_closing_without_a_whole_action_is_refused_and_loses_nothing(
    holder, own, agreed, items, wrong, sentence
):
    data = picked(items[1:]) | planned(own) | planned(own, 2, text="Second one") | {"close": ""}
    if not wrong.get("action1-text", "x"):
        data = picked(items[1:]) | {"close": ""}

    response = holder.post(url("agree", agreed), data | wrong)

    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert "Second one" in page or "action1-text" in wrong
    assert agreed.ratings.count() == 3


def test_closing_with_an_open_item_is_refused_and_keeps_the_action(holder, own, agreed, items):
    response = holder.post(url("agree", agreed), pick(items[1], "2") | planned(own) | {"close": ""})

    assert response.status_code == 422
    page = response.content.decode()
    assert "1 item is not agreed on yet." in page
    assert "Set the cover list." in page
    agreed.refresh_from_db()
    assert not agreed.is_submitted


def test_the_start_page_lists_what_waits_to_be_compared_until_it_is_closed(holder, own, agreed):
    index = reverse("checklists:index", args=[own.district.slug])

    assert "To compare and agree on" in holder.get(index).content.decode()
    lock(agreed)
    assert "To compare and agree on" not in holder.get(index).content.decode()


@pytest.mark.parametrize("name", ["compare", "agree"])
def test_the_number_of_queries_does_not_grow_with_the_items(
    client, school, name, django_assert_max_num_queries
):
    counts = []
    for number in (2, 6):
        own, _ = pair_at(school, own=(1,) * number, other=(2,) * number)
        client.force_login(own.rater)
        client.post(url("agree-begin", own))
        with django_assert_max_num_queries(30) as queries:
            assert client.get(url(name, own)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
