"""What the settings take from the environment, and what they do when it is not there."""

import sys

import pytest

from tests.production.conftest import COMPOSE, FILLED_IN, run
from tests.production.test_compose import OF_COMPOSE_ALONE, OF_GUNICORN, VARIABLE

GIVEN = {
    **FILLED_IN,
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "REDIS_URL": "redis://localhost",
    "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.production",
}
DEBUG = "from django.conf import settings; print(settings.DEBUG, settings.DEMO)"


def test_the_example_lists_every_variable_and_no_other(in_example, read_by_settings):
    used = set(VARIABLE.findall(COMPOSE.read_text()))

    assert in_example == read_by_settings | used
    assert used - read_by_settings == OF_COMPOSE_ALONE | OF_GUNICORN


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_value_stops_the_start_and_is_named(name):
    without = {key: value for key, value in GIVEN.items() if key != name}

    refused = run([sys.executable, "manage.py", "check"], **without)

    assert refused.returncode != 0
    assert name in refused.stderr


def test_debug_and_demo_are_off_unless_somebody_turns_them_on():
    assert run([sys.executable, "-c", DEBUG], **GIVEN).stdout.split() == ["False", "False"]


@pytest.mark.parametrize("module", ["tutoring_admin.wsgi", "tutoring_admin.celery"])
def test_where_nobody_names_settings_they_are_those_of_production(module):
    asked = f"import {module}; from django.conf import settings; print(settings.SETTINGS_MODULE)"
    without = {key: value for key, value in GIVEN.items() if key != "DJANGO_SETTINGS_MODULE"}

    said = run([sys.executable, "-c", asked], **without)

    assert said.stdout.split() == ["tutoring_admin.settings.production"]


def test_the_demo_refuses_an_address_that_others_can_reach():
    demo = {**GIVEN, "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.demo", "HOST": "0.0.0.0"}  # noqa: S104 -- to see it refused

    refused = run([sys.executable, "-c", DEBUG], **demo)

    assert refused.returncode != 0
    assert "0.0.0.0 is refused" in refused.stderr
