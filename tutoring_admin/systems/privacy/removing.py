"""Deleting a person: the history keeps the position, the name goes.

A lead asks; a worker does it as the owner of the tables, since it reaches what one district does
not see: whether the person works for another district here, the audit trail, sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from checklists.models import Rating
from roadmap.models import CoachingEntry
from roles.access import Reach
from roles.capabilities import AccessLevel
from roles.models import (
    Assignment,
    AuditEvent,
    ExternalId,
    FeedToken,
    HomePlace,
    Invitation,
    Letter,
    MadeFile,
    MailPreference,
    Membership,
    Notice,
    OwedStatus,
    PersonRemoval,
    RosterEntry,
    RosterLine,
    SignOnLink,
    SignOnSpare,
    Snooze,
    User,
)
from roles.models.owed import UNFINISHED
from roles.scoping import DistrictOwned
from roles.services import redacting, spare_keys
from roles.services.audit import record, record_for
from roles.services.refusal import Refused
from roles.services.renderings import excused
from roles.tasks import ring_on_commit
from tutoring_admin.systems.privacy.tasks import remove_person

FORMER = ("A former", "holder")
ELSEWHERE = (
    "This person also works for another district of this installation, where their name stays."
    " End their access here instead."
)


@dataclass(frozen=True)
class Effect:
    """What happens to one kind of record: "Letters to them", how many, "go"."""

    what: str
    count: int
    how: str


def why_not(person: User, *, by: Reach) -> list[str]:
    """What stands in the way, in sentences; empty where the person may be deleted."""
    here = Membership.objects.filter(district=by.district)
    leads = here.filter(level=AccessLevel.DISTRICT_LEAD, user__is_active=True)
    reasons = []
    if person.pk == by.user.pk:
        reasons.append("You cannot delete yourself. Another district lead can.")
    if leads.filter(user=person).exists() and not leads.exclude(user=person).exists():
        reasons.append("They are the last district lead who can sign in: name another one first.")
    elif sentence := spare_keys.refusal(person.pk, by.district):
        reasons.append(sentence)
    holds = Assignment.objects.filter(district=by.district, holder=person)
    if open_now := holds.in_force(by.district.today()).count():
        seats = "a position" if open_now == 1 else f"{open_now} positions"
        reasons.append(f"They hold {seats} today: enter their last day first.")
    return reasons


def effects(person: User, *, by: Reach) -> list[Effect]:
    """What happens, in numbers, before anything does. A constant number of queries."""
    here = {"district": by.district}
    kinds: list[tuple[str, models.QuerySet[Any], str]] = [
        ("Accesses", Membership.objects.filter(user=person, **here), "go"),
        ("Letters to them", Letter.objects.filter(reader=person, **here), "go"),
        (
            "Invitations to their address",
            Invitation.objects.filter(email__iexact=person.email, **here),
            "go",
        ),
        (
            "Notes beside ratings of them",
            _notes_about(person, by.district.pk),
            "go; the ratings stay under the position",
        ),
        (
            "Coaching talks with them",
            CoachingEntry.objects.filter(coached_person=person, **here),
            "lose their words; day and minutes stay",
        ),
        (
            "Times in a position",
            Assignment.objects.filter(holder=person, **here),
            "stay, as those of a former holder",
        ),
        (
            "Things they did",
            AuditEvent.objects.filter(actor=person, **here),
            "stay in the audit trail, without their name",
        ),
    ]
    return [Effect(what, rows.count(), how) for what, rows, how in kinds]


@transaction.atomic
def ask(person: User, *, by: Reach) -> PersonRemoval:
    """Owe the deletion of a person. Raises Refused with all that stands in the way."""
    if reasons := why_not(person, by=by):
        raise Refused(" ".join(reasons))
    removal, is_new = PersonRemoval.objects.get_or_create(
        district=by.district,
        key=f"person:{person.pk}",
        defaults={"person_id": person.pk, "asked_by_id": by.user.pk},
    )
    if is_new or removal.again():
        record(by, "person.deletion_asked", removal)
        ring_on_commit(remove_person, by.district.pk, removal.pk)
    return removal


def is_under_way(person: User, *, by: Reach) -> bool:
    owed = PersonRemoval.objects.filter(district=by.district, person=person)
    return owed.filter(status__in=UNFINISHED).exists()


def carry_out(district_pk: int, removal_pk: int) -> bool:
    """Delete one person who was to be deleted. True if this call did it."""
    with transaction.atomic():
        removal: PersonRemoval | None = PersonRemoval.objects.claim(removal_pk)
    if removal is None or removal.district_id != district_pk:
        return False
    person = User.objects.get(pk=removal.person_id)
    if _is_elsewhere(person, district_pk):
        removal.finish(OwedStatus.FAILED, error=ELSEWHERE)
        return False
    with excused(removal):  # type: ignore[arg-type]  # asks for no more than owed work
        told = _remove(removal, person)
        if removal.finish():
            PersonRemoval.objects.filter(pk=removal.pk).update(told=told)
            return True
    return False


def _is_elsewhere(person: User, district_pk: int) -> bool:
    """Whether a record of another district names them, by the models and not by a list."""
    return any(
        model._default_manager.filter(**{field.name: person}).exclude(district=district_pk).exists()
        for model, field in keys_to_people()
    )


def keys_to_people() -> list[tuple[type[models.Model], models.ForeignKey[Any, Any]]]:
    """Every key of a district's records to a person."""
    return [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, DistrictOwned)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is User
    ]


@transaction.atomic
def _remove(removal: PersonRemoval, person: User) -> dict[str, int]:
    district = removal.district_id
    names = [person.email]
    if person.first_name and person.last_name:
        names.append(person.get_full_name())
    told = {"notes": _blank_words(person, district), "letters": _drop_rows(person, district)}
    told["events"] = redacting.take_out(district, sorted(names, key=len, reverse=True))
    for kind in (EmailAddress, Authenticator, SocialAccount, UserSession):
        kind.objects.filter(user=person).delete()
    person.first_name, person.last_name = FORMER
    person.email = f"former-{person.pk}@removed.invalid"
    person.is_active, person.removed_at, person.last_login = False, timezone.now(), None
    person.set_unusable_password()  # ends their sessions as well
    person.save()
    record_for(removal.district, removal.asked_by, "person.deleted", removal, **told)
    return told


def _blank_words(person: User, district: int) -> int:
    """Take away what others wrote about them. The database lets only the owner of the tables
    empty the note of a submitted rating, and only whole.
    """
    notes = _notes_about(person, district)
    changed = 0
    for pk in list(notes.values_list("pk", flat=True)):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE checklists_rating SET note = '' WHERE id = %s", [pk])
            changed += cursor.rowcount
    talks = CoachingEntry.objects.filter(district=district, coached_person=person)
    gone = "Taken out with the person's name."
    changed += talks.update(focus=gone, next_step=gone, takeaway="")
    return changed


def _notes_about(person: User, district: int) -> models.QuerySet[Rating]:
    return Rating.objects.filter(district=district, checklist__holder=person).exclude(note="")


def _drop_rows(person: User, district: int) -> int:
    """What is only theirs goes whole; how many letters."""
    here = {"district": district}
    for made in MadeFile.objects.filter(asked_by=person, **here).exclude(status__in=UNFINISHED):
        if made.file.name:
            made.file.storage.delete(made.file.name)
        made.delete()
    theirs: tuple[type[Any], ...] = (
        HomePlace,
        Membership,
        ExternalId,
        SignOnLink,
        SignOnSpare,
        RosterEntry,
    )
    for model in theirs:
        model.objects.filter(user=person, **here).delete()
    for chosen in (MailPreference, Snooze, FeedToken):
        chosen.objects.filter(person=person, **here).delete()
    Notice.objects.filter(reader=person, **here).delete()
    for written in (Invitation, RosterLine):
        written.objects.filter(email__iexact=person.email, **here).delete()
    return Letter.objects.filter(reader=person, **here).delete()[0]
