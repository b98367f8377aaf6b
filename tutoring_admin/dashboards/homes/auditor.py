"""The auditor's home: the evidence of the last closed round by indicator, to read only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from django.utils.text import slugify

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import AuditEvent, SchoolYear
from roles.words import sentence
from selfassessment.library import indicators_of
from selfassessment.models import EvidenceSnapshot, IndicatorRating, Packet, Round
from tutoring_admin.dashboards.homes.links import Link, to

PACKETS, EVENTS = 3, 5
# By indicator: how many pieces of evidence were frozen. Reading them all would read megabytes.
PIECES = """(
    SELECT jsonb_object_agg(part.key, jsonb_array_length(part.value -> 'evidence'))
      FROM jsonb_each("selfassessment_evidencesnapshot"."content") AS part
     WHERE jsonb_typeof(part.value -> 'evidence') = 'array'
)"""


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator of the round: its team rating, when the reason was written, and how many pieces
    of evidence were frozen for it.
    """

    code: str
    title: str
    value: int | None
    label: str
    rated_at: dt.datetime | None
    has_reason: bool
    pieces: int
    link: Link


@dataclass(frozen=True)
class ClosedRound:
    """`frozen_at` is None where no evidence was kept; `digest` begins its fingerprint."""

    pk: int
    label: str
    closed_at: dt.datetime
    frozen_at: dt.datetime | None
    digest: str
    lines: Sequence[IndicatorLine]
    link: Link

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)

    @property
    def rated(self) -> int:
        return sum(line.value is not None for line in self.lines)

    @property
    def without_evidence(self) -> Sequence[IndicatorLine]:
        return [line for line in self.lines if not line.pieces]


@dataclass(frozen=True)
class PacketLine:
    pk: int
    title: str
    as_of: dt.date
    published_at: dt.datetime
    sha256: str


@dataclass(frozen=True)
class EventLine:
    at: dt.datetime
    who: str
    words: str


@dataclass(frozen=True)
class Home:
    round: ClosedRound | None
    packets: Sequence[PacketLine]
    packets_count: int
    packets_link: Link
    events: Sequence[EventLine]


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Seven queries at most; two while nothing changes in the district."""
    reads = access.reach(Capability.ASSESSMENT_VIEW)
    kept = Keep.of(reads, today)
    packets = kept.get("auditor.packets", lambda: _packets(access))
    return Home(
        round=kept.get("auditor.round", lambda: _round(reads)),
        packets=packets[:PACKETS],
        packets_count=len(packets),
        packets_link=to("packets:index"),
        events=_events(access.reach(Capability.AUDIT_VIEW)),
    )


def _round(reach: Reach) -> ClosedRound | None:
    """Three queries."""
    closed = Round.objects.reachable(reach).filter(state=Round.State.CLOSED)
    found = closed.order_by("-closed_at", "-pk").first()
    if found is None or found.closed_at is None:
        return None
    ratings = {
        each.code: each for each in IndicatorRating.objects.reachable(reach).filter(round=found)
    }
    snapshots = EvidenceSnapshot.objects.reachable(reach).filter(round=found)
    pieces = RawSQL(PIECES, (), output_field=JSONField())  # noqa: S611 -- a constant
    counted = snapshots.annotate(pieces=pieces)
    frozen = counted.values_list("taken_at", "digest", "pieces").first()
    taken_at, digest, by_code = frozen or (None, "", None)
    return ClosedRound(
        pk=found.pk,
        label=found.label,
        closed_at=found.closed_at,
        frozen_at=taken_at,
        digest=digest[:12],
        lines=_lines(found, ratings, by_code or {}),
        link=to("selfassessment:audit", round=found.pk, at="evidence", by="evidence"),
    )


def _lines(
    round_: Round, ratings: Mapping[str, IndicatorRating], pieces: Mapping[str, int]
) -> tuple[IndicatorLine, ...]:
    lines = []
    for indicator in indicators_of(round_):
        rating, place = ratings.get(indicator.code), f"evidence-{slugify(indicator.code)}"
        value = rating.value if rating else None
        lines.append(
            IndicatorLine(
                code=indicator.code,
                title=indicator.title,
                value=value,
                label=next((each.label for each in indicator.points if each.value == value), ""),
                rated_at=rating.rated_at if rating else None,
                has_reason=bool(rating and rating.rationale),
                pieces=pieces.get(indicator.code, 0),
                link=to("selfassessment:audit", round=round_.pk, at=place, by=place),
            )
        )
    return tuple(lines)


def _packets(access: Access) -> tuple[PacketLine, ...]:
    found = Packet.objects.reachable(access.reach(Capability.PACKET_VIEW))
    rows = found.order_by("-published_at", "-pk")
    fields = ("pk", "title", "as_of", "published_at", "sha256")
    return tuple(PacketLine(*row) for row in rows.values_list(*fields))


def _events(reach: Reach) -> list[EventLine]:
    found = AuditEvent.objects.reachable(reach).select_related("actor")[:EVENTS]
    return [
        EventLine(each.at, str(each.actor or "The product"), sentence(each.verb, each.detail))
        for each in found
    ]
