"""Rules about the code base that no reviewer should have to remember."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from roles.capabilities import CATALOGUE, AccessLevel, Capability
from roles.scoping import DistrictOwned, ReachableQuerySet
from tests.guards.addresses import district_pages
from tutoring_admin.celery import app as celery_app

ROOT = Path(settings.BASE_DIR)
FLOORS = ["roles", "checklists", "roadmap", "selfassessment", "tutoring_admin"]
ROOF = FLOORS[-1]
PAGES_OF = {**{app: app for app in FLOORS}, "dashboards": ROOF, "packets": ROOF}

# Models without .reachable(), and why that is safe.
NOT_REACHABLE = {
    "roles.District": "found by slug in DistrictMiddleware, for members only",
    "roles.Certificate": "of a district that is gone; opened by its number, and names nobody",
    "roles.User": "listed through Membership and Assignment only",
}


def ours():
    return [m for m in apps.get_models() if m._meta.app_label in FLOORS]


def test_every_district_page_declares_a_capability():
    assert [route for route, _, view in district_pages() if not hasattr(view, "requires")] == []


def test_no_district_page_opts_out_of_login():
    open_pages = [r for r, _, view in district_pages() if not getattr(view, "login_required", True)]
    assert open_pages == []


def test_every_level_is_in_the_catalogue():
    assert set(CATALOGUE) == set(AccessLevel.values)


def test_every_capability_is_held_by_someone():
    assert set().union(*(spec.grants for spec in CATALOGUE.values())) == set(Capability)


def test_every_capability_opens_a_page_or_an_act():
    used = "\n".join(path.read_text() for app in FLOORS for path in (ROOT / app).rglob("*.py"))
    assert [c.name for c in Capability if f"Capability.{c.name}" not in used] == []


def test_every_model_is_reachable_or_says_why_not():
    without = {
        m._meta.label
        for m in ours()
        if not issubclass(m._default_manager._queryset_class, ReachableQuerySet)
    }
    assert without == set(NOT_REACHABLE)


def test_every_model_belongs_to_a_district_or_says_why_not():
    assert {m._meta.label for m in ours() if not issubclass(m, DistrictOwned)} == set(NOT_REACHABLE)


def test_a_part_of_a_schools_row_keeps_to_that_school():
    """What is shared in the whole district must not hang on something that is not."""
    district_models = [m for m in ours() if issubclass(m, DistrictOwned)]
    narrowed = {m for m in district_models if path_of(m) is not None}
    open_to_all = [
        m
        for m in district_models
        if path_of(m) is None and m._default_manager._queryset_class.district_rows_are_shared
    ]
    assert [
        f"{model.__name__}.{field.name}"
        for model in open_to_all
        for field in model._meta.local_fields
        if field.is_relation and field.related_model in narrowed
    ] == []


def path_of(model):
    return model._default_manager._queryset_class.school_path


def test_every_scheduled_name_is_a_registered_task():
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(celery_app.tasks) == set()


def test_every_task_of_ours_is_named_after_its_app():
    celery_app.loader.import_default_modules()
    names = [n for n in celery_app.tasks if not n.startswith("celery.")]
    assert [n for n in names if n.split(".")[0] not in FLOORS] == []


@pytest.mark.parametrize("word", [r"\beta\s*=", r"\bcountdown\s*="])
def test_no_task_waits_inside_the_broker(word):
    sources = [p for app in FLOORS for p in (ROOT / app).rglob("*.py")]
    assert [str(p) for p in sources if re.search(rf"apply_async\([^)]*{word}", p.read_text())] == []


@pytest.mark.parametrize("app", FLOORS[:-1])
def test_templates_of_a_floor_name_no_page_above_it(app):
    above = FLOORS[FLOORS.index(app) + 1 :]
    names = [name for name, floor in PAGES_OF.items() if floor in above]
    upward = re.compile(r"{%\s*url\s+[\"'](" + "|".join(names) + r"):")
    folders = [ROOT / "templates" / kind / app for kind in (".", "mail", "print")]
    files = [f for folder in folders for f in folder.rglob("*.*")]
    assert files
    assert [str(f.relative_to(ROOT)) for f in files if upward.search(f.read_text())] == []


@pytest.mark.parametrize("app", FLOORS[:-1])
def test_code_of_a_floor_names_no_page_above_it(app):
    above = FLOORS[FLOORS.index(app) + 1 :]
    names = [name for name, floor in PAGES_OF.items() if floor in above]
    upward = re.compile(r"[\"'](" + "|".join(names) + r"):[a-z-]+[\"']")
    files = (ROOT / app).rglob("*.py")
    assert [str(f.relative_to(ROOT)) for f in files if upward.search(f.read_text())] == []


def test_forms_hold_no_markup():
    files = [p for app in FLOORS for p in (ROOT / app).rglob("forms*/*.py")]
    files += [p for app in FLOORS for p in (ROOT / app).glob("forms.py")]
    assert [str(p) for p in files if re.search(r"\bHTML\(", p.read_text())] == []
