"""Setting a roster source up, testing it, asking it now, and taking it away."""

from __future__ import annotations

import secrets
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from roles.access import Reach
from roles.models import OwedStatus, RosterPull, RosterSource
from roles.models.owed import UNFINISHED
from roles.sealing import seal, unseal
from roles.services.audit import record
from roles.services.refusal import Refused
from roles.tasks import ring_on_commit
from tutoring_admin.systems.rosters.rest.client import Door
from tutoring_admin.systems.rosters.rest.tasks import pull_roster

Kind = RosterPull.Kind
BUSY = "The source is being asked already. Wait until that is over, or stop it."
CHANGED = "Stopped: the source was changed."


class Owe(Protocol):
    """Owes one pull of a source."""

    def __call__(self, source: RosterSource, *, by: Reach) -> RosterPull: ...


@transaction.atomic
def set_up(source: RosterSource, *, secret: str = "", by: Reach) -> RosterSource:
    """Keep a source, new or changed. An empty `secret` leaves the one that is there.

    Whatever is under way is stopped, since it asked at the old address. The secret is sealed and
    stands nowhere else.
    """
    source.district = by.district
    if secret:
        source.secret = seal(secret)
    source.changed_at = timezone.now()
    source.save()
    _stop(RosterPull.objects.filter(source=source.pk), CHANGED)
    told = {"base_address": source.base_address, "version": source.version}
    record(by, "roster_source.set_up", source, name=source.name, **told, secret_new=bool(secret))
    return source


@transaction.atomic
def take_away(source: RosterSource, *, by: Reach) -> None:
    """Forget the source with its secret, and its pulls. The roster that it brought stays."""
    record(by, "roster_source.taken_away", source, name=source.name)
    source.delete()


@transaction.atomic
def ask_for_test(source: RosterSource, *, by: Reach) -> RosterPull:
    """Owe a test: sign in, and look whether there is a roster. Nothing of it is kept."""
    return _owe(source, Kind.TEST, by)


@transaction.atomic
def ask_now(source: RosterSource, *, by: Reach) -> RosterPull:
    """Owe a pull of everything there is. Raises Refused while one is under way."""
    return _owe(source, Kind.ASKED, by)


@transaction.atomic
def stop(pull: RosterPull, *, by: Reach) -> bool:
    """Stop a pull; its worker notices at its next page. True if it was unfinished."""
    if not _stop(RosterPull.objects.filter(pk=pull.pk), "Stopped by hand."):
        return False
    record(by, "roster_source.stopped", pull.source, name=pull.source.name)
    return True


def door_of(source: RosterSource) -> Door:
    """How to get in, with the secret opened: for the worker that goes there, and nobody else."""
    return Door(
        base_address=source.base_address,
        token_address=source.token_address,
        client_id=source.client_id,
        secret=unseal(source.secret),
        scopes=source.scopes,
        version=source.version,
    )


def _owe(source: RosterSource, kind: str, by: Reach) -> RosterPull:
    RosterSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if RosterPull.objects.filter(source=source.pk, status__in=UNFINISHED).exists():
        raise Refused(BUSY)
    pull = RosterPull.objects.create(
        district=by.district,
        source=source,
        kind=kind,
        key=f"{kind}:{secrets.token_hex(8)}",
        asked_by_id=by.user.pk,
    )
    verb = "roster_source.tested" if kind == Kind.TEST else "roster_source.asked"
    record(by, verb, source, name=source.name)
    ring_on_commit(pull_roster, pull.district_id, pull.pk)
    return pull


def _stop(pulls: QuerySet[RosterPull], why: str) -> int:
    return pulls.filter(status__in=UNFINISHED).update(
        status=OwedStatus.CANCELLED, lease_until=None, done_at=timezone.now(), words=why
    )
