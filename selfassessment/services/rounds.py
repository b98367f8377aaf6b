"""The life of a round: opened, its rating finished and its evidence frozen, and opened again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from roles.access import EVERYWHERE, Reach
from roles.models import AuditEvent, SchoolYear, User
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from selfassessment import library
from selfassessment.collecting import collect
from selfassessment.freezing import digest, frozen
from selfassessment.library import EDITION, Raw, indicators_of
from selfassessment.models import (
    Audience,
    EvidenceRevision,
    EvidenceSnapshot,
    IndicatorRating,
    Mode,
    Round,
    RoundReopening,
    SignOff,
    Stage,
)
from selfassessment.services import gaps, standards
from selfassessment.services import team as teams
from selfassessment.services.holding import held, held_open


def choices(by: Reach, audience: str = Audience.LEA) -> list[Raw]:
    """What a round may take, raw: the edition's indicators, then imported ones. One query."""
    return [*library.offered(audience), *standards.offered(by.district, audience)]


@transaction.atomic
def open_round(
    label: str,
    opens_on: dt.date,
    closes_on: dt.date,
    *,
    codes: Collection[str] | None = None,
    audience: str = Audience.LEA,
    mode: str = Mode.DEVICES,
    target: int = 2,
    team: Iterable[User] = (),
    facilitator: User | None = None,
    by: Reach,
) -> Round:
    """Start a round with the current edition: of its core, or of the indicators named.

    Refused when a round is unfinished, when the school year has one of that name, when no school
    year holds the first day, for a code that is not offered, and for a facilitator in the team.
    """
    taken = _taken(codes, audience, by)
    days = {"opens_on": opens_on, "closes_on": closes_on}
    how = {"audience": audience, "mode": mode, "target": target}
    opened = _made(label, by, taken=taken, **days, **how)
    _ask(opened, by)
    teams.begin(opened, team, facilitator, by=by)
    return opened


def _ask(opened: Round, by: Reach) -> None:
    """Its indicators wait for their ratings, and the record says which."""
    codes = [raw["code"] for raw in opened.taken]
    IndicatorRating.objects.bulk_create(
        IndicatorRating(district=by.district, round=opened, code=code, order=order)
        for order, code in enumerate(codes)
    )
    record(
        by,
        "assessment.round_opened",
        opened,
        label=opened.label,
        edition=EDITION,
        codes=codes,
        approach=by.district.approach,
    )


def _year_of(day: dt.date, by: Reach) -> SchoolYear:
    year = SchoolYear.objects.filter(district=by.district).on(day).first()
    if year is None:
        raise Refused("No school year holds that first day.")
    return year


def _taken(codes: Collection[str] | None, audience: str, by: Reach) -> list[Raw]:
    if codes is None:
        return library.core_of(audience)
    wanted = set(codes)
    taken = [raw for raw in choices(by, audience) if raw["code"] in wanted]
    if missing := sorted(wanted - {raw["code"] for raw in taken}):
        raise Refused(f"No indicator to rate has the code {', '.join(missing)}.")
    if not taken:
        raise Refused("Choose at least one indicator to rate.")
    return taken


def _made(label: str, by: Reach, **fields: Any) -> Round:
    year = _year_of(fields["opens_on"], by)
    opened = Round(district=by.district, school_year=year, label=label, edition=EDITION, **fields)
    try:
        with transaction.atomic():
            opened.save()
    except IntegrityError as error:
        raise Refused("A round is open, or this year has one of that name.") from error
    return opened


def approach_at_opening(round_: Round) -> str:
    """The district's approach when the round opened; "" for a round of before that was noted."""
    opened = AuditEvent.objects.filter(
        district=round_.district_id,
        verb="assessment.round_opened",
        subject=Round._meta.label_lower,
        subject_pk=str(round_.pk),
    )
    detail = opened.values_list("detail", flat=True).first() or {}
    return str(detail.get("approach", ""))


@transaction.atomic
def finish(round_: Round, *, by: Reach, unrated: Collection[str] | None = None) -> Round:
    """End the rating and freeze the evidence: what program lead and champion then sign.

    What is not rated stays so. `unrated` are the codes that the person saw as left out: raises
    Stale if others are by now. Refused while votes are being cast, and if nothing is rated.
    """
    now = held_open(round_)
    teams.refuse_unless_running(now, by)
    ratings = _ratings_of(now)
    _refuse_while_voting(ratings.values())
    missing = {code for code, rating in ratings.items() if rating.value is None}
    if len(missing) == len(ratings):
        raise Refused("Nothing is rated yet, so there is nothing to sign.")
    if unrated is not None and set(unrated) != missing:
        raise Stale("The ratings changed after you opened this page. Look at them once more.")
    kept = _freeze(now, ratings, by)
    now.state, now.rated_at = Round.State.SIGNING, timezone.now()
    now.save(update_fields=["state", "rated_at"])
    record(
        by,
        "assessment.round_finished",
        now,
        label=now.label,
        rated=len(ratings) - len(missing),
        unrated=sorted(missing),
        digest=kept.digest,
    )
    return now


def _ratings_of(round_: Round) -> dict[str, IndicatorRating]:
    """All ratings of a round by code, locked; those are made that an older round has not."""
    codes = [each.code for each in indicators_of(round_)]
    IndicatorRating.objects.bulk_create(
        [
            IndicatorRating(district_id=round_.district_id, round=round_, code=code, order=order)
            for order, code in enumerate(codes)
        ],
        ignore_conflicts=True,
    )
    rows = IndicatorRating.objects.select_for_update(of=("self",), no_key=True).filter(round=round_)
    return {rating.code: rating for rating in rows.order_by("pk")}


def _refuse_while_voting(ratings: Iterable[IndicatorRating]) -> None:
    voting = sorted(each.code for each in ratings if each.stage == Stage.VOTING)
    if voting:
        raise Refused(f"The team is voting on {', '.join(voting)}. Show those votes first.")


def _freeze(round_: Round, ratings: dict[str, IndicatorRating], by: Reach) -> EvidenceSnapshot:
    # A facilitator may reach one school only; what is signed is the whole district's.
    whole = replace(by, schools=EVERYWHERE)
    facts = collect(whole, by.district.today(), examples=True)
    content = frozen(facts, indicators_of(round_))
    files = _files_by_hand(round_, content)
    for code, rating in ratings.items():
        said = content.setdefault(code, {})
        rating.hint = said.get("hint")
        rating.documented, rating.practised = said.get("documented"), said.get("practised")
        said["rating"] = _plain(rating)
        said["files"] = files.get(code, [])
    IndicatorRating.objects.bulk_update(ratings.values(), ["hint", "documented", "practised"])
    return EvidenceSnapshot.objects.create(
        district_id=round_.district_id, round=round_, content=content, digest=digest(content)
    )


def _plain(rating: IndicatorRating) -> dict[str, Any]:
    """What is signed of a rating, so that the digest covers it too."""
    return {
        "value": rating.value,
        "rationale": rating.rationale,
        "dissent": rating.dissent,
        "counts": rating.counts,
        "turn": rating.turn,
        "rated_by": str(rating.rated_by) if rating.rated_by_id else "",
        "rated_at": rating.rated_at.isoformat() if rating.rated_at else None,
    }


def _files_by_hand(round_: Round, codes: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By code, the files that were added by hand, each with the hash of what is in it."""
    rows = EvidenceRevision.objects.filter(
        district=round_.district_id,
        is_current=True,
        evidence__withdrawn_at=None,
        evidence__uses__code__in=list(codes),
    ).exclude(file="")
    files: dict[str, list[dict[str, Any]]] = {}
    named = rows.order_by("evidence", "pk").values_list(
        "evidence__uses__code", "evidence", "number", "file_name", "sha256"
    )
    for code, evidence, number, name, sha256 in named:
        said = {"evidence": evidence, "revision": number, "file": name, "sha256": sha256}
        files.setdefault(code, []).append(said)
    return files


@transaction.atomic
def reopen(round_: Round, reason: str, *, by: Reach) -> Round:
    """Take a round that waits for signatures, or is closed, back to rating. Its signatures count
    no more; what had been frozen stays in the record.

    Refused for an open round, without a reason, and for a closed one while another is unfinished.
    """
    now = held(round_)
    if now.is_open:
        raise Refused(f"{now.label} is open: its ratings can be changed.")
    if not reason.strip():
        raise Refused("Say why it is opened again.")
    was = now.state
    now.state, now.rated_at, now.closed_at, now.closed_by = Round.State.OPEN, None, None, None
    try:
        with transaction.atomic():
            now.save(update_fields=["state", "rated_at", "closed_at", "closed_by"])
    except IntegrityError as error:
        raise Refused("Another round is not finished. Close that one first.") from error
    if was == Round.State.CLOSED:
        gaps.unsettle(now, by=by)
    kept = EvidenceSnapshot.objects.filter(round=now).first()
    SignOff.objects.filter(round=now, withdrawn_at=None).update(withdrawn_at=timezone.now())
    RoundReopening.objects.create(
        district_id=now.district_id,
        round=now,
        by=by.user,
        reason=reason.strip(),
        was=was,
        digest=kept.digest if kept else "",
    )
    record(by, "assessment.round_reopened", now, label=now.label, reason=reason.strip(), was=was)
    return now
