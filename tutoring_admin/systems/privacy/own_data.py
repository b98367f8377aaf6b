"""Everything the product holds about one person, as a ZIP: a page to read, and the rows as files.

Read from the models: each record of the district that names the person, by whatever key, and what
hangs on those that are about them. Secrets stay out, and so do the words of others about others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from checklists.models import ItemEvidence, Rating
from roles.access import Reach
from roles.capabilities import Capability
from roles.making import Work
from roles.models import Acknowledgement, AuditEvent, District, Invitation, MadeFile, User
from roles.packing import safe
from roles.services import making as files
from selfassessment.models import Vote
from tutoring_admin.systems.privacy.fields import PERSONAL
from tutoring_admin.systems.privacy.removing import keys_to_people
from tutoring_admin.systems.privacy.uses import SECRET, SIGN_IN

MAKER = "person-data"
OWN, LEAD = Capability.HOME_VIEW, Capability.SYSTEMS_MANAGE
HANGS_ON: dict[type[models.Model], str] = {
    Rating: "checklist__holder",
    ItemEvidence: "checklist__holder",
    Acknowledgement: "assignment__holder",
    Vote: "member__user",
}
MOST = 20_000  # rows of one kind; nobody has more


@dataclass(frozen=True)
class Part:
    """The records of one kind: their file, what it is, the heads, the rows as text."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[str]]


def ask(person: User, *, by: Reach) -> MadeFile:
    """Owe the one who asks a ZIP about a person: themself, or anyone to a lead."""
    title = f"All data about {person}"
    day = by.district.today().isoformat()
    return files.ask(MAKER, {"person": person.pk}, title, f"{safe(title)} {day}.zip", by=by)


def make(work: Work) -> bytes:
    """The ZIP. Raises Lost where the asker may no longer read it."""
    with work.reading() as access:
        person = User.objects.get(pk=work.of["person"])
        if person.pk != access.user.pk and not access.reach(LEAD):
            raise PermissionError("only a lead reads what is held about others")
        about, parts = account_of(person), list(parts_of(person, access.district))
    parts += signed_in(person)  # outside the wall: sign-in belongs to no district
    return zipped(person, access.district, about, parts)


def zipped(person: User, district: District, about: dict[str, str], parts: list[Part]) -> bytes:
    words = {
        "person": person,
        "district": district,
        "about": about,
        "parts": parts,
        "at": timezone.now(),
        "site": settings.SITE_URL,
    }
    with timezone.override(district.zone):
        page = render_to_string("systems/privacy_own_data_file.html", words)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("read-me-first.html", page)
        archive.writestr("person.json", json.dumps(about, indent=2, ensure_ascii=False))
        for part in parts:
            archive.writestr(f"{part.name}.csv", _csv(part))
            archive.writestr(f"{part.name}.json", _json(part))
    return file.getvalue()


def account_of(person: User) -> dict[str, str]:
    return {
        "First name": person.first_name,
        "Last name": person.last_name,
        "E-mail address": person.email,
        "Can sign in": "yes" if person.is_active else "no",
        "Last sign-in": _text(person.last_login),
        "Since": _text(person.date_joined),
    }


def signed_in(person: User) -> list[Part]:
    """Where they are signed in at present."""
    heads = ["Since", "Last seen", "Address", "Browser"]
    found = UserSession.objects.filter(user=person).order_by("pk")
    rows = [
        [_text(each.created_at), _text(each.last_seen_at), str(each.ip), str(each.user_agent)]
        for each in found
    ]
    return [Part("sign-in", "Sign-ins at present", heads, rows)] if rows else []


def parts_of(person: User, district: District) -> Iterator[Part]:
    """Kind by kind, those that hold something."""
    keys: dict[type[models.Model], Q] = {}
    for model, field in keys_to_people():
        keys[model] = keys.get(model, Q()) | Q(**{field.name: person})
    for model, path in HANGS_ON.items():
        keys[model] = keys.get(model, Q()) | Q(**{path: person})
    keys[Invitation] |= Q(email__iexact=person.email)
    keys[AuditEvent] |= Q(subject=User._meta.label_lower, subject_pk=str(person.pk))
    for model, about in keys.items():
        fields = list(_fields(model))
        rows = model._default_manager.filter(about, district=district).order_by("pk")[:MOST]
        told = [[_text(getattr(row, field.name, "")) for field in fields] for row in rows]
        if told:
            yield _part(model, fields, told)


def _part(model: type[models.Model], fields: list[Any], told: list[list[str]]) -> Part:
    title = str(model._meta.verbose_name_plural).capitalize()
    heads = [str(field.verbose_name).capitalize() for field in fields]
    return Part(model._meta.model_name or "", title, heads, told)


def _fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Without secrets, whole documents, and the keys of the machine."""
    secret = {
        name
        for name, use in PERSONAL.get(model._meta.label, {}).items()
        if use in (SECRET, SIGN_IN) and name not in {"user", "person", "identifier", "subject"}
    }
    unread = {"district", "key", "token_hash", "salt", "proof", "content", "sha256", "lease_until"}
    for field in model._meta.local_fields:
        if field.name not in secret | unread:
            yield field


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _csv(part: Part) -> str:
    """Opens as text in a spreadsheet, whatever somebody typed."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(part.heads)
    writer.writerows([_harmless(cell) for cell in row] for row in part.rows)
    return "\ufeff" + file.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def _json(part: Part) -> str:
    rows = [dict(zip(part.heads, row, strict=True)) for row in part.rows]
    return json.dumps(rows, indent=2, ensure_ascii=False)
