"""The evidence engine over random small districts, held against a slow and obvious reference; and
whatever valid evidence is added, nothing is ever supported less than before.
"""

import datetime as dt
import json

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.models import Checklist, Window
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Acknowledgement
from selfassessment.collecting import collect
from selfassessment.freezing import digest, frozen
from selfassessment.library import library
from selfassessment.readiness import hint
from tests.factories.checklists import TemplateFactory
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
)
from tests.factories.selfassessment import HandEvidenceFactory
from tests.selfassessment.reference import Slow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
CORE = library().core
ROLES = ["PROGRAM_LEAD", "PROJECT_MANAGER", "PRINCIPAL", "SITE_LEAD", "COACH_LEAD", "TUTOR_COACH"]
KINDS = [
    ("6b.3", "caseload_list"), ("6b.3", "provider_exhibit"), ("6b.3", "jd_coach"),
    ("6c.1", "pd_plan"), ("6c.1", "pd_log"), ("6b.2", ""),
]  # fmt: skip


def moment(days_ago):
    return dt.datetime(2026, 10, 29, 15, tzinfo=dt.UTC) - dt.timedelta(days=days_ago)


VERSIONS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["draft", "published", "published", "superseded"]),
        "days": st.sampled_from([0, 60, 365, 366, 800]),
        "duties": st.integers(0, 1),
        "caseload": st.sampled_from(["", "8 tutors"]),
        "rhythm": st.sampled_from(["", "weekly"]),
    }
)
SEATS = st.fixed_dictionaries(
    {
        "held": st.sampled_from(["yes", "yes", "left 30", "left 31", "never", "closed"]),
        "read": st.sampled_from(["yes", "yes", "no", "lapsed"]),
    }
)
DISTRICTS = st.fixed_dictionaries(
    {
        "approach": st.sampled_from(["partner_provider", "build_own"]),
        "roles": st.dictionaries(
            st.sampled_from(ROLES),
            st.tuples(st.none() | VERSIONS, st.booleans(), st.lists(SEATS, max_size=3)),
        ),
        "notes": st.lists(
            st.tuples(
                st.sampled_from(KINDS),
                st.sampled_from([0, 182, 183, 365, 366]),
                st.sampled_from([None, -1, 0, 30]),
                st.booleans(),
            ),
            max_size=3,
        ),
        "milestones": st.dictionaries(
            st.sampled_from(["M26", "M29", "M12"]), st.sampled_from([0, 182, 183, 366])
        ),
        "windows": st.lists(st.lists(st.integers(0, 2), max_size=4), max_size=3),
    }
)
MORE = st.lists(
    st.one_of(
        st.tuples(st.just("outline"), st.sampled_from(ROLES)),
        st.tuples(st.just("read"), st.integers(0, 9)),
        st.tuples(st.just("note"), st.sampled_from(KINDS)),
        st.tuples(st.just("milestone"), st.sampled_from(["M30", ""])),
        st.tuples(st.just("checklist"), st.sampled_from(ROLES)),
        st.tuples(st.just("window"), st.integers(0, 40)),
    ),
    max_size=4,
)


class Place:
    """A district made from its description, and what can be added to it."""

    def __init__(self, told):
        self.year = SchoolYearFactory(district__approach=told["approach"])
        self.district = self.year.district
        self.phase = PhaseFactory(district=self.district, school_year=self.year)
        self.author = UserFactory()
        self.reach = Reach(self.author, self.district, Capability.ASSESSMENT_VIEW, EVERYWHERE)
        self.roles, self.published, self.templates, self.held = {}, {}, {}, []
        for key, (version, has_checklist, seats) in told["roles"].items():
            self.role(key, version, seats)
            if has_checklist:
                self.checklist(key)
        for (code, kind), days, expires, withdrawn in told["notes"]:
            self.note(code, kind, days, expires, withdrawn=withdrawn)
        for key, days in told["milestones"].items():
            self.milestone(key, days)
        for n, forms in enumerate(told["windows"]):
            self.window(n + 1, forms)

    def role(self, key, version, seats):
        role = RoleFactory(district=self.district, key=key)
        self.roles[key] = JobDescriptionFactory(district=self.district, role=role)
        if version:
            self.version(key, **version)
        for each in seats:
            self.seat(key, **each)

    def version(self, key, status="published", days=0, duties=1, caseload="8", rhythm="weekly"):
        made = VersionFactory(
            district=self.district,
            job_description=self.roles[key],
            number=1,
            caseload=caseload,
            observation_rhythm=rhythm,
            published_at=None if status == "draft" else moment(days),
            published_by=None if status == "draft" else self.author,
        )
        for _ in range(duties):
            ResponsibilityFactory(district=self.district, version=made)
        type(made).objects.filter(pk=made.pk).update(status=status)
        if status == "published":
            self.published[key] = made

    def seat(self, key, held, read):
        role = self.roles[key].role
        seat = role.positions.count() + 1
        position = PositionFactory(
            district=self.district, role=role, seat=seat, opened_on=dt.date(2026, 7, 1),
            closed_on=TODAY if held == "closed" else None,
        )  # fmt: skip
        if held in ("never", "closed"):
            return
        left = TODAY - dt.timedelta(days=int(held[-2:])) if held != "yes" else None
        assignment = AssignmentFactory(district=self.district, position=position, ends_on=left)
        self.held.append(assignment)
        if read != "no" and key in self.published:
            lapses = dt.date(2026, 7, 2) if read == "lapsed" else None
            self.read(assignment, lapses)

    def read(self, assignment, lapses=None):
        version = self.published[assignment.position.role.key]
        Acknowledgement.objects.create(
            district=self.district, version=version, assignment=assignment, lapses_on=lapses
        )

    def note(self, code, kind, days=0, expires=None, *, withdrawn=False):
        on = TODAY - dt.timedelta(days=days)
        ends = None if expires is None else max(TODAY + dt.timedelta(days=expires), on)
        gone = {"withdrawn_at": moment(0), "withdrawn_by": self.author, "withdrawn_why": "Wrong."}
        HandEvidenceFactory(
            district=self.district, owner=self.author, code=code, kind=kind, says__dated_on=on,
            says__expires_on=ends, **(gone if withdrawn else {}),
        )  # fmt: skip

    def milestone(self, key, days=0):
        on = TODAY - dt.timedelta(days=days)
        MilestoneFactory(
            district=self.district, phase=self.phase, key=key, supports=["6c.1"], due_on=on,
            done=True, done_by=self.author,
        )  # fmt: skip

    def checklist(self, key):
        self.templates[key] = TemplateFactory(district=self.district, role=self.roles[key].role)

    def window(self, days_ago, forms=None):
        """Closed so many days ago; `forms` by position: 1 own rating in, 2 a second rater too."""
        closes = TODAY - dt.timedelta(days=days_ago)
        window = Window.objects.create(
            district=self.district, school_year=self.year, label=f"{Window.objects.count()}",
            opens_on=closes - dt.timedelta(days=9), closes_on=closes,
        )  # fmt: skip
        asked = [x for x in self.held if x.position.role.key in self.templates]
        for n, assignment in enumerate(asked):
            sent = 2 if forms is None else forms[n] if n < len(forms) else 0
            for kind in ("self", "observer")[: max(sent, 1)]:
                form = Checklist.objects.create(
                    district=self.district, window=window, position=assignment.position,
                    template=self.templates[assignment.position.role.key],
                    holder=assignment.holder, rater=UserFactory(), rater_kind=kind,
                )  # fmt: skip
                if sent:
                    Checklist.objects.filter(pk=form.pk).update(
                        submitted_at=moment(days_ago + 1), coverage=100, band="on_track"
                    )

    def add(self, what, which):
        """One more piece of valid evidence, if there is room for it."""
        if what == "outline" and which in self.roles and which not in self.published:
            if not self.roles[which].versions.exists():
                self.version(which)
        elif what == "checklist" and which in self.roles and which not in self.templates:
            self.checklist(which)
        elif what == "read":
            unread = [
                each
                for each in self.held
                if each.position.role.key in self.published
                and not Acknowledgement.every.filter(assignment=each).exists()
            ]
            if unread:
                self.read(unread[which % len(unread)])
        elif what == "note":
            self.note(*which)
        elif what == "milestone":
            self.milestone(which if self.free(which) else "")
        elif what == "window":
            self.window(which + 1)

    def free(self, key):
        return not self.phase.milestones.filter(key=key).exists()

    def hints(self):
        facts = collect(self.reach, TODAY)
        return {each.code: hint(each, facts) for each in CORE}


def stands(found):
    return (found.value, found.documented, found.practised)


@settings(max_examples=25)
@given(DISTRICTS, MORE)
def test_the_engine_says_what_the_reference_says_and_more_evidence_never_supports_less(told, more):
    with transaction.atomic():
        place = Place(told)
        before = place.hints()
        agree(place, before)
        for what, which in more:
            place.add(what, which)
            after = place.hints()
            for code, found in after.items():
                lower = [a < b for a, b in zip(stands(found), stands(before[code]), strict=True)]
                assert not any(lower), (what, which, code)
            before = after
        if more:
            agree(place, before)
        transaction.set_rollback(True)


def agree(place, hints):
    slow = Slow(place.district, TODAY)
    for code, found in hints.items():
        said = sorted((x.rung, str(x.axis), str(x.result)) for x in found.checks)
        assert said == slow.results(code), code
        assert stands(found) == slow.stands(code), code


FULL = {
    "approach": "build_own",
    "roles": {key: ({"days": 60}, True, [{"held": "yes", "read": "yes"}] * 2) for key in ROLES},
    "notes": [(("6b.3", "caseload_list"), 0, None, False)],
    "milestones": {"M26": 10},
    "windows": [[2, 2, 2, 2]],
}


@pytest.mark.parametrize("size", [1, 12])
def test_facts_and_examples_cost_the_same_queries_at_any_size(size, django_assert_num_queries):
    place = Place(FULL)
    for n in range(size):
        place.seat("PRINCIPAL", "yes", "no")
        place.seat("SITE_LEAD", "never", "no")
        place.note("6b.2", "", n)

    with django_assert_num_queries(10):
        facts = collect(place.reach, TODAY, examples=True)

    assert (facts.roles["PRINCIPAL"].positions, facts.roles["SITE_LEAD"].idle) == (2 + size, size)
    shown = [seat.holder for seat in facts.examples_of(["PRINCIPAL"])]
    assert len(shown) == min(size, 5)
    assert all(shown)


def test_a_frozen_round_has_the_same_digest_until_a_piece_changes():
    place = Place(FULL)

    def content():
        return frozen(collect(place.reach, TODAY, examples=True), CORE)

    first = content()
    assert digest(first) == digest(content())
    assert set(first["6b.1"]) == {"hint", "documented", "practised", "checks", "evidence"}

    seen = {digest(first)}
    place.note("6b.2", "")
    seen.add(digest(content()))
    place.seat("PRINCIPAL", "never", "no")
    seen.add(digest(content()))
    Acknowledgement.objects.first().delete()
    seen.add(digest(content()))
    assert len(seen) == 4


def test_what_is_frozen_comes_back_from_json_alike():
    content = frozen(collect(Place(FULL).reach, TODAY, examples=True), CORE)

    assert digest(json.loads(json.dumps(content))) == digest(content)
