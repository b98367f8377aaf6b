"""Learning at every level: plan lines, dated sessions, who was there, and the coaching log."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists.models import LearningTopic
from roles.access import Access
from roles.capabilities import Capability
from roles.models import LeadershipRole, Position, School, SchoolYear, User
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class LearningLevel(models.TextChoices):
    """For whom learning is planned (source: domain reference B6)."""

    EXECUTIVE = "executive", "Executive"
    ADMINISTRATIVE = "administrative", "Administrative"
    SITE = "site", "Site"
    COACHING = "coaching", "Coaching"
    DEPARTMENT = "department", "Department"


class Cadence(models.TextChoices):
    YEARLY = "yearly", "Once a year"
    TWICE_A_YEAR = "twice_a_year", "Twice a year"
    SEASONS = "seasons", "Fall, winter, spring"
    QUARTERLY = "quarterly", "Every quarter"
    MONTHLY = "monthly", "Every month"


class LearningLine(DistrictOwned):
    """One line of the year's plan: a topic for some leadership roles, so many sessions of so many
    minutes. `for_raters`: for everyone who rates checklists, whatever their role.
    """

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="learning_lines")
    key = models.CharField(max_length=10, blank=True, help_text="Of the library, or none.")
    level = models.CharField(max_length=20, choices=LearningLevel)
    topic = models.CharField(max_length=200)
    format = models.CharField(max_length=80, blank=True)
    sessions = models.PositiveSmallIntegerField("sessions planned")
    minutes_each = models.PositiveSmallIntegerField("minutes each")
    cadence = models.CharField(max_length=12, choices=Cadence)
    lead = DistrictKey(LeadershipRole, models.SET_NULL, null=True, blank=True, related_name="+")
    audience = models.ManyToManyField(
        LeadershipRole, through="LineAudience", related_name="learning_lines"
    )
    for_raters = models.BooleanField(default=False)
    indicator = models.CharField(max_length=10, default="6c.1")
    order = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "key"],
                condition=~Q(key=""),
                name="learning_line_of_library_once",
            ),
            models.CheckConstraint(
                name="learning_line_plans_time",
                condition=Q(sessions__range=(1, 60), minutes_each__range=(5, 600)),
            ),
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def hours(self) -> float:
        """Planned for the year, for one person."""
        return self.sessions * self.minutes_each / 60


class LineAudience(DistrictOwned):
    """A leadership role that a plan line is for."""

    line = DistrictKey(LearningLine, models.CASCADE, related_name="audiences")
    role = DistrictKey(LeadershipRole, models.CASCADE, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["line", "role"], name="line_audience_once")]

    def __str__(self) -> str:
        return f"{self.role} in {self.line}"


class SessionState(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class SessionQuerySet(ReachableQuerySet):
    district_rows_are_shared = True


class LearningSession(DistrictOwned):
    """One dated session of a plan line. Held: attendance was taken. `school`: for one school only.
    `sequence` grows with every change that calendars must hear of (RFC 5545).
    """

    line = DistrictKey(LearningLine, models.PROTECT, related_name="held_sessions")
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("topic of this session", max_length=200, blank=True)
    on = models.DateField("day")
    at = models.TimeField("begins at")
    minutes_long = models.PositiveSmallIntegerField("minutes")
    place = models.CharField(max_length=120, blank=True)
    link = models.URLField("video link", max_length=500, blank=True)
    leader = DistrictKey(Position, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.PLANNED)
    reason = models.CharField("why", max_length=300, blank=True)
    takeaway = models.CharField(max_length=400, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["on", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_lasts_a_while", condition=Q(minutes_long__range=(5, 600))
            ),
            models.CheckConstraint(
                name="cancelled_session_says_why", condition=~Q(state="cancelled") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="held_session_has_its_date",
                condition=Q(state="held", held_at__isnull=False, held_by__isnull=False)
                | ~Q(state="held") & Q(held_at=None, held_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.line} on {self.on}"

    @property
    def name(self) -> str:
        """Its own topic, or its line's."""
        return self.title or self.line.topic


class AttendanceQuerySet(ReachableQuerySet):
    school_path = "position__school"
    district_rows_are_shared = True


class Attendance(DistrictOwned):
    """Whether the holder of a position was at a session. The minutes count for `attendee`, who held
    it that day, and stay with them.
    """

    session = DistrictKey(LearningSession, models.CASCADE, related_name="attendance")
    position = DistrictKey(Position, models.PROTECT, related_name="attendance")
    attendee = models.ForeignKey(User, models.PROTECT, related_name="+")
    present = models.BooleanField()
    marked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position", "attendee"], name="attendance_once"
            )
        ]
        indexes = [models.Index(fields=["attendee"], name="attendance_of_a_person")]

    def __str__(self) -> str:
        return f"{self.attendee}: {'present' if self.present else 'absent'}"


class CoachingEntryQuerySet(ReachableQuerySet):
    """Reach tells whose school it is; `readable_by` who may read what was said."""

    school_path = "coached__school"
    district_rows_are_shared = True

    def readable_by(self, access: Access) -> Self:
        """The coach, the coached person, and who runs the program there."""
        me, managed = access.user, self.within(access.reach(Capability.ROADMAP_MANAGE))
        return self.filter(Q(coach=me) | Q(coached_person=me) | managed)


class CoachingEntry(DistrictOwned):
    """One coaching talk with a leader: what it was about, the next step and its date. Read by the
    two people and by who runs the program.
    """

    coached = DistrictKey(Position, models.PROTECT, related_name="coaching_entries")
    coached_person = models.ForeignKey(User, models.PROTECT, related_name="+")
    coach = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField("day")
    minutes_long = models.PositiveSmallIntegerField("minutes")
    focus = models.CharField(max_length=200)
    line = DistrictKey(LearningLine, models.PROTECT, null=True, blank=True, related_name="+")
    takeaway = models.CharField(max_length=400, blank=True)
    next_step = models.CharField(max_length=300)
    next_on = models.DateField("next talk")
    made_at = models.DateTimeField(default=timezone.now)

    objects = CoachingEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="coaching_lasts_a_while", condition=Q(minutes_long__range=(5, 600))
            ),
            models.CheckConstraint(
                name="next_talk_comes_later", condition=Q(next_on__gt=models.F("on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.focus} on {self.on}"


class SessionTopicQuerySet(ReachableQuerySet):
    school_path = "session__school"
    district_rows_are_shared = True


class SessionTopic(DistrictOwned):
    """A topic that grew from low checklist items, taken into a session."""

    session = DistrictKey(LearningSession, models.CASCADE, related_name="topics")
    topic = DistrictKey(LearningTopic, models.PROTECT, related_name="sessions")

    objects = SessionTopicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "topic"], name="topic_in_session_once")
        ]

    def __str__(self) -> str:
        return str(self.topic)
