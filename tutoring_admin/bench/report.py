"""What was measured, as a table to read and a file to compare with later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tutoring_admin.bench.against import Against
from tutoring_admin.bench.feeds import Feed
from tutoring_admin.bench.finding import Finding
from tutoring_admin.bench.heat import POSITIONS, WINDOWS, Heat
from tutoring_admin.bench.mails import Mails
from tutoring_admin.bench.opening import Opening
from tutoring_admin.bench.papers import Papers
from tutoring_admin.bench.phone import Taps
from tutoring_admin.bench.posting import Posting
from tutoring_admin.bench.rosters import Imported
from tutoring_admin.bench.rounds import ROUNDS, Row
from tutoring_admin.bench.saving import Saving
from tutoring_admin.bench.sweeping import Sweeping
from tutoring_admin.bench.voting import CLIENTS, Voting
from tutoring_admin.bench.walled import Walled
from tutoring_admin.bench.weighing import Visits, Weight
from tutoring_admin.bench.zips import PROCESSES, Zips

HEAD = f"{'ms (middle half)':>18} {'x bare':>7} {'queries':>8} {'kB':>5}"


@dataclass(frozen=True)
class OfChecklists:
    """What was measured around checklists, beside their pages."""

    saving: Saving
    weight: Weight
    taps: Taps
    heat: Sequence[Heat]
    opening: Opening

    def lines(self) -> Iterator[str]:
        saving, weight, taps, opening = self.saving, self.weight, self.taps, self.opening
        yield (
            f"\nSave of one answer: {saving.save_ms:.1f} ms, p95 {saving.save_p95_ms:.1f};"
            f" bare write {saving.bare_ms:.1f} ms, p95 {saving.bare_p95_ms:.1f};"
            f" p95 ratio {saving.ratio:.2f}; {saving.queries} queries"
        )
        yield (
            f"Form on a first visit: {weight.total / 1000:.1f} kB in {weight.requests} answers,"
            f" {weight.script / 1000:.1f} kB of it script;"
            f" {weight.headers / 1000:.1f} kB of headers on top"
        )
        yield (
            f"Tap to its mark, {taps.taps} taps: {taps.online_ms:.1f} ms, p99"
            f" {taps.online_p99_ms:.1f}; offline {taps.offline_ms:.1f} ms, p99"
            f" {taps.offline_p99_ms:.1f}"
        )
        for each in self.heat:
            yield (
                f"Heat map, {each.schools:,} schools x {POSITIONS} positions x 12 items x"
                f" {WINDOWS} windows ({each.ratings:,} ratings): {each.median_ms:.0f} ms,"
                f" {each.ratio:.2f} x bare, {each.queries} queries,"
                f" {each.cell_us:.0f} us for each of {each.cells} cells"
            )
        yield (
            f"Opening a window: {opening.forms:,} forms in {opening.seconds:.2f} s;"
            f" once more {opening.again_seconds:.2f} s"
        )


@dataclass(frozen=True)
class Results:
    """One run. `load` is the machine's load average before and after; none of it is ours."""

    measured_at: str
    cores: int
    load: tuple[float, float]
    seed_scale_seconds: float
    pages: Sequence[Row]
    papers: Papers
    mails: Mails
    zips: Zips
    checklists: OfChecklists
    feed: Feed
    posting: Posting
    sweeping: Sweeping
    voting: Voting
    against: Sequence[Against]
    visits: Sequence[Visits]
    walled: Walled
    roster: Imported
    search: Finding

    def store(self, file: Path) -> None:
        data = asdict(self) | {"durable": False, "rounds": ROUNDS}
        data["papers"]["ratio"] = self.papers.ratio
        data["feed"]["ratio"] = self.feed.ratio
        for told, page in zip(data["against"], self.against, strict=True):
            told["ratio"] = page.ratio
        data["posting"]["ratio"] = self.posting.ratio
        data["sweeping"]["ratio"] = self.sweeping.ratio
        data["roster"]["is_within"] = self.roster.is_within
        data["search"]["is_within"] = self.search.is_within
        data["voting"]["ratio"] = self.voting.ratio
        data["walled"]["ratio"] = self.walled.ratio
        data["zips"]["ratio"] = self.zips.ratio
        data["checklists"]["saving"]["ratio"] = self.checklists.saving.ratio
        file.write_text(json.dumps(data, indent=1) + "\n")

    def table(self) -> str:
        return "\n".join([*self._conditions(), *self._pages(), *self._rest()])

    def _conditions(self) -> Iterator[str]:
        load = " and ".join(f"{value:.1f}" for value in self.load)
        yield f"{self.measured_at}, {self.cores} cores, load {load} before and after."
        yield f"Engines without fsync; gunicorn with 2 processes; {ROUNDS} rounds; loopback."
        yield f"seed_scale took {self.seed_scale_seconds:.1f} s."

    def _pages(self) -> Iterator[str]:
        names = dict.fromkeys(row.page for row in self.pages if row.district)
        small, large = dict.fromkeys(row.district for row in self.pages if row.district)
        rows = {(row.page, row.district): row for row in self.pages}
        bare = next(row for row in self.pages if not row.district)
        yield f"\n{bare.page}: {_ms(bare).strip()} ms, {bare.queries} queries\n"
        yield f"{'':24}{small:^42}{large:^42}"
        yield f"{'page':24}{HEAD} {HEAD}"
        for name in names:
            pair = rows[name, small], rows[name, large]
            differs = "" if pair[0].queries == pair[1].queries else "  <- queries differ"
            yield f"{name:24}{' '.join(map(_cells, pair))}{differs}"

    def _rest(self) -> Iterator[str]:
        papers, mails = self.papers, self.mails
        yield (
            f"\nPDF, {papers.pages} pages:"
            f" {papers.product_ms:.0f} ms ({papers.product_iqr_ms:.0f}),"
            f" WeasyPrint alone {papers.alone_ms:.0f} ms ({papers.alone_iqr_ms:.0f}),"
            f" ratio {papers.ratio:.2f}"
        )
        yield (
            f"Mails, {mails.letters} letters by the worker's 2 processes into files:"
            f" {mails.sent_a_second:.0f} a second ({mails.owed_a_second:.0f} owed a second)"
        )
        vote = self.voting
        yield (
            f"Vote, {CLIENTS} at once: {vote.vote_ms:.1f} ms, p95 {vote.vote_p95_ms:.1f};"
            f" bare write"
            f" by {CLIENTS} at once {vote.bare_ms:.1f} ms, p95 {vote.bare_p95_ms:.1f}; p95 ratio"
            f" {vote.ratio:.2f}; {vote.queries} queries"
        )
        zips = self.zips
        yield (
            f"ZIP of {zips.documents} job descriptions: {zips.seconds:.1f} s;"
            f" one PDF alone {zips.one_pdf_ms:.0f} ms,"
            f" so {zips.ratio:.2f} x their sum over {PROCESSES} processes"
        )
        yield from self.checklists.lines()
        yield self.feed.line()
        yield self.posting.line()
        yield self.sweeping.line()
        yield self.roster.line()
        yield self.search.line()
        yield self.walled.line()
        yield from (page.line() for page in self.against)
        yield from (home.line() for home in self.visits)


def _cells(row: Row) -> str:
    return f"{_ms(row)} {row.ratio:>7.2f} {row.queries:>8} {row.size / 1000:>5.0f}"


def _ms(row: Row) -> str:
    return f"{row.median_ms:.1f} ({row.iqr_ms:.1f})".rjust(18)
