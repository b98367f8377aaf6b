"""The frame around each page."""

import pytest
from django.template.loader import get_template
from django.urls import reverse

from roles.templatetags.ui import icon
from tutoring_admin.shell import ACCOUNT_PLACES, ENTRIES, page_of


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.label)
def test_each_navigation_entry_leads_to_a_page_that_says_whom_it_lets_in(entry):
    url, needs = page_of(entry.view_name, "maple-valley")

    assert url.startswith("/d/maple-valley/")
    assert needs is not None


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.label)
def test_each_navigation_entry_has_a_drawing_and_marks_its_own_page(entry):
    assert "<svg" in icon(entry.icon)
    assert entry.view_name.startswith(entry.marks)


def test_four_places_and_more_fit_the_bar_of_a_phone():
    assert sum(entry.on_phone for entry in ENTRIES) == 4


def test_a_page_that_does_not_exist_is_left_out_rather_than_broken():
    assert page_of("roles:no-such-page", "maple-valley") == ("", None)


@pytest.mark.parametrize("view_name", [place[1] for place in ACCOUNT_PLACES])
def test_each_account_page_exists(view_name):
    assert reverse(view_name)


def test_the_page_for_our_own_failure_needs_no_context_at_all():
    page = get_template("500.html").render()

    assert "Something broke on our side" in page
    assert 'href="/"' in page
