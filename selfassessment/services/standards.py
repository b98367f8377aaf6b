"""Further standards of a district or state: what is in force, taking in a version, retiring it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import District, LeadershipRole
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from selfassessment import library
from selfassessment.measures import MEASURES
from selfassessment.models import ImportedStandards, Round
from selfassessment.standards.checking import Content, digest
from selfassessment.standards.codes import alike
from selfassessment.standards.desk import Known
from selfassessment.standards.taking import in_library_form

LISTS = ("elements", "standards", "indicators")
SHIPPED = "the shipped library"
RETIRED = "These standards are retired already."
SAME = "These standards already say exactly this. There is nothing to take in."


def offered(district: District, audience: str = "") -> list[dict[str, Any]]:
    """All imported indicators that a new round can take, in the form of the library's file.

    `audience`: only those of this edition. Sorted by the name of their set; one query. `imported`
    names set and version.
    """
    titles = {each["code"]: each["title"] for each in library.standards()}
    return [
        raw
        for each in ImportedStandards.objects.filter(district=district).in_force()
        for raw in in_library_form(each.content, name=each.name, number=each.number, known=titles)
        if not audience or audience in raw["editions"]
    ]


def known_to(by: Reach, name: str = "") -> Known:
    """What a file for the set of this name is laid against: all codes but its own."""
    others = ImportedStandards.objects.reachable(by).in_force().exclude(name=name)
    taken = {alike(code): f"“{each.name}”" for each in others for code in codes(each.content)}
    shipped = {"indicators": library.raw(), **shipped_heads()}
    taken |= {alike(code): SHIPPED for code in codes(shipped)}
    parents = {
        each["code"]: (kind, each["title"])
        for kind, heads in (("element", library.elements()), ("standard", library.standards()))
        for each in heads
    }
    return Known(
        taken=taken,
        parents=parents,
        measures=frozenset(MEASURES),
        roles=frozenset(
            LeadershipRole.objects.filter(district=by.district).values_list("key", flat=True)
        ),
    )


def shipped_heads() -> Content:
    """Elements and standards of the newest edition."""
    return {"elements": library.elements(), "standards": library.standards()}


def codes(content: Content) -> Iterator[str]:
    """All codes of a set, of whatever kind."""
    return (each["code"] for key in LISTS for each in content[key])


def in_force(by: Reach, name: str) -> ImportedStandards | None:
    """The version of this name that rounds are offered now."""
    return ImportedStandards.objects.reachable(by).in_force().filter(name=name).first()


def keeping(standards: ImportedStandards, *, by: Reach) -> list[Round]:
    """The rounds that took indicators of this set, in whatever version: they keep theirs."""
    begins = f"{standards.name}, version "
    rounds = Round.objects.reachable(by).exclude(taken=[])
    return [
        each
        for each in rounds
        if any(str(raw.get("imported", "")).startswith(begins) for raw in each.taken)
    ]


@transaction.atomic
def take(
    content: Content, *, name: str, source: str, instead_of: int | None, by: Reach
) -> ImportedStandards:
    """Put a checked set in force as a new version; the one before is replaced, never changed.

    `instead_of`: primary key of the version in force that the person compared it with. Stale if
    another is in force by now; Refused if nothing changes or a code is used elsewhere by now.
    """
    District.objects.select_for_update(of=("self",)).get(pk=by.district.pk)
    current = in_force(by, name)
    if (current.pk if current else None) != instead_of:
        raise Stale(_overtaken(current))
    sign = digest(content)
    if current and (current.digest, current.source) == (sign, source):
        raise Refused(SAME)
    _refuse_clashes(content, known_to(by, name))
    now = timezone.now()
    if current:
        ImportedStandards.objects.filter(pk=current.pk).update(replaced_at=now)
    made = ImportedStandards.objects.create(
        district=by.district,
        name=name,
        source=source,
        number=_newest(by, name) + 1,
        content=content,
        digest=sign,
        imported_by=by.user,
        imported_at=now,
    )
    indicators = len(content["indicators"])
    record(by, "standards.imported", made, name=name, number=made.number, indicators=indicators)
    return made


def _overtaken(current: ImportedStandards | None) -> str:
    if current is None:
        return "Someone retired these standards while you looked. This is what would happen now."
    return (
        f"{current.imported_by} took in version {current.number} while you looked. This is what"
        " would change now."
    )


def _refuse_clashes(content: Content, known: Known) -> None:
    """Another set may have come with the same code between the preview and now."""
    for code in codes(content):
        if alike(code) in known.taken:
            raise Refused(
                f"{code} is a code of {known.taken[alike(code)]} by now. Nothing is taken in."
            )


def _newest(by: Reach, name: str) -> int:
    versions = ImportedStandards.objects.reachable(by).filter(name=name)
    return versions.order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def retire(standards: ImportedStandards, *, by: Reach) -> None:
    """Offer a set no longer. Rounds keep what they took. Refused if it is not in force."""
    versions = ImportedStandards.objects.filter(pk=standards.pk).in_force()
    if not versions.update(replaced_at=timezone.now()):
        raise Refused(RETIRED)
    record(by, "standards.retired", standards, name=standards.name, number=standards.number)
