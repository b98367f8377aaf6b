"""The data inventory, read from the models: what is held about people, why, how long, for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from roles.models import User
from tutoring_admin.systems.privacy.fields import PERSONAL, PLAIN
from tutoring_admin.systems.privacy.uses import Use

OURS = ("roles", "checklists", "roadmap", "selfassessment", "tutoring_admin")
AREAS = {
    "roles": "People, positions and the record",
    "checklists": "Fidelity checklists",
    "roadmap": "Roadmap, meetings and learning",
    "selfassessment": "Self-assessment",
    "tutoring_admin": "The installation",
}
NEVER_PERSONAL = (
    models.BooleanField,
    models.IntegerField,
    models.AutoField,
    models.DecimalField,
    models.FloatField,
    models.DateField,
    models.TimeField,
    models.DurationField,
    models.UUIDField,
    models.BinaryField,
)


@dataclass(frozen=True)
class Held:
    """Fields of one kind of record that are held for one reason."""

    model: type[models.Model]
    names: tuple[str, ...]
    use: Use

    @property
    def record(self) -> str:
        return str(self.model._meta.verbose_name).capitalize()

    @property
    def fields(self) -> str:
        """As people read them: "first name, last name"."""
        meta = self.model._meta
        return ", ".join(
            str(getattr(meta.get_field(name), "verbose_name", name)) for name in self.names
        )


def our_models() -> list[type[models.Model]]:
    """All that this product defines, without tables that only join two others."""
    return [
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model._meta.auto_created
    ]


def held() -> dict[str, list[Held]]:
    """The inventory by area, in the order of the models."""
    found: dict[str, list[Held]] = defaultdict(list)
    for model in our_models():
        by_use: dict[Use, list[str]] = defaultdict(list)
        for name, use in PERSONAL.get(model._meta.label, {}).items():
            by_use[use].append(name)
        area = AREAS[model._meta.app_label]
        found[area] += [Held(model, tuple(names), use) for use, names in by_use.items()]
    return {area: rows for area, rows in found.items() if rows}


def cannot_be_personal(field: models.Field[Any, Any]) -> bool:
    """By its kind alone: a number, a day, a choice, a key to something that is no person."""
    if field.is_relation:
        return field.related_model is not User
    return bool(field.choices) or isinstance(field, NEVER_PERSONAL)


def unlisted() -> list[str]:
    """Fields that nobody said anything about: "app.Model.field". The guard wants none."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if not cannot_be_personal(field)
        and field.name not in PERSONAL.get(model._meta.label, {})
        and field.name not in PLAIN.get(model._meta.label, frozenset())
    ]


def strays() -> Iterator[str]:
    """Lines of the lists that no field answers to, or that both lists hold."""
    known = {
        model._meta.label: {field.name for field in model._meta.get_fields()}
        for model in our_models()
    }
    lists: tuple[Mapping[str, Any], ...] = (PERSONAL, PLAIN)
    for each in lists:
        for label, names in each.items():
            yield from (f"{label}.{name}" for name in names if name not in known.get(label, ()))
    for label, names in PLAIN.items():
        yield from (f"{label}.{name} twice" for name in names if name in PERSONAL.get(label, {}))
