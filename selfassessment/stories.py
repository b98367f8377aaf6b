"""How one rating came from another: rating, gap, milestones, proof, evidence, and the new rating.

Each chapter leads to the real thing. What a closed round froze is told as it was then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from roadmap.models import Milestone, State
from roles.access import Reach
from roles.models import District
from selfassessment.causes import Record, frozen_with, kept_with, key_of, new_items
from selfassessment.evidence import evidence
from selfassessment.facts import Facts
from selfassessment.gaps import Work
from selfassessment.library import Indicator
from selfassessment.models import (
    Gap,
    IndicatorRating,
    RatingCause,
    SignOff,
)
from selfassessment.wording import count, day

MOST = 12


@dataclass(frozen=True)
class Entry:
    """One thing that a chapter names, with the way there; "" where there is none."""

    label: str
    told: str = ""
    when: dt.date | None = None
    path: str = ""
    is_outside: bool = False


@dataclass(frozen=True)
class Chapter:
    """`kind` is its place in the chain; `value` the rating it is about; `is_done`: it has come."""

    kind: str
    title: str
    when: dt.date | None = None
    told: str = ""
    by: str = ""
    value: int | None = None
    entries: Sequence[Entry] = ()
    more: int = 0
    is_done: bool = True


@dataclass(frozen=True)
class Story:
    """`chapters` in the order in which things happened."""

    gap: Gap
    indicator: Indicator
    chapters: Sequence[Chapter] = field(default_factory=tuple)
    before: int | None = None
    after: int | None = None

    @property
    def backwards(self) -> list[Chapter]:
        return list(reversed(self.chapters))


def story_of(reach: Reach, work: Work, facts: Facts | None) -> Story:
    """The story of a gap as far as it has come. `facts` are needed where it is open."""
    gap = work.gap
    last = gap.closing_rating or (work.last if work.way.rated_again else None)
    return Story(
        gap=gap,
        indicator=work.indicator,
        chapters=(
            _first_rating(reach.district, gap.rating),
            _gap(reach.district, gap),
            _milestones(reach.district, work),
            _proofs(reach.district, work),
            _evidence(reach, work, facts),
            *([_new_rating(reach, last)] if last else []),
            *_end(work),
        ),
        before=gap.rating.value,
        after=last.value if last else None,
    )


def path_of(district: District, view_name: str, pk: int | None, url: str = "") -> str:
    """Where a record is, by the name that was kept with it; "" if no page is called that now."""
    if url or not view_name:
        return url
    try:
        return reverse(view_name, args=[district.slug] + ([pk] if pk is not None else []))
    except NoReverseMatch:
        return ""


def _first_rating(district: District, rating: IndicatorRating) -> Chapter:
    if rating.value is None:
        title, told = "Voting again", "The team is voting on it again."
    else:
        title, told = f"Rated {rating.value}", rating.rationale
    return Chapter(
        kind="rating",
        title=title,
        when=_date(district, rating.rated_at),
        told=told,
        by=str(rating.rated_by or ""),
        value=rating.value,
        entries=(_round(district, rating),),
    )


def _gap(district: District, gap: Gap) -> Chapter:
    owner = str(gap.owner) if gap.owner else "nobody yet"
    return Chapter(
        kind="gap",
        title=f"A gap: the aim is {gap.target}",
        when=_date(district, gap.opened_at),
        told=gap.cause or "Nobody has said yet why it is so.",
        entries=(
            Entry(
                label=f"Gap in {gap.code}",
                told=f"Owner: {owner}",
                path=reverse("selfassessment:gap", args=[district.slug, gap.pk]),
            ),
        ),
        is_done=bool(gap.cause),
    )


def _milestones(district: District, work: Work) -> Chapter:
    found = [step.milestone for step in work.steps]
    done = sum(each.state == State.DONE for each in found)
    title = f"{done} of {count(len(found), 'milestone')} done" if found else "No milestone yet"
    return Chapter(
        kind="milestone",
        title=title,
        told="" if found else "What will close the gap is still to be chosen.",
        entries=[_milestone(district, each) for each in found],
        is_done=bool(done),
    )


def _milestone(district: District, milestone: Milestone) -> Entry:
    if milestone.state == State.DONE:
        state = f"Done {day(milestone.done_on)}"
    elif milestone.is_open:
        state = f"{milestone.get_state_display()}, due {day(milestone.due_on)}"
    else:
        state = f"Set aside: {milestone.reason}"
    return Entry(
        label=milestone.name,
        told=f"{state}. {milestone.owner_words}",
        path=path_of(district, "roadmap:detail", milestone.pk),
    )


def _proofs(district: District, work: Work) -> Chapter:
    done = [s.milestone for s in work.steps if s.milestone.state == State.DONE]
    entries = [entry for each in done for entry in _proof(district, each)]
    return Chapter(
        kind="artefact",
        title="Proof" if entries else "No proof yet",
        told="" if entries else "It comes with the milestone: nothing is done without proof.",
        entries=entries,
        is_done=bool(entries),
    )


def _proof(district: District, milestone: Milestone) -> Iterable[Entry]:
    of, when = f"Proof of {milestone.title}", milestone.done_on
    if milestone.proof_file:
        path = path_of(district, "roadmap:proof", milestone.pk)
        label = milestone.proof_file_name or "The file"
        yield Entry(label, of, when, path)
    if milestone.proof_link:
        link = milestone.proof_link
        yield Entry(link, of, when, link, is_outside=True)
    if milestone.proof_text:
        path = path_of(district, "roadmap:detail", milestone.pk)
        yield Entry(milestone.proof_text, of, when, path)


def _evidence(reach: Reach, work: Work, facts: Facts | None) -> Chapter:
    gap = work.gap
    if gap.closing_rating:
        found: Sequence[Record] = _frozen(gap.rating, gap.closing_rating)
        title = f"{count(len(found), 'piece')} of new evidence, signed with the round"
    elif gap.is_open and facts:
        found = new_items(evidence(work.indicator, facts), gap.rating)
        title = f"{count(len(found), 'piece')} of evidence since" if found else "No new evidence"
    else:
        return Chapter("evidence", "No new evidence", is_done=False)
    return Chapter(
        kind="evidence",
        title=title,
        entries=[_record(reach.district, each) for each in found[:MOST]],
        more=max(0, len(found) - MOST),
        is_done=bool(found),
    )


def _frozen(first: IndicatorRating, last: IndicatorRating) -> Sequence[Record]:
    """What was frozen with the new rating and was not there at the old one; all, if nothing new."""
    kept = kept_with(last)
    had = frozen_with([first]).get((first.round_id, first.code), ())
    since = _date(first.district, first.rated_at)
    new: list[Record] = [
        each
        for each in kept
        if key_of(each) not in had or (each.dated_on and since and each.dated_on > since)
    ]
    return new or list(kept)


def _record(district: District, record: Record) -> Entry:
    return Entry(
        label=record.label,
        told=". ".join(filter(None, (record.told.rstrip("."), record.source))),
        when=record.dated_on,
        path=path_of(district, record.view_name, record.pk, record.url),
        is_outside=bool(record.url),
    )


def _new_rating(reach: Reach, rating: IndicatorRating) -> Chapter:
    causes = RatingCause.objects.reachable(reach).filter(rating=rating)
    signed = SignOff.objects.reachable(reach).filter(round=rating.round_id, withdrawn_at=None)
    named = [f"{each.by}, {each.get_capacity_display().lower()}" for each in
             signed.select_related("by")]  # fmt: skip
    return Chapter(
        kind="again",
        title="Voting again" if rating.value is None else f"Rated {rating.value}",
        when=_date(reach.district, rating.rated_at),
        told=rating.rationale,
        by=f"Signed by {' and '.join(named)}" if named else str(rating.rated_by or ""),
        value=rating.value,
        entries=[
            _round(reach.district, rating),
            *(_cause(reach.district, each) for each in causes),
        ],
    )


def _cause(district: District, cause: RatingCause) -> Entry:
    return Entry(
        label=f"Because of: {cause.label}",
        told=cause.told,
        when=cause.dated_on,
        path=path_of(district, cause.view_name, cause.ref, cause.url),
        is_outside=bool(cause.url),
    )


def _end(work: Work) -> Iterable[Chapter]:
    gap = work.gap
    if gap.dropped_at:
        yield Chapter(
            kind="end",
            title="Dropped",
            when=_date(gap.district, gap.dropped_at),
            told=gap.dropped_why,
            by=str(gap.dropped_by),
        )
    elif gap.is_open:
        yield Chapter("next", work.words, told=work.next_step, is_done=False)


def _round(district: District, rating: IndicatorRating) -> Entry:
    path = reverse("selfassessment:round", args=[district.slug, rating.round_id])
    return Entry(label=f"{rating.round.label}, {rating.code}", path=path)


def _date(district: District, moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment, timezone=district.zone) if moment else None
