"""S02: a form that is posted with every field of every model stores what it declares, and no more.

Each page that takes a form is posted twice from the same state: as its case in the reach table
does, and again with all names of all our model fields added, save those that the page's own forms
declare. The database must not be told to write anything else than before.
"""

import re
from collections import Counter

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from roles.capabilities import CATALOGUE, AccessLevel
from tests.attacks.doors import address, data_of
from tests.factories.roles import SchoolFactory, SchoolYearFactory, member_near
from tests.guards.test_architecture import FLOORS
from tests.guards.test_reach import CASES, KNOWN, PAGES

pytestmark = pytest.mark.django_db
PARTS = 4
POSTS = [door for door in KNOWN if door.startswith("POST ")]
WRITES = ("INSERT", "UPDATE", "DELETE")
# What differs between two runs of the same: times, numbers of rows, keys, sealed and random words.
TIME = re.compile(r"'\d{4}-\d\d-\d\d[T ][^']*'|\d{4}-\d\d-\d\dT[\d:.+Z-]+")
VARIES = re.compile(r"\[sealed:[^\]]*\]|'\\x[0-9a-f]*'|[A-Za-z0-9+/_=-]{32,}|\b[0-9a-f]{8,}\b|\d+")
SESSIONS = ("django_session", "usersessions_usersession")
# Names that a view reads without a form, and what for.
READ_BY_VIEWS = {
    "act": "which of the buttons of a page was pressed",
    "key": "which entry of a fixed list",
    "next": "an address of our own to return to; others are refused",
    "note": "one line of text, read beside the buttons",
    "text": "one line of text, read beside the buttons",
    "version": "what the person saw when they began",
}


class UndoneError(Exception):
    """Takes back what a post has done."""


def poison(field, there):
    """A value that the field could hold."""
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    if field.is_relation:
        kinds = {"roles.District": there.district_id, "roles.School": there.pk}
        return str(kinds.get(field.related_model._meta.label, 1))
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, (models.DateField, models.DateTimeField)):
        return "2001-02-03"
    return "7" if isinstance(field, models.IntegerField) else "poison@district.example"


def everything(there):
    """Every name of a field or column of our models, with a value for it."""
    fields = [
        field
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.local_fields
    ]
    return {name: poison(f, there) for f in fields for name in (f.name, f.attname)}


def level_for(door):
    held = [k for k, spec in CATALOGUE.items() if PAGES[door].requires in spec.grants]
    return AccessLevel.DISTRICT_LEAD if AccessLevel.DISTRICT_LEAD in held else held[0]


def written(client, where, data, who):
    """What a post makes the database write, counted; it is taken back afterwards."""
    client.cookies.clear()
    client.force_login(who)
    with pytest.raises(UndoneError), transaction.atomic():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.post(where, data)
        raise UndoneError
    told = [each["sql"] for each in asked if each["sql"].startswith(WRITES)]
    ours = [sql for sql in told if not any(table in sql for table in SESSIONS)]
    kept = [re.sub("#+", "#", VARIES.sub("#", TIME.sub("#", sql))) for sql in ours]
    return Counter(kept)


@pytest.fixture
def declared(monkeypatch):
    """The names that the forms of the last request declared."""
    names = set()
    clean = forms.BaseForm.full_clean

    def noted(form):
        names.update(form.add_prefix(name) for name in form.fields)
        clean(form)

    monkeypatch.setattr(forms.BaseForm, "full_clean", noted)
    return names


@pytest.mark.parametrize("part", range(PARTS))
def test_s02_undeclared_fields_change_nothing(client, declared, caplog, part):
    caplog.set_level("CRITICAL")
    odd = {}
    for door in POSTS[part::PARTS]:
        here, there = SchoolFactory(), SchoolFactory()
        SchoolYearFactory(district=here.district)
        who = member_near(level_for(door), here)
        kwargs = CASES[door].kwargs(here, who) if CASES[door].kwargs else {}
        data = {"nothing": "1", **(data_of(door, kwargs) or {})}  # an empty post binds no form
        where = address(door, here.district, kwargs)
        declared.clear()
        plain = written(client, where, data, who)
        known = declared | set(READ_BY_VIEWS) | set(data)
        more = {name: value for name, value in everything(there).items() if name not in known}
        loaded = written(client, where, {**more, **data}, who)
        if more_written := loaded - plain:
            odd[door] = list(more_written)
    assert not odd, "\n".join(f"{door}: {what}" for door, what in odd.items())
