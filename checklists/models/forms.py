"""What was rated: one form for a position, a window and a rater, and its ratings."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from checklists.models.templates import ChecklistItem, ChecklistTemplate
from checklists.models.windows import Window
from checklists.scoring import Answer, Band
from roles.access import Access, Everywhere, Reach
from roles.capabilities import Capability
from roles.models import Position, School, User
from roles.scoping import DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey


class RaterKind(models.TextChoices):
    """Whose ratings: the holder's own, a second rater's, or what the two agreed on."""

    SELF = "self", "Self"
    OBSERVER = "observer", "Observer"
    AGREED = "agreed", "Agreed"


class FormState(models.TextChoices):
    """How far a form has come."""

    NOT_BEGUN = "not_begun", "Not begun"
    BEGUN = "begun", "Begun"
    SUBMITTED = "submitted", "Submitted"


class ChecklistQuerySet(ReachableQuerySet):
    """Reach tells whose progress a person sees; `readable_by` whose ratings."""

    district_rows_are_shared = True

    def current(self) -> Self:
        """Without the forms that were set aside since the position changed hands."""
        return self.filter(withdrawn_at=None)

    def self_rated(self) -> Self:
        return self.current().filter(rater_kind=RaterKind.SELF)

    def followed_by(self, reach: Reach) -> Self:
        """The self forms whose progress this reach follows. Use it on top of `reachable`.

        Across a district, everyone's; at schools, those of the schools' own positions: how far
        the central office is with its forms is not for a school to watch.
        """
        own = self.self_rated()
        everywhere = isinstance(reach.schools, Everywhere)
        return own if everywhere else own.filter(school__isnull=False)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)

    def in_state(self, state: FormState) -> Self:
        if state == FormState.SUBMITTED:
            return self.submitted()
        return self.filter(submitted_at=None, started_at__isnull=state == FormState.NOT_BEGUN)

    def rated_by(self, user: User) -> Self:
        """The forms that this person fills in."""
        return self.filter(rater=user).exclude(rater_kind=RaterKind.AGREED)

    def in_full(self) -> Self:
        """With all that a page or a paper names a form by."""
        return self.select_related(
            "window",
            "template",
            "position__role",
            "position__department",
            "position__school",
            "holder",
            "rater",
        )

    def with_progress(self) -> Self:
        """Annotate `items_total`, and `items_done`: rated, or marked as not applicable."""
        items = ChecklistItem.objects.filter(template=OuterRef("template")).order_by()
        done = Rating.objects.filter(checklist=OuterRef("pk")).given().order_by()
        return self.annotate(
            items_total=_count(items.values("template")),
            items_done=_count(done.values("checklist")),
        )

    def readable_by(self, access: Access) -> Self:
        """The forms whose individual ratings this person may read. Use it on top of reach.

        The rater, always. Once submitted: the holder and the observer of a position read each
        other's form when both are in, and then what they agreed on; people who manage checklists
        there read all, but never as a way around that for a position they hold or observe.
        """
        me = access.user
        own_is_in = Exists(_of_the_same_cycle(rater_kind=RaterKind.SELF).submitted())
        as_observer = _of_the_same_cycle(rater_kind=RaterKind.OBSERVER, rater=me)
        as_pair = (
            Q(holder=me, rater_kind=RaterKind.SELF)
            | Q(holder=me) & Q(own_is_in)  # the cheap one first: it spares a look at all forms
            | Q(Exists(as_observer.submitted()))
        )
        still_blind = Q(Exists(as_observer.filter(submitted_at=None)))
        managed = self.within(access.reach(Capability.CHECKLIST_MANAGE))
        as_manager = managed & ~Q(holder=me) & ~still_blind
        is_in = Q(submitted_at__isnull=False) | Q(rater_kind=RaterKind.AGREED)
        return self.filter(Q(rater=me) | is_in & (as_pair | as_manager))


def _of_the_same_cycle(**which: Any) -> ChecklistQuerySet:
    """The current forms about the same person, position and window as the outer row."""
    forms = Checklist.objects.current().filter(
        window=OuterRef("window"), position=OuterRef("position"), holder=OuterRef("holder")
    )
    return forms.filter(**which)


def _count(rows: models.QuerySet) -> models.Subquery:
    counted = rows.annotate(n=Count("pk")).values("n")
    return models.functions.Coalesce(  # type: ignore[return-value]
        models.Subquery(counted, output_field=models.IntegerField()), 0
    )


class Checklist(DistrictOwned):
    """One form. What it came to (`score`, `coverage`, `band`) is worked out when it is submitted.

    `school` repeats the position's school: reach stands on it. A submitted form is locked; a
    trigger in the database holds that for its ratings whoever writes them. `rater` of an agreed
    form is who wrote it down; submitting it closes the cycle. A form is set aside
    (`withdrawn_at`) when the position changes hands before the window closes. `is_blind` is False
    once a form was opened again after the other rating could be read: no statistic of agreement
    counts it. `told_at` is when its rater was written to.
    """

    window = DistrictKey(Window, models.PROTECT, related_name="checklists")
    template = DistrictKey(ChecklistTemplate, models.PROTECT, related_name="checklists")
    position = DistrictKey(Position, models.PROTECT, related_name="checklists")
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="checklists")
    holder = models.ForeignKey(User, models.PROTECT, related_name="checklists_about")
    rater_kind = models.CharField(max_length=10, choices=RaterKind, default=RaterKind.SELF)
    rater = models.ForeignKey(User, models.PROTECT, related_name="checklists")
    started_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    coverage = models.PositiveSmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=15, choices=[(b.value, b.value) for b in Band], blank=True)
    is_blind = models.BooleanField(default=True)
    told_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["position__role__order", "school__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["window", "position", "rater_kind"],
                condition=Q(withdrawn_at=None),
                name="one_form_for_each_rater",
            ),
            models.CheckConstraint(
                name="submitted_form_has_its_result",
                condition=Q(submitted_at=None, band="")
                | Q(submitted_at__isnull=False, coverage__isnull=False) & ~Q(band=""),
            ),
        ]
        indexes = [
            models.Index(fields=["rater", "window"], name="forms_of_a_rater"),
            models.Index(fields=["district", "window", "school"], name="forms_of_a_window"),
            models.Index(
                fields=["window", "template", "position"],
                condition=Q(rater_kind="self", withdrawn_at=None),
                name="self_forms_of_a_checklist",
            ),
            models.Index(
                fields=["window"],
                condition=Q(told_at=None, withdrawn_at=None),
                name="forms_to_tell_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, {self.window}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def state(self) -> FormState:
        if self.submitted_at:
            return FormState.SUBMITTED
        return FormState.BEGUN if self.started_at else FormState.NOT_BEGUN


class RatingQuerySet(ReachableQuerySet):
    school_path = "checklist__school"
    district_rows_are_shared = True

    def given(self) -> Self:
        """Rated or marked as not applicable; a note alone is not a rating."""
        return self.filter(Q(value__isnull=False) | Q(not_applicable=True))

    def readable_by(self, access: Access) -> Self:
        return self.filter(checklist__in=Checklist.objects.readable_by(access).values("pk"))


class Rating(DistrictOwned):
    """The answer to one item: a value of its scale, or not applicable, or yet only a note.

    `version` goes up with each change; a save names the one it saw. `save_id` is the client's name
    of the last save, so that one which comes twice is known.
    """

    NOTE_LENGTH = 2000

    checklist = DistrictKey(Checklist, models.CASCADE, related_name="ratings")
    item = DistrictKey(ChecklistItem, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(null=True, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["item__order"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "item"], name="one_rating_for_each_item"),
            models.CheckConstraint(
                name="rating_is_a_value_or_not_applicable",
                condition=Q(value=None) | Q(not_applicable=False),
            ),
        ]

    def __str__(self) -> str:
        return "N/A" if self.not_applicable else str(self.value)

    @property
    def is_given(self) -> bool:
        return self.value is not None or self.not_applicable

    def answer(self, item: ChecklistItem) -> Answer:
        """This rating as the arithmetic takes it; `item` is the one it rates."""
        return Answer(self.value, item.on_scale.max, item.critical, self.not_applicable)
