"""Making and ending the keys with which other systems read the district's records."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import ApiToken
from roles.services.audit import record
from roles.services.invitations import hash_token
from roles.services.refusal import Refused
from tutoring_admin.api.scopes import Caller, Scope

TOKEN_BYTES = 32
NOTED_AGAIN = dt.timedelta(minutes=1)
MARK = "tl_"  # so that whoever finds one in a file, or a scanner, knows what it is


@transaction.atomic
def make(name: str, scopes: Iterable[str], expires_on: dt.date, *, by: Reach) -> str:
    """Make a token for one system. Returns its secret, which nobody sees again.

    Raises Refused for no scope or one that is unknown, and for a day that has passed or lies more
    than a year ahead.
    """
    chosen = [scope.value for scope in Scope if scope in set(scopes)]
    today = by.district.today()
    if not chosen or set(scopes) - set(Scope.values):
        raise Refused("Choose at least one thing it may read.")
    if not today <= expires_on <= today + ApiToken.LONGEST:
        raise Refused("Choose a day from today on, within a year.")
    secret = MARK + secrets.token_urlsafe(TOKEN_BYTES)
    made = ApiToken.objects.create(
        district=by.district,
        name=name,
        hash=hash_token(secret),
        scopes=chosen,
        expires_on=expires_on,
        made_by_id=by.user.pk,
    )
    record(by, "api_token.made", made, name=name, scopes=", ".join(chosen), until=str(expires_on))
    return secret


@transaction.atomic
def revoke(token: ApiToken, *, by: Reach) -> bool:
    """End a token at once. True if this call did it, False if it had been ended before."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by_id=by.user.pk
    )
    if ended:
        record(by, "api_token.revoked", token, name=token.name)
    return bool(ended)


def find(secret: str) -> Caller | None:
    """Who a living token stands for, whichever district it is of. Runs outside the wall."""
    row = ApiToken.objects.filter(hash=hash_token(secret)).select_related("district").first()
    if row is None or row.state(row.district.today()) != "works":
        return None
    _note_use(row)
    return Caller(row.pk, row.name, row.district, frozenset(row.scopes))


def _note_use(token: ApiToken) -> None:
    """Once a minute at most, so that reading does not turn into writing."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - NOTED_AGAIN:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_AGAIN)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def state(access: Access) -> str:
    """One sentence for the page Systems: how many tokens work, and which runs out first."""
    reach = access.reach(Capability.SYSTEMS_MANAGE)
    living = ApiToken.objects.reachable(reach).living(reach.district.today())
    days = sorted(living.values_list("expires_on", flat=True))
    if not days:
        return "No token works now."
    first = f"{days[0]:%b} {days[0].day}, {days[0].year}"
    if len(days) == 1:
        return f"One token works, until {first}."
    return f"{len(days)} tokens work; the first runs out on {first}."
