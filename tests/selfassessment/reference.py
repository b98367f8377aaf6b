"""What the checks must say of a district, the slow and obvious way: loops over rows, no figures
from the database, none of the product's own rules. To hold the evidence engine against.
"""

from __future__ import annotations

import datetime as dt

from checklists.models import Checklist, ChecklistTemplate, Window
from roadmap.models import Milestone
from roles.models import Acknowledgement, Assignment, JobDescriptionVersion, Position
from selfassessment.models import EvidenceRevision, EvidenceUse

SENIOR = ("EXEC_CHAMPION", "SUPERINTENDENT", "PROJECT_MANAGER", "INSTR_SUPERVISOR", "PRINCIPAL",
          "SITE_LEAD")  # fmt: skip
COACHES = ("COACH_LEAD", "TUTOR_COACH", "SITE_LEAD")
CHECKED = ("EXEC_CHAMPION", "PROGRAM_LEAD", "PROJECT_MANAGER", "INSTR_SUPERVISOR", "PRINCIPAL",
           "SITE_LEAD", "COACH_LEAD", "TUTOR_COACH")  # fmt: skip
DAYS = {"caseload_list": 182, "pd_plan": 365, "pd_log": 182}
BY_MILESTONE = {"pd_plan": ("M26",), "pd_log": ("M29", "M30")}
YES, NO, NOBODY_KNOWS = "passed", "failed", "unknown"


class Slow:
    """The rows of a district on one day, all of them read beforehand."""

    def __init__(self, district, today: dt.date) -> None:
        self.district, self.today = district, today
        self.positions = [
            each
            for each in Position.objects.filter(district=district).select_related("role")
            if each.opened_on <= today and (each.closed_on is None or each.closed_on > today)
        ]
        self.versions = list(
            JobDescriptionVersion.objects.filter(district=district).select_related(
                "job_description__role"
            )
        )
        self.assignments = list(Assignment.objects.filter(district=district))
        read = Acknowledgement.objects.filter(district=district)
        self.read = {(each.assignment_id, each.version_id) for each in read}
        published = ChecklistTemplate.objects.filter(district=district, status="published")
        self.templates = {each.role.key for each in published.select_related("role")}

    # One row at a time.

    def seats(self, keys):
        return [each for each in self.positions if each.role.key in keys]

    def published(self, key):
        for each in self.versions:
            if each.job_description.role.key == key and each.status == "published":
                return each
        return None

    def is_written(self, key):
        return any(
            each.job_description.role.key == key and each.status != "superseded"
            for each in self.versions
        )

    def is_fresh(self, version):
        return (self.today - version.published_at.date()).days <= 365

    def of(self, position):
        return [each for each in self.assignments if each.position_id == position.pk]

    def now(self, position):
        for each in self.of(position):
            if each.starts_on <= self.today and (
                each.ends_on is None or each.ends_on >= self.today
            ):
                return each
        return None

    def has_read(self, position):
        version, held = self.published(position.role.key), self.now(position)
        return bool(version and held and (held.pk, version.pk) in self.read)

    def days_vacant(self, position):
        if self.now(position):
            return 0
        left = [each.ends_on for each in self.of(position)]
        since = max([day for day in left if day and day < self.today], default=position.opened_on)
        return (self.today - since).days

    def kinds_on_file(self, code):
        found = set()
        for use in EvidenceUse.objects.filter(district=self.district, code=code):
            for each in EvidenceRevision.objects.filter(evidence=use.evidence, is_current=True):
                end = each.expires_on or each.dated_on + dt.timedelta(days=DAYS.get(use.kind, 365))
                if use.evidence.withdrawn_at is None and each.dated_on <= self.today <= end:
                    found.add(use.kind)
        for milestone in Milestone.objects.filter(district=self.district, state="done"):
            for kind, keys in BY_MILESTONE.items():
                end = milestone.done_on + dt.timedelta(days=DAYS[kind])
                if milestone.key in keys and milestone.supports and self.today <= end:
                    found.add(kind)
        return found

    def closed_windows(self):
        return [
            each
            for each in Window.objects.filter(district=self.district)
            if each.closes_on < self.today and each.opens_on >= dt.date(2026, 7, 1)
        ]

    # The rules, in words of their own.

    def ladder(self, code):
        return getattr(self, f"_{code.replace('.', '_')}")()

    def _6b_1(self):
        version = self.published("PROGRAM_LEAD")
        held = [each for each in self.seats(["PROGRAM_LEAD"]) if self.now(each)]
        first = min((each.closes_on for each in self.closed_windows()), default=None)
        since = bool(version and first and version.published_at.date() >= first)
        yield 1, "documented", self.is_written("PROGRAM_LEAD")
        yield 2, "documented", bool(version)
        yield 2, "documented", bool(version and version.responsibilities.count())
        yield 2, "documented", bool(version and self.is_fresh(version))
        yield 2, "practised", bool(held)
        yield 2, "practised", any(self.has_read(each) for each in held)
        yield 3, "documented", since
        yield 3, "practised", NOBODY_KNOWS

    def _6b_2(self):
        seats = self.seats(SENIOR)
        covered = [each for each in seats if self.published(each.role.key)]
        yield 1, "documented", bool(covered)
        yield 2, "documented", bool(seats) and len(covered) / len(seats) >= 0.8
        yield 2, "documented", self._all_fresh(covered)
        yield 2, "practised", self._most_have_read(seats)
        yield 3, "documented", bool(seats) and len(covered) == len(seats)
        yield 3, "practised", bool(seats) and all(self.days_vacant(each) <= 30 for each in seats)

    def _6b_3(self):
        seats, sent = self.seats(COACHES), self.kinds_on_file("6b.3")
        own = ["SITE_LEAD"] if self.district.approach == "partner_provider" else COACHES
        exhibit, outline = "provider_exhibit" in sent, sent & {"jd_coach", "provider_exhibit"}

        def each_states(what, provided):
            return bool(seats) and all(
                (provided and seat.role.key not in own)
                or (self.published(seat.role.key) and what(self.published(seat.role.key)))
                for seat in seats
            )

        apart = [seat for seat in seats if not (outline and seat.role.key not in own)]
        provided = len(apart) < len(seats)
        covered = [seat for seat in apart if self.published(seat.role.key)]
        yield 1, "practised", any(self.now(each) for each in seats)
        yield 2, "documented", each_states(lambda _: True, outline)
        yield 2, "documented", self._all_fresh(covered) or (provided and not covered)
        yield 2, "documented", each_states(lambda version: version.caseload.strip(), exhibit)
        yield 2, "documented", each_states(lambda v: v.observation_rhythm.strip(), exhibit)
        yield 2, "practised", self._most_have_read(seats, apart)
        yield 3, "documented", "caseload_list" in sent
        yield 3, "practised", NOBODY_KNOWS

    def _6c_1(self):
        """In a district without a plan of learning of its own."""
        sent = self.kinds_on_file("6c.1")
        yield 1, "documented", "pd_plan" in sent
        yield 2, "documented", NOBODY_KNOWS
        yield 2, "practised", "pd_log" in sent
        yield 2, "practised", NOBODY_KNOWS
        yield 2, "practised", NOBODY_KNOWS
        yield 3, "practised", NOBODY_KNOWS
        yield 3, "documented", NOBODY_KNOWS

    def _6c_2(self):
        seats, windows = self.seats(CHECKED), self.closed_windows()
        have = [each for each in seats if each.role.key in self.templates]
        every = Checklist.objects.filter(district=self.district)
        forms = [each for each in every if each.window in windows]
        own = [each for each in forms if each.rater_kind == "self"]
        sent = [each for each in own if each.submitted_at]
        second = [each for each in forms if each.rater_kind == "observer" and each.submitted_at]
        yield 1, "documented", bool(have)
        yield 2, "documented", bool(seats) and len(have) == len(seats)
        yield 2, "practised", len(windows) >= 2
        yield 2, "practised", bool(own) and len(sent) / len(own) >= 0.8
        yield 3, "practised", bool(second)
        yield 3, "practised", NOBODY_KNOWS if second else False  # no item is rated in these

    def _all_fresh(self, covered):
        return bool(covered) and all(
            self.is_fresh(self.published(each.role.key)) for each in covered
        )

    def _most_have_read(self, seats, own=None):
        """`own`: those whose reading is ours to ask for; the others count as done."""
        held = [each for each in seats if self.now(each)]
        done = [x for x in held if (own is not None and x not in own) or self.has_read(x)]
        return bool(held) and len(done) / len(held) >= 0.8

    # The hint from the rungs.

    def results(self, code):
        word = {True: YES, False: NO, NOBODY_KNOWS: NOBODY_KNOWS}
        return sorted((rung, axis, word[said]) for rung, axis, said in self.ladder(code))

    def stands(self, code):
        """(value, documented, practised)."""
        found = self.results(code)
        return tuple(
            max(
                top
                for top in range(4)
                if all(said == YES for rung, each, said in found if rung <= top and each in axes)
            )
            for axes in (("documented", "practised"), ("documented",), ("practised",))
        )
