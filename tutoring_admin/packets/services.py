"""Packets: looked at before they are published, frozen once, read by guests at secret addresses."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from roles.access import Reach
from roles.models import Assignment, District, Membership, SchoolYear
from roles.services.audit import record
from roles.services.invitations import hash_token
from roles.services.refusal import Refused
from selfassessment.models import GuestLink, Packet
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.annex import grant
from tutoring_admin.packets.asked import Asked, Typed
from tutoring_admin.packets.content import Content
from tutoring_admin.packets.figures import board
from tutoring_admin.packets.names import Names

TOKEN_BYTES = 32
USUAL_LIFE = dt.timedelta(days=30)
LONGEST_LIFE = dt.timedelta(days=365)
KINDS = {Packet.Kind.BOARD: board, Packet.Kind.GRANT: grant}
TOO_LONG = "A guest address works for a year at most."
OVER = "Choose a day from today on."


class Changed(Refused):
    """The records, or the newest packet, are not what they were when the person looked."""


@dataclass(frozen=True)
class Draft:
    """A packet before it is published: exactly what would be frozen.

    `left_out` are the names of staff that stood in what people typed and do not stand in it.
    """

    kind: Packet.Kind
    content: Content
    left_out: tuple[str, ...] = field(default=())

    @property
    def sha256(self) -> str:
        return shape.digest(self.content)


def draft(kind: str, typed: Typed, *, by: Reach, day: dt.date | None = None) -> Draft:
    """Build what would be published now from the records; `day` is another day to speak for."""
    of = Packet.Kind(kind)
    on = day or by.district.today()
    last = newest(kind, by)
    year = SchoolYear.objects.reachable(by).filter(starts_on__lte=on, ends_on__gte=on).first()
    since = last.published_at if last else _midnight(year.starts_on if year else on, by)
    asked = Asked(by, on, typed, year, since)
    pages, appendix = KINDS[of](asked)
    number = last.number + 1 if last else 1
    content: Content = {
        "form": shape.FORM,
        "kind": of.value,
        "district": by.district.name,
        "title": f"{of.label} {number}",
        "number": number,
        "year": year.label if year else "",
        "as_of": on.isoformat(),
        "with_names": typed.with_names,
        "sections": pages,
        "appendix": appendix,
    }
    left_out: tuple[str, ...] = ()
    if not typed.with_names:
        content, left_out = _without_names(content, by)
    content["before"] = shape.since(last.content, content) if last else None
    return Draft(of, content, left_out)


def _midnight(day: dt.date, by: Reach) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, by.district.zone)


def newest(kind: str, by: Reach) -> Packet | None:
    found: Packet | None = (
        Packet.objects.reachable(by).filter(kind=kind).order_by("-number").first()
    )
    return found


def _without_names(content: Content, by: Reach) -> tuple[Content, tuple[str, ...]]:
    """The names of those who are or were in a position, or may sign in, are left out."""
    names = Names(_people(by))
    kept = {"district", "title"}
    told = {key: v if key in kept else names.left_out(v) for key, v in content.items()}
    return told, tuple(sorted(names.found))


def _people(by: Reach) -> set[tuple[str, str]]:
    """First and last names of members of the district, and of whoever held a position there."""
    members = Membership.objects.reachable(by).order_by().distinct()
    holders = Assignment.objects.reachable(by).order_by().distinct()
    return {
        *members.values_list("user__first_name", "user__last_name"),
        *holders.values_list("holder__first_name", "holder__last_name"),
    }


@transaction.atomic
def publish(kind: str, typed: Typed, *, seen: str, by: Reach, day: dt.date | None = None) -> Packet:
    """Freeze what the person has looked at (`seen`: its digest) as the next packet of the kind.

    Published twice at once it is there once, and both get it. Raises Changed if what would be
    frozen is not what was seen.
    """
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=by.district.pk)
    done: Packet | None = Packet.objects.reachable(by).filter(kind=kind, sha256=seen).first()
    if done is not None:
        return done
    now = draft(kind, typed, by=by, day=day)
    if now.sha256 != seen:
        raise Changed("The records have changed since you looked. This is how it would be now.")
    packet: Packet = Packet.objects.create(
        district=by.district,
        kind=now.kind,
        number=now.content["number"],
        title=now.content["title"],
        as_of=dt.date.fromisoformat(now.content["as_of"]),
        with_names=typed.with_names,
        content=now.content,
        sha256=now.sha256,
        published_by_id=by.user.pk,
        published_at=_moment(by, day),
    )
    record(by, "packet.published", packet, title=packet.title, sha256=packet.sha256)
    return packet


def _moment(by: Reach, day: dt.date | None) -> dt.datetime:
    """Now; of another day noon."""
    if day is None:
        return timezone.now()
    return dt.datetime.combine(day, dt.time(12), by.district.zone)


@transaction.atomic
def invite(packet: Packet, label: str, expires_on: dt.date, *, by: Reach) -> str:
    """Make a secret address of a packet for someone. Returns its token, which nobody sees again.

    Raises Refused for a day that is over, or more than a year away.
    """
    today = by.district.today()
    if expires_on < today:
        raise Refused(OVER)
    if expires_on > today + LONGEST_LIFE:
        raise Refused(TOO_LONG)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = GuestLink.objects.create(
        district=by.district,
        packet=packet,
        label=label,
        token_sha256=hash_token(token),
        made_by_id=by.user.pk,
        expires_on=expires_on,
    )
    record(by, "packet.guest_invited", made, label=label, title=packet.title)
    return token


@transaction.atomic
def revoke(link: GuestLink, *, by: Reach) -> bool:
    """End an address. True if this call did it, False if it had ended before."""
    living = GuestLink.objects.filter(pk=link.pk, district=by.district, revoked_at=None)
    if not living.update(revoked_at=timezone.now(), revoked_by=by.user.pk):
        return False
    record(by, "packet.guest_revoked", link, label=link.label, title=link.packet.title)
    return True


@transaction.atomic
def note_download(packet: Packet, kind: str, *, by: Reach) -> None:
    """What leaves the product, and who took it, is on record."""
    record(by, "packet.downloaded", packet, title=packet.title, kind=kind)


@dataclass(frozen=True)
class Found:
    """A guest address in force: its row and the district it is in."""

    pk: int
    district: int


def find(token: str) -> Found | None:
    """The guest address of a token, whichever district it is in. Runs outside the wall.

    None if it was never made, was revoked, or its last day is over where the district is.
    """
    rows = GuestLink.objects.filter(token_sha256=hash_token(token), revoked_at=None)
    link = rows.select_related("district").first()
    if link is None or link.expires_on < link.district.today():
        return None
    return Found(link.pk, link.district_id)


def opened(found: Found) -> Packet:
    """Count one opening, and the packet to show. Runs in the scope of the district."""
    mine = GuestLink.objects.filter(pk=found.pk, district=found.district)
    mine.update(opened=F("opened") + 1, last_opened_at=timezone.now())
    return mine.select_related("packet").get().packet
