"""Indicators as a team rated them in a round, and evidence that people added by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, cast

from django.db.models import Prefetch, QuerySet
from pydantic import AwareDatetime, Field

from roles.access import Reach
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceRevision,
    EvidenceUse,
    HandEvidence,
    IndicatorRating,
)
from tutoring_admin.api.paging import Record, Shown
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope

# A class would be called State in the document, as that of milestones is.
RoundState = Literal["open", "signing", "closed"]


class RoundName(Shown):
    """One take of the self-assessment."""

    id: int = Field(description="Its id.")
    label: str = Field(description="Its name.")
    school_year_id: int = Field(description="Its school year.")
    edition: str = Field(description="Edition of the shipped indicators.")
    state: RoundState = Field(description="Open, waiting for signatures, or closed for good.")


class IndicatorRecord(Record):
    """One indicator in one round. Ratings are told once the team has finished the round."""

    code: str = Field(description="Such as 6b.1.")
    standard: str = Field(description="The standard it belongs to.")
    statement: str = Field(description="What it says.")
    round: RoundName = Field(description="The round.")
    value: int | None = Field(
        description="What the team agreed on, 0 to 3; null: not rated, or the round is open.",
        ge=0,
        le=3,
    )
    target: int = Field(description="A value below it opens a gap.")
    rated_at: AwareDatetime | None = Field(description="When the team agreed.")


class EvidenceFile(Shown):
    """What is known of a file. The file itself is read in the product."""

    content_type: str = Field(description="Such as application/pdf.")
    size: int = Field(description="In bytes.")
    sha256: str = Field(description="Of its content, hex.")


class EvidenceRecord(Record):
    """One piece of evidence that someone added by hand, as it reads now."""

    label: str = Field(description="What it is.")
    description: str | None = Field(
        description="What it shows, as someone typed it; null without the scope people."
    )
    link: str | None = Field(description="Where it is to be found, if it is a link.")
    file: EvidenceFile | None = Field(description="If it is a file.")
    indicators: list[str] = Field(description="Codes of the indicators it speaks for.")
    evidence_date: dt.date = Field(description="The day it speaks for.")
    counts_until: dt.date | None = Field(
        description="Last day it counts; null: as long as its sort usually does."
    )
    status: Literal["standing", "withdrawn"] = Field(description="Withdrawn: counts no more.")


def _ratings(reach: Reach) -> QuerySet:
    return IndicatorRating.objects.reachable(reach).select_related("round")


def _show_ratings(rows: Sequence[IndicatorRating], reading: Reading) -> list[IndicatorRecord]:
    said: dict[int, dict[str, Indicator]] = {}
    for row in rows:
        if row.round_id not in said:
            said[row.round_id] = {each.code: each for each in indicators_of(row.round)}
    return [_rating(row, said[row.round_id].get(row.code), reading) for row in rows]


def _rating(row: IndicatorRating, indicator: Indicator | None, reading: Reading) -> IndicatorRecord:
    round_ = row.round
    is_told = not round_.is_open
    return IndicatorRecord(
        **reading.head(row),
        code=row.code,
        standard=indicator.standard if indicator else "",
        statement=indicator.title if indicator else "",
        round=RoundName(
            id=round_.pk,
            label=round_.label,
            school_year_id=round_.school_year_id,
            edition=round_.edition,
            state=cast("RoundState", round_.state),
        ),
        value=row.value if is_told else None,
        target=round_.target,
        rated_at=row.rated_at if is_told else None,
    )


def _evidence(reach: Reach) -> QuerySet:
    current = EvidenceRevision.objects.reachable(reach).current()
    uses = EvidenceUse.objects.reachable(reach).order_by("code")
    return HandEvidence.objects.reachable(reach).prefetch_related(
        Prefetch("revisions", current, to_attr="now"), Prefetch("uses", uses, to_attr="speaks_for")
    )


def _show_evidence(rows: Sequence[HandEvidence], reading: Reading) -> list[EvidenceRecord]:
    return [_one(row, getattr(row, "now")[0], reading) for row in rows]  # noqa: B009 -- prefetched


def _one(row: HandEvidence, said: EvidenceRevision, reading: Reading) -> EvidenceRecord:
    uses: list[EvidenceUse] = getattr(row, "speaks_for", [])
    return EvidenceRecord(
        **reading.head(row),
        label=said.label,
        description=said.text if reading.caller.sees_people else None,
        link=said.link or None,
        file=_file(said) if said.file else None,
        indicators=[use.code for use in uses],
        evidence_date=said.dated_on,
        counts_until=said.expires_on,
        status="withdrawn" if row.withdrawn_at else "standing",
    )


def _file(said: EvidenceRevision) -> EvidenceFile:
    return EvidenceFile(content_type=said.content_type, size=said.size, sha256=said.sha256)


INDICATORS = Resource(
    "indicators",
    Scope.ASSESSMENT,
    "Indicators",
    "The indicators of each round, with what the team agreed on. Votes of people are never told.",
    IndicatorRecord,
    _ratings,
    _show_ratings,
)
EVIDENCE = Resource(
    "evidence",
    Scope.ASSESSMENT,
    "Evidence",
    "Evidence that people added by hand. What the records show by themselves is in the other"
    " resources.",
    EvidenceRecord,
    _evidence,
    _show_evidence,
)
