"""What a provider said about a person, held against what the district set. No database here.

Never read: `preferred_username`, `upn` and other names that a person may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from roles.models import SignOnKind

Claims = Mapping[str, Any]

STUDENT = {"student", "students", "learner", "learners", "pupil", "pupils"}
FAMILY = {"guardian", "parent", "relative", "contact", "studentcontact", "familymember"}
# Names under which providers say what someone is, without signs and in small letters.
SAYS_ROLE = {
    "usertype", "role", "roles", "primaryrole", "persontype", "profiletype", "affiliation",
    "edupersonaffiliation", "edupersonprimaryaffiliation", "edupersonscopedaffiliation",
    "13614159231111", "13614159231115", "13614159231119",
}  # fmt: skip
SUBJECT_ATTRIBUTES = (
    "urn:oasis:names:tc:SAML:attribute:subject-id",
    "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
)
EMAIL_ATTRIBUTES = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "email",
    "mail",
    "emailAddress",
)
FIRST_ATTRIBUTES = (
    "urn:oid:2.5.4.42",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "givenName",
    "firstName",
    "first_name",
)
LAST_ATTRIBUTES = (
    "urn:oid:2.5.4.4",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "sn",
    "surname",
    "lastName",
    "last_name",
)
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


class NotAccepted(Exception):
    """The provider vouches for someone whom this district does not take; the text says why."""


@dataclass(frozen=True)
class Identity:
    """Who someone is at a provider. `email` is "" unless the provider vouches for the address."""

    subject: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""


def read(kind: str, claims: Claims, *, tenants: Iterable[str], domains: Iterable[str]) -> Identity:
    """The person behind verified claims. Raises NotAccepted."""
    identity = READERS[kind](claims, set(tenants), set(domains))
    roles = said_roles(claims)
    if roles & STUDENT:
        raise NotAccepted("The provider says that this is a student. Only staff sign in here.")
    if roles and roles <= FAMILY:
        raise NotAccepted("The provider says that this is a family member. Only staff sign in.")
    if not identity.subject:
        raise NotAccepted("The provider did not say who signed in: its answer has no subject.")
    return identity


def said_roles(claims: Any) -> set[str]:
    """All that a provider says someone is, wherever it says so: "student", "teacher"."""
    found: set[str] = set()
    if isinstance(claims, Mapping):
        for name, value in claims.items():
            if _plain(str(name).replace("urn:oid:", "").rpartition("/")[2]) in SAYS_ROLE:
                found |= set(_words(value))
            found |= said_roles(value)
    elif isinstance(claims, list | tuple):
        for value in claims:
            found |= said_roles(value)
    return found


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        # As in ".../membership#Learner", "student@district.org" and "Student, Tutor".
        for part in re.split(r"[,;\s]+", value):
            yield _plain(re.split(r"[#/:]", part.partition("@")[0])[-1])
    elif isinstance(value, Mapping):
        yield from (_plain(str(name)) for name in value)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)


def _plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def _google(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    if str(claims.get("hd", "")).lower() not in domains:
        raise NotAccepted("This Google account does not belong to the district's Google Workspace.")
    return _person(
        claims, str(claims.get("sub", "")), vouched=_is_true(claims.get("email_verified"))
    )


def _microsoft(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    tenant, person = str(claims.get("tid", "")).lower(), str(claims.get("oid", "")).lower()
    if tenant not in tenants:
        raise NotAccepted("This Microsoft account does not belong to the district's tenant.")
    if not person:
        raise NotAccepted("Microsoft did not say who signed in: its answer has no “oid”.")
    vouched = not _is_false(claims.get("email_verified")) and not _is_false(claims.get("xms_edov"))
    return _person(claims, f"{tenant}:{person}", vouched=vouched)


def _classlink(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    small = {_plain(str(name)): value for name, value in claims.items()}
    if str(small.get("tenantid", "")).lower() not in tenants:
        raise NotAccepted("This ClassLink account does not belong to the district's tenant.")
    named = {
        "email": small.get("email"),
        "given_name": small.get("givenname") or small.get("firstname"),
        "family_name": small.get("familyname") or small.get("lastname"),
    }
    return _person(
        named, str(claims.get("sub", "")), vouched=not _is_false(claims.get("email_verified"))
    )


def _oidc(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    return _person(
        claims, str(claims.get("sub", "")), vouched=_is_true(claims.get("email_verified"))
    )


def _clever(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    if str(claims.get("district", "")).lower() not in tenants:
        raise NotAccepted("This Clever account does not belong to the district.")
    if not said_roles(claims):
        raise NotAccepted("Clever did not say whether this is staff or a student.")
    name = claims.get("name") or {}
    named = {
        "email": claims.get("email"),
        "given_name": name.get("first"),
        "family_name": name.get("last"),
    }
    return _person(named, str(claims.get("id", "")), vouched=True)


def _saml(claims: Claims, tenants: set[str], domains: set[str]) -> Identity:
    attributes, name_id = claims.get("attributes") or {}, str(claims.get("name_id") or "")
    kind = claims.get("name_id_format")
    is_email = kind == EMAIL_FORMAT
    subject = _first(attributes, SUBJECT_ATTRIBUTES)
    if not subject:
        if kind == TRANSIENT:
            raise NotAccepted(
                "The provider gives a new name at each sign-in (transient NameID). "
                "Set its NameID to “persistent” or to the e-mail address."
            )
        subject = name_id.lower() if is_email else name_id
    named = {
        "email": _first(attributes, EMAIL_ATTRIBUTES) or (name_id if is_email else ""),
        "given_name": _first(attributes, FIRST_ATTRIBUTES),
        "family_name": _first(attributes, LAST_ATTRIBUTES),
    }
    return _person(named, subject, vouched=True)


READERS = {
    SignOnKind.GOOGLE.value: _google,
    SignOnKind.MICROSOFT.value: _microsoft,
    SignOnKind.CLASSLINK.value: _classlink,
    SignOnKind.CLEVER.value: _clever,
    SignOnKind.OIDC.value: _oidc,
    SignOnKind.SAML.value: _saml,
}


def _person(claims: Claims, subject: str, *, vouched: bool) -> Identity:
    email = str(claims.get("email") or "").strip().lower()
    first, _, last = str(claims.get("name") or "").strip().rpartition(" ")
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    return Identity(
        subject=subject[:255] if len(subject) <= 255 else "",
        email=email if vouched else "",
        first_name=str(claims.get("given_name") or first)[:150],
        last_name=str(claims.get("family_name") or last)[:150],
    )


def _first(attributes: Claims, names: Iterable[str]) -> str:
    for name in names:
        value = attributes.get(name)
        if isinstance(value, list | tuple):
            value = value[0] if value else ""
        if value:
            return str(value).strip()
    return ""


def _is_true(value: Any) -> bool:
    return value is True or str(value).lower() in {"true", "1"}


def _is_false(value: Any) -> bool:
    return value is not None and not _is_true(value)
