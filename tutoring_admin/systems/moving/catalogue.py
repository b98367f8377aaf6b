"""What belongs to a district: every table of ours that has one, and the people in them.

Nothing is listed here that goes with a district; a new model is in by itself. Listed, each with
its reason, is what stays behind. A model in neither fails a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from roles.models import District, User
from roles.scoping import DistrictOwned

OURS = frozenset({"roles", "checklists", "roadmap", "selfassessment", "tutoring_admin"})

CONNECTION = "a connection to another system, with its secret: set up anew where the district lives"
CACHE = "the database's own note of changes, worth nothing elsewhere"
LEFT_OUT: dict[str, str] = {
    "roles.ApiToken": CONNECTION,
    "roles.WebhookEndpoint": CONNECTION,
    "roles.WebhookDelivery": CONNECTION,
    "roles.RosterSource": CONNECTION,
    "roles.RosterPull": CONNECTION,
    "roles.SignOnProvider": CONNECTION,
    "roles.SignOnLink": CONNECTION,
    "roles.SignOnSpare": CONNECTION,
    "roles.SignOnAssertion": CONNECTION,
    "roles.FeedToken": "secret addresses of calendars, which end with this installation",
    "roles.Change": CACHE,
    "roles.CalendarChange": CACHE,
    "roles.Trace": CACHE,
    "roles.MadeFile": "files made on request, gone in a week: exports among them",
    "roles.PersonRemoval": "work of this installation's workers",
    "roles.DistrictRemoval": "this installation's own: that the district is to be removed here",
    "roles.Certificate": "belongs to no district",
    "roles.SupportVisit": "visits of this installation's operators, no people of the district",
    "roles.AuditSeal": (
        "seals name this installation's numbers; events are sealed anew where they come in, and the"
        " import notes whether they matched the old seals"
    ),
}


@dataclass(frozen=True)
class Kept:
    """A column whose values stay behind: why, and what SQL puts in its place on import."""

    why: str
    instead: str


_NEW_HASH = "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"
COLUMNS_LEFT_OUT: dict[str, Kept] = {
    "roles.User.password": Kept("nobody's password leaves; a new one is set by mail", "'!moved'"),
    "roles.User.last_login": Kept("about this installation", "NULL"),
    "roles.User.is_staff": Kept("a right in this installation, not in a district", "false"),
    "roles.User.is_superuser": Kept("a right in this installation, not in a district", "false"),
    "roles.District.sign_on_only": Kept(
        "the new installation has no provider of sign-in yet: nobody could get in", "false"
    ),
    "roles.Invitation.token_hash": Kept("opens an invitation; it can be sent again", _NEW_HASH),
    "selfassessment.GuestLink.token_sha256": Kept(
        "opens a packet; a new address is made for its reader", _NEW_HASH
    ),
}

# What sounds like a secret and is none. Anything else of such a name has to be left out.
SECRET_NAMES = ("secret", "password", "token", "hash", "private", "otp", "session_key")
NO_SECRETS = frozenset({"roles.RosterImport.left_out"})


@dataclass(frozen=True)
class Column:
    """One column of a table as it stands in a file. `target`: the label of what a key points at."""

    field: models.Field[Any, Any]

    @property
    def name(self) -> str:
        return str(self.field.column)

    @property
    def label(self) -> str:
        return f"{self.field.model._meta.label}.{self.field.name}"

    @property
    def model_label(self) -> str:
        return str(self.field.model._meta.label)

    @property
    def target(self) -> str:
        related = self.field.related_model if self.field.is_relation else None
        return related._meta.label if isinstance(related, type) else ""

    @property
    def is_file(self) -> bool:
        return isinstance(self.field, models.FileField)

    @property
    def is_text(self) -> bool:
        """Whether people's words stand in it, which a spreadsheet might take for a calculation."""
        text = (models.CharField, models.TextField, models.FileField)
        return isinstance(self.field, text)

    @property
    def is_json(self) -> bool:
        return isinstance(self.field, models.JSONField)


@dataclass(frozen=True)
class Table:
    """A table of which a district's rows go with it."""

    model: type[models.Model]

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    @property
    def name(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def file(self) -> str:
        return f"tables/{self.name}.csv"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Those in the file. The district stands in none: all rows are of one."""
        every = (Column(field) for field in self.model._meta.local_concrete_fields)
        return tuple(
            each
            for each in every
            if each.label not in COLUMNS_LEFT_OUT and each.target != "roles.District"
        )

    @cached_property
    def left_out(self) -> tuple[tuple[Column, Kept], ...]:
        every = (Column(field) for field in self.model._meta.local_concrete_fields)
        return tuple(
            (each, COLUMNS_LEFT_OUT[each.label]) for each in every if each.label in COLUMNS_LEFT_OUT
        )

    @property
    def is_of_district(self) -> bool:
        return issubclass(self.model, DistrictOwned)


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OURS and model._meta.managed and not model._meta.proxy:
            yield model


def owned_models() -> list[type[models.Model]]:
    """All that have a district, those that stay behind as well."""
    return [model for model in our_models() if issubclass(model, DistrictOwned)]


def tables() -> tuple[Table, ...]:
    """What goes with a district, by name: the district itself, its people, and all its rows."""
    owned = [model for model in owned_models() if model._meta.label not in LEFT_OUT]
    moved: list[type[models.Model]] = [District, User, *owned]
    found = [Table(model) for model in moved]
    return tuple(sorted(found, key=lambda table: table.name))


def keys_to_people() -> list[tuple[str, str]]:
    """(table, column) of every key to a person, in all that belongs to a district."""
    return [
        (model._meta.db_table, str(field.column))
        for model in owned_models()
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model is User
    ]


def file_columns() -> list[tuple[str, str, str]]:
    """(table, column, column of its district) of every stored file, in all of a district's."""
    with_files: list[type[models.Model]] = [District, *owned_models()]
    return [
        (model._meta.db_table, str(field.column), "id" if model is District else "district_id")
        for model in with_files
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]


def children_first(found: tuple[Table, ...]) -> list[Table]:
    """In such an order that a row comes before what it points at, as far as there is one.

    Keys are looked at when the transaction ends. What is closed, archived or published refuses
    further rows as soon as it is there: so it comes last.
    """
    by_label = {table.label: table for table in found}
    ordered: list[Table] = []
    seen: set[str] = set()

    def visit(table: Table) -> None:
        if table.label in seen:
            return
        seen.add(table.label)
        for column in table.columns:
            if column.target in by_label:
                visit(by_label[column.target])
        ordered.append(table)

    for table in found:
        visit(table)
    return ordered[::-1]
