"""Calendar feeds: secret addresses that anyone who knows them may read, until they are revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from roles import prepared
from roles.access import Reach
from roles.models import CalendarChange, FeedToken, Membership, User
from roles.scoping import SharedQuerySet
from roles.services import audit
from roles.services.invitations import hash_token

TOKEN_BYTES = 32
READ_AGAIN = dt.timedelta(hours=1)  # a read is noted no more often than this
ANY_HASH = "0" * 63 + "?"
WRITERS = 5545  # the lock that writers share, see migration 0002_walls


@dataclass(frozen=True)
class Feed:
    """A living address: whose calendar it is (nobody's: the district's), and what it last held.
    `change` is the newest one in the district of what calendars are made of.
    """

    pk: int
    district: int
    person: int | None
    zone: ZoneInfo
    stamp: str
    stamped_at: dt.datetime | None
    read_at: dt.datetime | None
    basis: str
    change: int | None


@transaction.atomic
def renew(*, by: Reach, whole_district: bool = False) -> str:
    """Make a new address and end the one there was. Returns its token, which nobody sees again."""
    token, person = secrets.token_urlsafe(TOKEN_BYTES), None if whole_district else by.user
    ended = _living(by, person).update(revoked_at=timezone.now())
    made = FeedToken.objects.create(
        district=by.district,
        person_id=person.pk if person else None,
        hash=hash_token(token),
        made_by_id=by.user.pk,
    )
    verb = "calendar_feed.renewed" if ended else "calendar_feed.made"
    audit.record(by, verb, made, of=_of(by, person))
    return token


@transaction.atomic
def revoke(*, by: Reach, whole_district: bool = False) -> bool:
    """End the address. True if this call did it, False if there was none."""
    person = None if whole_district else by.user
    feed = _living(by, person).first()
    if feed is None or not _living(by, person).update(revoked_at=timezone.now()):
        return False
    audit.record(by, "calendar_feed.revoked", feed, of=_of(by, person))
    return True


def living(by: Reach, *, whole_district: bool = False) -> FeedToken | None:
    """The address in use, if there is one, with who made it."""
    rows = _living(by, None if whole_district else by.user)
    found: FeedToken | None = rows.select_related("made_by").first()
    return found


def find(token: str) -> Feed | None:
    """The feed of a living address, whichever district it is in. Runs outside the wall.

    A person who may no longer enter the district, or not sign in at all, has none.
    """
    row = _by_hash().ask({ANY_HASH: hash_token(token)})
    if row is None:
        return None
    pk, district, person, zone, *rest = row
    return Feed(pk, district, person, ZoneInfo(zone), *rest)


def stamped(feed: Feed, basis: str, work_out: Callable[[], str]) -> tuple[str, dt.datetime]:
    """What stands for all that the feed holds now, and since when; notes that it was read.

    `work_out` is asked only where `basis`, all that the stamp follows from, is not what it was.
    Writes nothing where nothing is new. Runs outside the wall and outside of any transaction.
    """
    now, stamp, since, kept = timezone.now(), feed.stamp, feed.stamped_at, basis
    if feed.basis != basis or since is None:
        # asked first: who is not under way by now shows in the stamp, or makes a newer change
        kept = basis if _nobody_writes(feed.district) else ""
        stamp = work_out()
        since = since if since and stamp == feed.stamp else now
    is_new = (stamp, since, kept) != (feed.stamp, feed.stamped_at, feed.basis)
    if is_new or feed.read_at is None or now - feed.read_at > READ_AGAIN:
        row = FeedToken.objects.filter(pk=feed.pk, district=feed.district)
        row.update(stamp=stamp, stamped_at=since, basis=kept, read_at=now)
    return stamp, since


def remove_old_changes() -> int:
    """Take away all changes but the newest of each district. How many went.

    Runs outside the wall, for all districts.
    """
    newer = CalendarChange.objects.filter(district=OuterRef("district"), pk__gt=OuterRef("pk"))
    removed: int = CalendarChange.objects.filter(Exists(newer)).delete()[0]
    return removed


def _nobody_writes(district: int) -> bool:
    """Whether no transaction is under way that has noted a change of the district."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [WRITERS, district])
        (alone,) = cursor.fetchone()
    return bool(alone)


@cache
def _by_hash() -> prepared.Prepared:
    here = Membership.objects.filter(user=OuterRef("person"), district=OuterRef("district"))
    entitled = Q(person=None) | Q(person__is_active=True) & Q(Exists(here))
    newest = CalendarChange.objects.filter(district=OuterRef("district")).order_by("-pk")
    rows = FeedToken.objects.filter(entitled, hash=ANY_HASH, revoked_at=None).order_by()
    told = "pk", "district", "person", "district__time_zone", "stamp", "stamped_at", "read_at"
    return prepared.of_one(rows.values_list(*told, "basis", Subquery(newest.values("pk")[:1])))


def _living(by: Reach, person: User | None) -> SharedQuerySet:
    return FeedToken.objects.filter(
        district=by.district, person_id=person.pk if person else None, revoked_at=None
    )


def _of(by: Reach, person: User | None) -> str:
    return str(person or by.district)
