"""What people hear of what is due: notices, the ladder they climb, and what each person prefers."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.leadership import Position
from roles.models.letters import Letter
from roles.models.people import User
from roles.models.places import validate_time_zone
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class Audience(models.TextChoices):
    """Who hears of what is due, in the order in which it climbs."""

    OWNER = "owner", "The owner"
    SUPERVISOR = "supervisor", "The owner's supervisor"
    PROJECT_MANAGER = "project_manager", "The project manager"
    CHAMPION = "champion", "The executive champion"


class LadderRung(DistrictOwned):
    """One rung of the district's own ladder: so many days from the due date (before it where
    negative) somebody hears. A district without rungs of its own uses the shipped ones.

    `in_brief`: as one line of the weekly brief instead of the daily letter.
    """

    days = models.SmallIntegerField("days from the due date")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.OWNER)
    in_brief = models.BooleanField("in the weekly brief", default=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["days", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "days", "audience"],
                name="ladder_rung_once",
                violation_error_message="There is a rung on that day for them.",
            ),
            models.CheckConstraint(
                name="ladder_rung_within_reason", condition=Q(days__range=(-90, 90))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.days} days"


class NoticeStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SAID = "said", "Said"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NoticeQuerySet(ReachableQuerySet):
    school_path = "position__school"
    district_rows_are_shared = True

    def waiting(self) -> Self:
        return self.filter(status=NoticeStatus.WAITING)


class Notice(DistrictOwned):
    """One thing that one person is to hear, said once: a line of a gathered letter.

    `source` is the registered kind ("milestone", "checklist", ...), `subject` names the thing
    ("milestone:12"). `key` holds source, thing, due date, rung and person, so that it is owed once
    however often it is found. The letter that carries it asks the source again when it is sent; a
    notice that is no longer so is withdrawn.
    """

    key = models.CharField(max_length=160)
    source = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    reader = models.ForeignKey(User, models.CASCADE, related_name="notices")
    position = DistrictKey(Position, models.SET_NULL, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.OWNER)
    rung = models.SmallIntegerField(null=True, blank=True, help_text="Days; none for news.")
    due_on = models.DateField(null=True, blank=True)
    say_on = models.DateField()
    in_brief = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=NoticeStatus, default=NoticeStatus.WAITING)
    letter = DistrictKey(Letter, models.SET_NULL, null=True, blank=True, related_name="notices")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["say_on", "due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["district", "say_on", "reader"],
                name="notices_waiting",
                condition=Q(status="waiting"),
            ),
            models.Index(fields=["district", "subject"], name="notices_about"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.reader}"


class Pace(models.TextChoices):
    """How often a person is mailed about what is due."""

    DAILY = "daily", "At most once a day, all in one letter"
    EACH = "each", "Each thing in a letter of its own"
    WEEKLY = "weekly", "Only in the weekly brief"


class MailPreference(DistrictOwned):
    """How one person wants to be mailed by one district. Without a row: once a day, at seven, in
    the district's time zone, and a weekly brief on Monday.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="mail_preferences")
    pace = models.CharField(max_length=10, choices=Pace, default=Pace.DAILY)
    hour = models.PositiveSmallIntegerField(
        "not before", default=7, validators=[MaxValueValidator(20)]
    )
    time_zone = models.CharField(max_length=60, blank=True, validators=[validate_time_zone])
    brief = models.BooleanField("weekly brief", default=True)
    brief_weekday = models.PositiveSmallIntegerField(
        "day of the brief", default=0, validators=[MaxValueValidator(4)]
    )
    off_since = models.DateTimeField("unsubscribed", null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "person"], name="mail_preference_once"),
            models.CheckConstraint(
                name="mail_comes_on_working_days", condition=Q(hour__lte=20, brief_weekday__lte=4)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_pace_display()}"


class Snooze(DistrictOwned):
    """A person hears no more of one thing (`subject`), or of anything where it is empty, before a
    day.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=60, blank=True)
    until = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "person", "subject"], name="snooze_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} until {self.until}"


class FeedToken(DistrictOwned):
    """The secret of a calendar feed's address; only its hash is kept. Without a `person` the feed
    is the whole district's. Revoking ends the address. `stamp` stands for what the feed last held,
    and `stamped_at` is when that was first seen: what goes away leaves no later date behind.
    `basis` stands for all that the stamp follows from; empty, the stamp is not to be relied on.
    """

    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="feed_tokens"
    )
    hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField("last read", null=True, blank=True)
    stamp = models.CharField(max_length=64, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)
    basis = models.CharField(max_length=64, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="one_feed_address_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.person or self.district}"


class CalendarChange(DistrictOwned):
    """Says that rows of a district were written which calendars may be made of. Triggers append
    one for each statement, and nobody changes them; only the newest of a district says anything.
    """

    objects = SharedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Change {self.pk} in {self.district}"
