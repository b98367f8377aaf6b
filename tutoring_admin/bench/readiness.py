"""The readiness page with all its rules, in districts of 20, 200 and 2,000 schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from checklists.models import Checklist, Window
from roadmap.models import (
    Cadence,
    LearningLevel,
    LearningLine,
    LearningSession,
    LineAudience,
    Milestone,
    Phase,
    SessionState,
    State,
)
from roles.models import (
    Assignment,
    District,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Responsibility,
    SchoolYear,
    User,
)
from selfassessment.library import EDITION, core_of
from selfassessment.models import (
    EvidenceRevision,
    EvidenceUse,
    HandEvidence,
    IndicatorRating,
    Round,
    Stage,
)
from tutoring_admin.bench.against import Against, against_bare
from tutoring_admin.bench.heat import POSITIONS, SIZES, slug_of
from tutoring_admin.bench.pages import MANAGER

ROUNDS = 60
ONE_DAY = dt.timedelta(days=1)
KEYS = {
    "SEAT_2": "PRINCIPAL", "SEAT_3": "TUTOR_COACH", "SEAT_4": "COACH_LEAD",
    "SEAT_5": "INSTR_SUPERVISOR",
}  # fmt: skip
LINES, SESSIONS, MILESTONES, BY_HAND = 6, 2, 20, 10
READ = """
INSERT INTO roles_acknowledgement (district_id, version_id, assignment_id, at)
SELECT a.district_id, v.id, a.id, now() - interval '20 days'
FROM roles_assignment a
JOIN roles_position p ON p.id = a.position_id
JOIN roles_jobdescription j ON j.role_id = p.role_id
JOIN roles_jobdescriptionversion v ON v.job_description_id = j.id AND v.status = 'published'
WHERE a.district_id = %(district)s AND a.id %% 10 <> 0
"""
SECOND_RATERS = """
INSERT INTO checklists_checklist
  (district_id, window_id, template_id, position_id, school_id, holder_id, rater_id, rater_kind,
   started_at, saved_at, submitted_at, told_at, score, coverage, band, is_blind)
SELECT district_id, window_id, template_id, position_id, school_id, holder_id, %(rater)s,
  'observer', started_at, saved_at, submitted_at, told_at, score, coverage, band, true
FROM checklists_checklist
WHERE district_id = %(district)s AND rater_kind = 'self' AND position_id %% 10 = 0
"""
ASK_NOW = """
INSERT INTO checklists_checklist
  (district_id, window_id, template_id, position_id, school_id, holder_id, rater_id, rater_kind,
   started_at, saved_at, submitted_at, told_at, score, coverage, band, is_blind)
SELECT district_id, %(window)s, template_id, position_id, school_id, holder_id, rater_id,
  rater_kind, now(), now(), NULL, now(), NULL, NULL, '', is_blind
FROM checklists_checklist
WHERE window_id = %(last)s AND rater_kind = 'self'
"""
HALF_CAME = """
UPDATE checklists_checklist f
SET submitted_at = now(), score = 67, coverage = 100, band = 'developing'
FROM checklists_window w
WHERE w.id = f.window_id AND w.closed_at IS NULL AND f.district_id = %(district)s
  AND f.position_id %% 2 = 0
"""
RATE_AGAIN = """
INSERT INTO checklists_rating
  (district_id, checklist_id, item_id, value, not_applicable, note, saved_at, version)
SELECT c.district_id, c.id, i.id, (c.id * 7 + i.id * 5) %% 3, false, '', now(), 1
FROM checklists_checklist c JOIN checklists_checklistitem i ON i.template_id = c.template_id
WHERE c.district_id = %(district)s AND c.rater_kind = 'observer'
"""
ATTEND = """
INSERT INTO roadmap_attendance
  (district_id, session_id, position_id, attendee_id, present, marked_by_id, marked_at)
SELECT s.district_id, s.id, p.id, a.holder_id, a.id %% 9 <> 0, %(rater)s, now()
FROM roadmap_learningsession s
JOIN roadmap_lineaudience l ON l.line_id = s.line_id
JOIN roles_position p ON p.role_id = l.role_id
JOIN roles_assignment a ON a.position_id = p.id
WHERE s.district_id = %(district)s
"""


def build_all() -> None:
    """Give the districts of the heat map everything that a rule looks at. Changes the keys of
    their roles: what else is measured there comes before.
    """
    for schools in SIZES:
        with transaction.atomic():
            _build(District.objects.get(slug=slug_of(schools)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(port: int) -> list[Against]:
    """Each district's page as its readers see it, and right after something has changed there."""
    return [row for schools in SIZES for row in _measured(schools, port)]


def _measured(schools: int, port: int) -> list[Against]:
    slug = slug_of(schools)
    name = f"Readiness, {schools:,} schools and {schools * POSITIONS:,} positions"
    path = reverse("selfassessment:index", kwargs={"district": slug})
    visit = partial(against_bare, port, slug, f"{MANAGER}@{slug}.example")
    found = visit({name: path}, rounds=ROUNDS)
    for what, change in _changes(District.objects.get(slug=slug)):
        found += visit({f"{name}, {what}": path}, rounds=ROUNDS // 3, before=change)
    return found


def _changes(district: District) -> Iterator[tuple[str, Callable[[], object]]]:
    """What changes in a district from minute to minute, from hour to hour, and from day to day."""
    ours = {"district": district}
    form = Checklist.objects.filter(**ours, window__closed_at=None).latest("pk")
    step = Milestone.objects.filter(**ours, state=State.DONE).latest("pk")
    held = Assignment.objects.filter(**ours).latest("pk")
    yield "a form has just come in", partial(_turn, form, "is_blind")
    yield "a milestone has just changed", partial(_turn, step, "hand_dated")
    yield "a position has just changed hands", partial(_turn, held, "interim")


def _turn(row: Model, flag: str) -> None:
    setattr(row, flag, not getattr(row, flag))
    row.save(update_fields=[flag])


def _build(district: District) -> None:
    manager = User.objects.get(email=f"{MANAGER}@{district.slug}.example")
    year = SchoolYear.objects.on(district.today()).get(district=district)
    for before, key in KEYS.items():
        LeadershipRole.objects.filter(district=district, key=before).update(key=key)
    _descriptions(district, manager)
    _learning(district, year, manager)
    _milestones(district, year, manager)
    _by_hand(district, manager)
    _rounds(district, year, manager)
    others = User.objects.get(email=f"leader0@{district.slug}.example").pk
    with connection.cursor() as cursor:
        # past the triggers that lock what is submitted, as the ratings of the heat map
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (READ, SECOND_RATERS, RATE_AGAIN, ATTEND):
            cursor.execute(statement, {"district": district.pk, "rater": others})
        cursor.execute(ASK_NOW, _windows(district, year))
        cursor.execute(HALF_CAME, {"district": district.pk})
        cursor.execute("SET LOCAL session_replication_role = origin")


def _descriptions(district: District, author: User) -> None:
    for role in LeadershipRole.objects.filter(district=district):
        job = JobDescription.objects.create(district=district, role=role)
        version = JobDescriptionVersion.objects.create(
            district=district,
            job_description=job,
            number=1,
            title=role.title,
            caseload="8 tutors",
            observation_rhythm="weekly",
        )
        Responsibility.objects.bulk_create(
            Responsibility(district=district, version=version, text=f"Duty {n}.", order=n)
            for n in range(8)
        )
        JobDescriptionVersion.objects.filter(pk=version.pk).update(
            status="published", published_by=author, published_at=timezone.now() - 30 * ONE_DAY
        )


def _windows(district: District, year: SchoolYear) -> dict[str, int]:
    """Keys of a window that is open, and of the last one before."""
    last = Window.objects.filter(district=district).latest("closes_on")
    now = Window.objects.create(
        district=district,
        school_year=year,
        label="The open one",
        opens_on=district.today(),
        closes_on=district.today() + 10 * ONE_DAY,
        opened_at=timezone.now(),
    )
    return {"window": now.pk, "last": last.pk}


def _learning(district: District, year: SchoolYear, author: User) -> None:
    roles = list(LeadershipRole.objects.filter(district=district))
    for n in range(LINES):
        line = LearningLine.objects.create(
            district=district,
            school_year=year,
            level=LearningLevel.SITE,
            topic=f"Topic {n}",
            sessions=4,
            minutes_each=60,
            cadence=Cadence.QUARTERLY,
            order=n,
        )
        LineAudience.objects.create(district=district, line=line, role=roles[n % len(roles)])
        LearningSession.objects.bulk_create(
            LearningSession(
                district=district,
                line=line,
                on=district.today() - (back + 1) * 20 * ONE_DAY,
                at=dt.time(15),
                minutes_long=60,
                state=SessionState.HELD,
                held_at=timezone.now(),
                held_by=author,
            )
            for back in range(SESSIONS)
        )


def _milestones(district: District, year: SchoolYear, author: User) -> None:
    phase = Phase.objects.create(
        district=district, school_year=year, key="READY", title="Readiness", order=99
    )
    done_on = district.today() - 10 * ONE_DAY
    Milestone.objects.bulk_create(
        Milestone(
            district=district,
            school_year=year,
            phase=phase,
            title=f"Done with proof {n}",
            supports=["6b.2", "6c.1"],
            starts_on=done_on - 20 * ONE_DAY,
            due_on=done_on,
            state=State.DONE,
            done_on=done_on,
            done_at=timezone.now(),
            done_by=author,
            proof_text="Minutes of the meeting.",
        )
        for n in range(MILESTONES)
    )


def _by_hand(district: District, author: User) -> None:
    for n in range(BY_HAND):
        evidence = HandEvidence.objects.create(district=district, owner=author, added_by=author)
        EvidenceUse.objects.create(
            district=district, evidence=evidence, code="6b.3", kind="caseload_list"
        )
        EvidenceRevision.objects.create(
            district=district,
            evidence=evidence,
            number=1,
            label=f"Caseload list {n}",
            text="Coach by coach.",
            dated_on=district.today() - 5 * ONE_DAY,
            added_by=author,
        )


def _rounds(district: District, year: SchoolYear, author: User) -> None:
    """A closed one, and one that is half rated."""
    for label, rated in (("Before", 5), ("Now", 3)):
        first = district.today() - (60 if label == "Before" else 5) * ONE_DAY
        made = Round.objects.create(
            district=district,
            school_year=year,
            label=label,
            opens_on=first,
            closes_on=first + 40 * ONE_DAY,
            edition=EDITION,
            facilitator=author,
        )
        agreed = {"stage": Stage.AGREED, "value": 2, "rated_by": author}
        for n, each in enumerate(core_of()):
            given = agreed | {"rated_at": timezone.now()} if n < rated else {}
            IndicatorRating.objects.create(
                district=district, round=made, code=each["code"], order=n, **given
            )
        if rated == len(core_of()):
            Round.objects.filter(pk=made.pk).update(
                state=Round.State.CLOSED, closed_at=timezone.now(), closed_by=author
            )
