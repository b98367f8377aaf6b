"""Evidence that assembles itself: what the records hold is what the page says, and no more."""

import datetime as dt
import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.models import Checklist, ChecklistItem, ChecklistTemplate, Rating, Window
from roles import keeping
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Acknowledgement
from roles.stamping import EVENTS, TRIGGER
from selfassessment.collecting import collect
from selfassessment.evidence import evidence
from selfassessment.library import library
from selfassessment.reports import summary
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roadmap_learning import SessionFactory
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RenderingFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
)
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
SUBMITTED = dt.datetime(2026, 9, 10, tzinfo=dt.UTC)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def district(year):
    return year.district


@pytest.fixture
def reach(district):
    return Reach(UserFactory(), district, Capability.ASSESSMENT_VIEW, EVERYWHERE)


def items(code, reach):
    return evidence(library().find(code), collect(reach, TODAY))


def labels(code, reach):
    return [item.label for item in items(code, reach)]


def a_version(district, key, title, **more):
    role = RoleFactory(district=district, key=key, title=title)
    job = JobDescriptionFactory(district=district, role=role)
    return VersionFactory(district=district, job_description=job, title=title, number=1, **more)


def published(district, key, title, **more):
    return a_version(district, key, title, published=True, **more)


def held(version, **more):
    role = version.job_description.role
    position = PositionFactory(district=version.district, role=role, **more)
    return AssignmentFactory(district=version.district, position=position)


def test_the_project_managers_published_job_description_is_evidence_for_6b_1(district, reach):
    version = published(district, "PROJECT_MANAGER", "Tutoring Project Manager")

    [item] = items("6b.1", reach)

    assert item.label == "Tutoring Project Manager job description, version 1"
    assert (item.view_name, item.pk, item.pdf_pk) == ("roles:version", version.pk, None)
    assert (item.dated_on, item.told) == (TODAY, f"Published by {version.published_by}")


def test_its_pdf_is_offered_once_it_is_ready(district, reach):
    version = published(district, "PROJECT_MANAGER", "Tutoring Project Manager")
    RenderingFactory(district=district, version=version, status="done")

    assert items("6b.1", reach)[0].pdf_pk == version.pk


@pytest.mark.parametrize("status", ["draft", "in_review", "superseded"])
def test_a_job_description_that_is_not_published_is_no_evidence(district, reach, status):
    told = {"published": True} if status == "superseded" else {}
    a_version(district, "PROJECT_MANAGER", "Tutoring Project Manager", **told, status=status)

    assert items("6b.1", reach) == ()


def test_an_acknowledgement_counts_for_the_published_version_only(district, reach):
    version = published(district, "PROGRAM_LEAD", "Tutoring Program Lead")
    old = VersionFactory(
        district=district,
        job_description=version.job_description,
        number=9,
        published_at=version.published_at,
        published_by=version.published_by,
        status="superseded",
    )
    assignment = held(version)
    Acknowledgement.objects.create(district=district, version=old, assignment=assignment)
    assert collect(reach, TODAY).roles["PROGRAM_LEAD"].acknowledged == 0

    Acknowledgement.objects.create(district=district, version=version, assignment=assignment)
    known = collect(reach, TODAY).roles["PROGRAM_LEAD"]
    assert (known.acknowledged, known.read_on) == (1, TODAY)
    assert labels("6b.1", reach)[1] == f"Acknowledged by {assignment.holder}"


def test_who_acknowledged_anew_before_the_first_lapsed_is_one_person(district, reach):
    version = published(district, "PRINCIPAL", "Principal")
    given = {"district": district, "version": version, "assignment": held(version)}
    Acknowledgement.objects.create(**given, lapses_on=dt.date(2100, 7, 1))
    Acknowledgement.objects.create(**given)
    held(version, school=SchoolFactory(district=district))

    role = collect(reach, TODAY).roles["PRINCIPAL"]
    assert (role.positions, role.filled, role.acknowledged, role.idle) == (2, 2, 1, 0)


def test_a_holder_who_left_leaves_the_position_vacant_since_that_day(district, reach):
    assignment = held(published(district, "PROGRAM_LEAD", "Tutoring Program Lead"))
    assignment.ends_on = dt.date(2026, 10, 1)
    assignment.save()

    known = collect(reach, TODAY, examples=True)

    role, [seat] = known.roles["PROGRAM_LEAD"], known.examples
    assert (role.positions, role.filled, role.idle) == (1, 0, 0)
    assert (seat.holder, seat.vacant_since) == ("", dt.date(2026, 10, 1))


def test_a_closed_position_is_no_seat(district, reach):
    held(published(district, "PRINCIPAL", "Principal"), closed_on=dt.date(2026, 9, 1))

    assert collect(reach, TODAY).roles["PRINCIPAL"].positions == 0


def test_responsibilities_of_a_version_are_counted(district, reach):
    version = a_version(district, "PROGRAM_LEAD", "Tutoring Program Lead")
    ResponsibilityFactory.create_batch(3, district=district, version=version)
    type(version).objects.update(
        status="published", published_at=timezone.now(), published_by=UserFactory()
    )

    assert collect(reach, TODAY).outlines["PROGRAM_LEAD"].duties == 3


def test_a_done_milestone_is_evidence_where_it_says_so(year, reach):
    place = {"district": year.district, "school_year": year, "phase__school_year": year}
    MilestoneFactory(**place, supports=["6c.1"], title="Still open")
    MilestoneFactory(
        **place,
        supports=["6c.1"],
        title="Orientation held",
        state="done",
        done_on=dt.date(2026, 8, 20),
        done_at=dt.datetime(2026, 8, 20, 15, tzinfo=dt.UTC),
        done_by=UserFactory(),
        proof_text="31 people came.",
    )

    assert labels("6c.1", reach) == ["Orientation held"]
    assert labels("6b.1", reach) == []


def test_a_note_by_hand_stands_beside_what_collects_itself(district, reach):
    HandEvidenceFactory(district=district, code="6b.1", kind="board_or_hr_approval")

    [item] = items("6b.1", reach)

    assert (item.by_hand, item.label) == (True, "Minutes of the board")
    assert item.good_until == dt.date(2029, 8, 2)


def a_window(year, **more):
    dates = {"opens_on": dt.date(2026, 9, 1), "closes_on": dt.date(2026, 9, 14)} | more
    return Window.objects.create(
        district=year.district, school_year=year, label=f"From {dates['opens_on']}", **dates
    )


def a_pair(window, template, given):
    """Two submitted forms of one position; `given` are (own, observer's) ratings, None is N/A."""
    seat = template.role.positions.count() + 1
    position = PositionFactory(district=window.district, role=template.role, seat=seat)
    holder = UserFactory()
    for who, kind in enumerate(("self", "observer")):
        form = Checklist.objects.create(
            district=window.district,
            window=window,
            template=template,
            position=position,
            holder=holder,
            rater=UserFactory(),
            rater_kind=kind,
        )
        for item, pair in zip(template.items.all(), given, strict=True):
            Rating.objects.create(
                district=window.district,
                checklist=form,
                item=item,
                value=pair[who],
                not_applicable=pair[who] is None,
                saved_at=SUBMITTED,
            )
        Checklist.objects.filter(pk=form.pk).update(
            submitted_at=SUBMITTED, coverage=100, band="on_track"
        )


@pytest.fixture
def template(district):
    template = ChecklistTemplate.objects.create(
        district=district,
        role=RoleFactory(district=district, key="PRINCIPAL"),
        key="FC_PRIN",
        title="Principal checklist",
        status="published",
        self_frequency="monthly",
    )
    for n in range(4):
        ChecklistItem.objects.create(
            district=district, template=template, key=f"I{n}", text="Visits a session",
            frequency="weekly", scale="impl_0_2", order=n,
        )  # fmt: skip
    return template


def test_closed_windows_tell_use_and_agreement(year, reach, template):
    window = a_window(year)
    for _ in range(3):
        a_pair(window, template, [(2, 2), (1, 2), (None, None), (None, 1)])

    [told] = collect(reach, TODAY).windows

    # one of three items is rated alike: what both found not applicable is left out
    assert (told.asked, told.submitted, told.second_rated, told.agreement) == (3, 3, 3, 33)


def test_agreement_of_few_pairs_is_not_told(year, reach, template):
    window = a_window(year)
    a_pair(window, template, [(2, 2)] * 4)

    assert collect(reach, TODAY).windows[0].agreement is None


def test_open_windows_and_those_of_other_years_do_not_count(year, reach, template):
    a_window(year, opens_on=dt.date(2026, 10, 20), closes_on=dt.date(2026, 11, 3))
    before = SchoolYearFactory(
        district=year.district,
        label="2025-26",
        starts_on=dt.date(2025, 7, 1),
        ends_on=dt.date(2026, 6, 30),
        first_student_day=dt.date(2025, 8, 18),
        last_student_day=dt.date(2026, 5, 29),
    )
    a_window(before, opens_on=dt.date(2026, 3, 1), closes_on=dt.date(2026, 3, 14))

    assert collect(reach, TODAY).windows == ()


def test_another_districts_records_are_no_evidence(reach):
    published(SchoolYearFactory().district, "PROGRAM_LEAD", "Tutoring Program Lead")

    assert items("6b.1", reach) == ()
    assert collect(reach, TODAY).outlines == {}


def test_the_summary_sets_the_open_round_against_the_last_closed_one(year, reach):
    place = {"district": year.district, "school_year": year}
    older = RoundFactory(**place, closed=True, opens_on=dt.date(2026, 7, 1))
    closed = RoundFactory(**place, closed=True, opens_on=dt.date(2026, 8, 1))
    opened = RoundFactory(**place, opens_on=dt.date(2026, 10, 1))
    for round_, value in ((older, 0), (closed, 1), (opened, 3)):
        RatingFactory(district=year.district, round=round_, code="6b.1", value=value)
    published(year.district, "PROJECT_MANAGER", "Tutoring Project Manager")

    told = summary(reach)

    line = told.line("6b.1")
    assert (told.round, told.previous) == (opened, closed)
    assert (line.value, line.previous_value, line.change) == (3, 1, 2)
    assert (told.rated, told.of, line.evidence_count) == (1, 5, 1)
    assert told.published_leader_job_descriptions == 1


def test_the_summary_of_a_district_without_rounds_has_hints_all_the_same(reach):
    told = summary(reach)

    assert (told.round, told.rated) == (None, 0)
    assert [line.hint.value for line in told.lines] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("size", [1, 4])
def test_facts_cost_the_same_queries_at_any_size(
    year, reach, template, size, django_assert_num_queries
):
    window = a_window(year)
    for n in range(size):
        held(published(year.district, f"ROLE_{n}", f"Role {n}"))
        a_pair(window, template, [(2, 2)] * 4)
        MilestoneFactory(district=year.district, school_year=year, phase__school_year=year)
        HandEvidenceFactory(district=year.district)
        RatingFactory(district=year.district, round__closed=True, round__school_year=year)

    with django_assert_num_queries(11):
        summary(reach)
    with django_assert_num_queries(4):
        summary(reach)  # nothing has changed: what changed last, whom one has rated, the rounds
    keeping.forget()
    with django_assert_num_queries(10):
        summary(reach)  # the pairs of raters are known by now


UNNOTED = {
    "roles_change": "the notes themselves",
    "roles_user": "belongs to no district: what is read is kept for a minute at most",
    "roles_auditevent": "written together with the change that it tells of",
    "checklists_rating": "locked once its form is submitted, and not read before",
}


def test_every_table_that_facts_are_read_from_notes_its_changes(year, reach, template):
    """Or facts would be kept (`roles.keeping`) that are true no more."""
    a_pair(a_window(year), template, [(2, 2)] * 4)
    held(published(year.district, "PROGRAM_LEAD", "Program Lead"))
    SessionFactory(district=year.district, line__school_year=year)
    HandEvidenceFactory(district=year.district)

    with CaptureQueriesContext(connection) as asked:
        collect(reach, TODAY, examples=True)

    ours = {model._meta.db_table for model in apps.get_models()}
    read = ours & set(re.findall(r'"(\w+)"', " ".join(q["sql"] for q in asked.captured_queries)))
    assert {"roles_position", "checklists_checklist", "roadmap_attendance"} <= read
    assert read - tables_that_note_their_changes() == UNNOTED.keys()


def tables_that_note_their_changes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s"
            " GROUP BY 1 HAVING count(*) = %s",
            [f"{TRIGGER}%", len(EVENTS)],
        )
        return {name for (name,) in cursor.fetchall()}
