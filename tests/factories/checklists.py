"""Rows of the checklists, arranged by the owner of the tables, outside the wall."""

import datetime as dt

import factory
from django.utils import timezone

from checklists.models import (
    Action,
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    DutyDecision,
    ItemEvidence,
    LearningTopic,
    Observation,
    ObserverDraw,
    Paper,
    RaterKind,
    Rating,
    RatingScale,
    RelaxedRhythm,
    Reopening,
    Window,
)
from tests.factories.roles import (
    AssignmentFactory,
    InDistrict,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    same_district,
)


class TemplateFactory(InDistrict):
    class Meta:
        model = ChecklistTemplate

    role = factory.SubFactory(RoleFactory, district=same_district())
    key = factory.Sequence(lambda n: f"FC_{n}")
    status = "published"
    title = "Site Tutoring Lead checklist"
    self_frequency = "monthly"


class ItemFactory(InDistrict):
    class Meta:
        model = ChecklistItem

    template = factory.SubFactory(TemplateFactory, district=same_district())
    key = factory.Sequence(lambda n: f"FC-{n}")
    text = factory.Sequence(lambda n: f"Action number {n} took place.")
    frequency = "monthly"
    evidence = "Session log"
    scale = "impl_0_2"
    order = factory.Sequence(lambda n: n % 30_000)


class WindowFactory(InDistrict):
    """Open from five days ago to five days from now; `planned` and `over` shift it."""

    class Meta:
        model = Window

    class Params:
        shift = 0
        planned = factory.Trait(shift=30)
        over = factory.Trait(shift=-30)

    school_year = factory.LazyAttribute(lambda window: year_of(window.district))
    label = factory.Sequence(lambda n: f"Window {n}")
    opens_on = factory.LazyAttribute(lambda w: w.district.today() + dt.timedelta(w.shift - 5))
    closes_on = factory.LazyAttribute(lambda w: w.district.today() + dt.timedelta(w.shift + 5))


def year_of(district):
    """The district's school year that holds today, made if it has none."""
    found = district_years(district).first()
    if found:
        return found
    today = district.today()
    start = dt.date(today.year if today.month >= 7 else today.year - 1, 7, 1)
    return SchoolYearFactory(
        district=district,
        label=f"{start.year}-{(start.year + 1) % 100:02}",
        starts_on=start,
        ends_on=start.replace(year=start.year + 1) - dt.timedelta(1),
        first_student_day=start + dt.timedelta(45),
        last_student_day=start + dt.timedelta(330),
    )


def district_years(district):
    return SchoolYearFactory._meta.model.objects.filter(district=district).on(district.today())


class ChecklistFactory(InDistrict):
    """A self form of a position at `school` (None: a district position)."""

    class Meta:
        model = Checklist

    window = factory.SubFactory(WindowFactory, district=same_district())
    template = factory.SubFactory(TemplateFactory, district=same_district())
    school = None
    position = factory.SubFactory(
        PositionFactory,
        district=same_district(),
        school=factory.SelfAttribute("..school"),
        role=factory.SelfAttribute("..template.role"),
    )
    holder = factory.SubFactory(UserFactory)
    rater_kind = RaterKind.SELF
    rater = factory.SelfAttribute("holder")


class RatingFactory(InDistrict):
    class Meta:
        model = Rating

    checklist = factory.SubFactory(ChecklistFactory, district=same_district())
    item = factory.SubFactory(
        ItemFactory,
        district=same_district(),
        template=factory.SelfAttribute("..checklist.template"),
    )
    value = 2
    saved_at = factory.LazyFunction(timezone.now)


class RatingScaleFactory(InDistrict):
    class Meta:
        model = RatingScale

    key = factory.Sequence(lambda n: f"own_{n}")
    label = factory.Sequence(lambda n: f"Scale {n}")
    points = [
        {"value": 0, "label": "Never", "anchor": "Not once."},
        {"value": 1, "label": "Sometimes", "anchor": "Now and then."},
        {"value": 2, "label": "Mostly", "anchor": "More often than not."},
        {"value": 3, "label": "Always", "anchor": "Each time."},
    ]


class DutyDecisionFactory(InDistrict):
    class Meta:
        model = DutyDecision

    checklist_key = "FC_SITE"
    digest = factory.Sequence(lambda n: f"{n:064x}")
    taken = True
    by = factory.SubFactory(UserFactory)


class ObserverDrawFactory(InDistrict):
    class Meta:
        model = ObserverDraw

    window = factory.SubFactory(WindowFactory, district=same_district())
    seed = "2026-fall"
    percent = 20
    by = factory.SubFactory(UserFactory)


class ObservationFactory(InDistrict):
    class Meta:
        model = Observation

    window = factory.SubFactory(WindowFactory, district=same_district())
    position = factory.SubFactory(PositionFactory, district=same_district())
    observer = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)


class RelaxedRhythmFactory(InDistrict):
    class Meta:
        model = RelaxedRhythm

    position = factory.SubFactory(PositionFactory, district=same_district())
    since = factory.SubFactory(WindowFactory, district=same_district())
    by = factory.SubFactory(UserFactory)


class ReopeningFactory(InDistrict):
    class Meta:
        model = Reopening

    checklist = factory.SubFactory(ChecklistFactory, district=same_district())
    by = factory.SubFactory(UserFactory)
    reason = "Two items were mixed up."
    submitted_at = factory.LazyFunction(timezone.now)
    score = 80
    band = "on_track"


class ItemEvidenceFactory(InDistrict):
    class Meta:
        model = ItemEvidence

    checklist = factory.SubFactory(ChecklistFactory, district=same_district())
    item = factory.SubFactory(
        ItemFactory,
        district=same_district(),
        template=factory.SelfAttribute("..checklist.template"),
    )
    url = "https://docs.example.org/log"
    name = "Session log"


class ActionFactory(InDistrict):
    """An action for a whole role; with `checklist`, of that agreed form."""

    class Meta:
        model = Action

    window = factory.SubFactory(WindowFactory, district=same_district())
    text = factory.Sequence(lambda n: f"Set the cover list, part {n}.")
    owner = factory.SubFactory(UserFactory)
    due_on = factory.LazyAttribute(lambda action: action.district.today() + dt.timedelta(14))
    made_by = factory.SubFactory(UserFactory)


class LearningTopicFactory(InDistrict):
    class Meta:
        model = LearningTopic

    window = factory.SubFactory(WindowFactory, district=same_district())
    item = factory.SubFactory(ItemFactory, district=same_district())
    role = factory.SelfAttribute("item.template.role")
    title = "Covering for absent tutors"
    low = 4
    raters = 9
    by = factory.SubFactory(UserFactory)


class PaperFactory(InDistrict):
    """The PDF of an empty checklist."""

    class Meta:
        model = Paper

    key = factory.Sequence(lambda n: f"paper:{n}")
    template = factory.SubFactory(TemplateFactory, district=same_district())
    asked_by = factory.SubFactory(UserFactory)


def form_with_items(number=3, *, ratings=(), **fields):
    """A form whose template has `number` items; `ratings` are given to the first of them."""
    form = ChecklistFactory(**fields)
    items = ItemFactory.create_batch(number, district=form.district, template=form.template)
    for item, value in zip(items, ratings, strict=False):
        RatingFactory(district=form.district, checklist=form, item=item, value=value)
    return form


def lock(form, *, score=80, band="on_track"):
    """Mark a form as submitted, as the service leaves it."""
    Checklist.objects.filter(pk=form.pk).update(
        started_at=timezone.now(), submitted_at=timezone.now(), score=score, coverage=100, band=band
    )
    form.refresh_from_db()
    return form


def observed(form, rater, **fields):
    """A second rater's form for the same window and position."""
    return ChecklistFactory(
        district=form.district,
        window=form.window,
        template=form.template,
        position=form.position,
        school=form.school,
        holder=form.holder,
        rater_kind=RaterKind.OBSERVER,
        rater=rater,
        **fields,
    )


def filled_position(district, *, school=None, template=True, **role):
    """A position with a holder, and a published checklist for its role."""
    seat = RoleFactory(district=district, **role)
    position = PositionFactory(district=district, role=seat, school=school, opened_on="2020-07-01")
    AssignmentFactory(district=district, position=position, starts_on="2020-07-01")
    if template:
        TemplateFactory(district=district, role=seat)
    return position
