"""What follows from a window: actions with an owner and a date, topics to learn about."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from checklists.models.forms import Checklist
from checklists.models.templates import ChecklistItem
from checklists.models.windows import Window
from roles.access import Access
from roles.capabilities import Capability
from roles.models import LeadershipRole, School, User
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class ActionQuerySet(ReachableQuerySet):
    """Reach tells whose school it is; `readable_by` who may read an action that grew from one
    person's ratings.
    """

    district_rows_are_shared = True

    def open(self) -> Self:
        return self.filter(done_at=None, dropped_at=None)

    def ended(self) -> Self:
        """Done or dropped."""
        return self.exclude(done_at=None, dropped_at=None)

    def overdue(self, day: dt.date) -> Self:
        return self.open().filter(due_on__lt=day)

    def readable_by(self, access: Access) -> Self:
        """Its owner and who made it; of an agreed form, who reads that; else who manages."""
        me = access.user
        readable = Checklist.objects.readable_by(access).filter(pk=OuterRef("checklist"))
        managed = self.within(access.reach(Capability.CHECKLIST_MANAGE))
        of_group = Q(checklist=None) & managed
        return self.filter(Q(owner=me) | Q(made_by=me) | Exists(readable) | of_group)


class Action(DistrictOwned):
    """One thing to do, whose it is and by when. `checklist` is the agreed form it closes with;
    without one it is for a whole leadership role (`role`). `outcome` says what came of it, or why
    it was dropped.
    """

    MOST = 3  # to one agreed form; and at least one

    window = DistrictKey(Window, models.PROTECT, related_name="actions")
    checklist = DistrictKey(
        Checklist, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    role = DistrictKey(LeadershipRole, models.PROTECT, null=True, blank=True, related_name="+")
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    item = DistrictKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField("action", max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, related_name="checklist_actions")
    due_on = models.DateField("due")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField("what came of it", max_length=300, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="action_ends_once", condition=Q(done_at=None) | Q(dropped_at=None)
            ),
            models.CheckConstraint(
                name="dropped_action_says_why", condition=Q(dropped_at=None) | ~Q(outcome="")
            ),
        ]
        indexes = [models.Index(fields=["owner", "due_on"], name="actions_of_an_owner")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


class LearningTopic(DistrictOwned):
    """An item that many of a leadership role rated low, taken up as something to learn about.

    `low` of `raters` rated it low in the window (people, not percent).
    """

    window = DistrictKey(Window, models.PROTECT, related_name="learning_topics")
    role = DistrictKey(LeadershipRole, models.PROTECT, null=True, blank=True, related_name="+")
    item = DistrictKey(ChecklistItem, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    low = models.PositiveIntegerField()
    raters = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["window", "item"], name="learning_topic_once")
        ]

    def __str__(self) -> str:
        return self.title
