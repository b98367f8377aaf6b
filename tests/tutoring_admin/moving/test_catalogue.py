"""What goes with a district is all that has one; what stays behind is named with a reason."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from roles.notices import sources
from tutoring_admin.systems.moving.catalogue import (
    COLUMNS_LEFT_OUT,
    LEFT_OUT,
    NO_SECRETS,
    SECRET_NAMES,
    our_models,
    tables,
)
from tutoring_admin.systems.moving.plain import PLAIN
from tutoring_admin.systems.moving.spelled import INSIDE, SPELLED, SUBJECTS

IN_NO_DISTRICT = {"roles.User_groups", "roles.User_user_permissions"}


def columns():
    return [column for table in tables() for column in table.columns]


def test_every_model_goes_with_its_district_or_is_left_out_for_a_reason():
    there = {table.label for table in tables()} | set(LEFT_OUT) | IN_NO_DISTRICT

    assert {model._meta.label for model in our_models()} - there == set()


def test_what_is_left_out_exists_and_nothing_is_both():
    known = {model._meta.label for model in our_models()}

    assert set(LEFT_OUT) <= known
    assert set(LEFT_OUT) & {table.label for table in tables()} == set()
    assert set(COLUMNS_LEFT_OUT) <= {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_concrete_fields
    }
    assert all(LEFT_OUT.values())


def test_a_column_that_sounds_like_a_secret_stays_behind():
    texts = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    loud = {
        column.label
        for column in columns()
        if isinstance(column.field, texts) and any(word in column.name for word in SECRET_NAMES)
    }

    assert loud - NO_SECRETS == set()


def test_every_column_of_json_is_known_to_hold_keys_or_none():
    found = {column.label for column in columns() if column.is_json}

    assert found - set(INSIDE) - PLAIN == set()
    assert (set(INSIDE) | PLAIN) - found == set()
    assert set(SPELLED) <= {column.label for column in columns()}


def test_every_number_that_may_be_a_key_is_spelled():
    found = {
        column.label
        for column in columns()
        if isinstance(column.field, models.BigIntegerField) and not column.field.primary_key
    }

    assert found - set(SPELLED) == {"checklists.ObserverDraw.keys_moved"}


def test_whatever_is_told_of_has_a_word_whose_keys_are_known():
    assert set(sources()) - set(SUBJECTS) == set()


def test_keys_to_what_stays_behind_may_be_empty():
    stuck = {
        column.label for column in columns() if column.target in LEFT_OUT and not column.field.null
    }

    assert stuck == set()


def test_every_other_row_that_is_pointed_at_comes_along():
    there = {table.label for table in tables()} | set(LEFT_OUT)

    assert {c.target for c in columns() if c.target} - there == set()


def test_a_list_in_a_column_is_a_list_of_words():
    lists = {c.label for c in columns() if isinstance(c.field, ArrayField)}

    assert lists == set()
