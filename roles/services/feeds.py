"""Calendar feeds: secret addresses that anyone who knows them may read, until they are revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from roles import prepared
from roles.access import Reach
from roles.models import FeedToken, Membership, User
from roles.scoping import SharedQuerySet
from roles.services import audit
from roles.services.invitations import hash_token

TOKEN_BYTES = 32
READ_AGAIN = dt.timedelta(hours=1)  # a read is noted no more often than this
ANY_HASH = "0" * 63 + "?"


@dataclass(frozen=True)
class Feed:
    """A living address: whose calendar it is (nobody's: the district's), and what it last held."""

    pk: int
    district: int
    person: int | None
    zone: ZoneInfo
    stamp: str
    stamped_at: dt.datetime | None
    read_at: dt.datetime | None


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


def note_read(feed: Feed, stamp: str) -> dt.datetime:
    """Keep what the feed holds now and that it was read. Returns since when it holds that.

    Writes nothing where nothing is new. Runs outside the wall.
    """
    now, since = timezone.now(), feed.stamped_at
    row = FeedToken.objects.filter(pk=feed.pk, district=feed.district)
    if feed.stamp != stamp or since is None:
        row.update(stamp=stamp, stamped_at=now, read_at=now)
        return now
    if feed.read_at is None or now - feed.read_at > READ_AGAIN:
        row.update(read_at=now)
    return since


@cache
def _by_hash() -> prepared.Prepared:
    here = Membership.objects.filter(user=OuterRef("person"), district=OuterRef("district"))
    entitled = Q(person=None) | Q(person__is_active=True) & Q(Exists(here))
    rows = FeedToken.objects.filter(entitled, hash=ANY_HASH, revoked_at=None).order_by()
    return prepared.of_one(
        rows.values_list(
            "pk", "district", "person", "district__time_zone", "stamp", "stamped_at", "read_at"
        )
    )


def _living(by: Reach, person: User | None) -> SharedQuerySet:
    return FeedToken.objects.filter(
        district=by.district, person_id=person.pk if person else None, revoked_at=None
    )


def _of(by: Reach, person: User | None) -> str:
    return str(person or by.district)
