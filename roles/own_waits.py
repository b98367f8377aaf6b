"""What of job descriptions and departments waits on a person: to read, to decide, to answer."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from roles.capabilities import Capability
from roles.models import (
    Acknowledgement,
    Approval,
    Assignment,
    DepartmentNeed,
    JobDescriptionVersion,
    Review,
)
from roles.waits import SOON, Row, Wait, Who, name_of, short, told

Answer, Decision = DepartmentNeed.Answer, Approval.Decision
WORDS = 20  # of the reason for which a draft came back


def departments_of(who: Who) -> QuerySet:
    """The departments that this person speaks for."""
    reach = who.access.reach(Capability.DEPARTMENT_WORK)
    held = Assignment.objects.reachable(reach).in_force(who.today).filter(holder=reach.user.pk)
    return held.exclude(position__department=None).order_by().values("position__department")


class Needs:
    """What a department must answer, or deliver within two weeks."""

    kind = "need"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.DEPARTMENT_WORK)
        if not reach:
            return None
        is_due = Q(answer=Answer.ASKED) | Q(answer=Answer.AGREED, due_on__lte=who.today + SOON)
        return told(
            DepartmentNeed.objects.reachable(reach).filter(
                is_due, department__in=departments_of(who)
            ),
            due_on="due_on",
            at="asked_at",
            department="department__name",
            text="text",
            answer="answer",
            by=name_of("asked_by"),
        )

    def say(self, row: Row, who: Who) -> Wait:
        asked, more = row.more["answer"] == Answer.ASKED, row.more
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"{more['department']} is asked for: {more['text']}",
            sub=f"Asked by {more['by']}, {short(who.day(_at(row)))}.",
            url=who.page("roles:need-answer", row.pk),
            chip="you",
            label="Answer" if asked else "Deliver",
            when=f"by {short(_due(row))}",
            due_on=row.due_on,
            minutes=3 if asked else None,
            more=more,
        )


class Unread:
    """Job descriptions in force that cover a position of this person, unread by them."""

    kind = "read"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.HOME_VIEW)
        counts = Q(lapses_on=None) | Q(lapses_on__gt=who.server_day)
        read = Acknowledgement.every.reachable(reach).filter(
            counts, assignment=OuterRef("pk"), version=OuterRef(OuterRef("pk"))
        )
        mine = Assignment.objects.reachable(reach).in_force(who.today)
        unread = mine.filter(
            ~Exists(read),
            position__in=who.positions,
            holder=reach.user.pk,
            position__role=OuterRef("job_description__role"),
        )
        found = JobDescriptionVersion.objects.reachable(reach).published().filter(Exists(unread))
        return told(found, at="published_at", title="title", number="number")

    def say(self, row: Row, who: Who) -> Wait:
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Read your job description: {row.more['title']}",
            sub=f"Version {row.more['number']}, published {short(who.day(_at(row)))}.",
            url=who.page("roles:version", row.pk),
            chip="you",
            label="Acknowledge",
            minutes=5,
            more=row.more,
        )


class ToApprove:
    """Job descriptions whose review stands at a role of this person, or at one that nobody holds
    and they may publish. `pk` is the version's.
    """

    kind = "approve"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.JOB_DESCRIPTION_APPROVE)
        if not reach:
            return None
        stops = Approval.objects.reachable(reach).order_by()
        before = stops.filter(
            review=OuterRef("review"), decision=Decision.WAITING, order__lt=OuterRef("order")
        )
        holds = Assignment.objects.reachable(reach).in_force(who.today)
        holds = holds.filter(position__role=OuterRef("role")).order_by()
        vacant = ~Exists(holds)
        asked: Any = Exists(holds.filter(holder=reach.user.pk))
        if who.access.reach(Capability.JOB_DESCRIPTION_PUBLISH):
            asked = asked | vacant
        said = stops.filter(review=OuterRef("review")).values("review").annotate(last=Max("at"))
        found = stops.filter(
            asked,
            ~Exists(before),
            decision=Decision.WAITING,
            review__outcome=Review.Outcome.RUNNING,
        )
        return told(
            found,
            pk="review__version",
            at=Coalesce(Subquery(said.values("last")), "review__sent_at"),
            title="review__version__title",
            number="review__version__number",
            by=name_of("review__sent_by"),
            role="role__title",
            in_place=vacant,
        )

    def say(self, row: Row, who: Who) -> Wait:
        more = row.more
        vacant = "in place of the vacant role " if more["in_place"] else "as "
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Approve: {more['title']} job description",
            sub=f"Version {more['number']}, sent by {more['by']}."
            f" You decide {vacant}{more['role']}.",
            url=who.page("roles:version-review", row.pk),
            chip="you",
            label="Approve",
            when=f"since {short(who.day(_at(row)))}",
            minutes=10,
            more=more,
        )


class Returned:
    """Drafts that came back to this person and were not sent again. `pk` is the version's."""

    kind = "returned"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.JOB_DESCRIPTION_EDIT)
        if not reach:
            return None
        newest = Review.objects.reachable(reach).filter(version=OuterRef("review__version"))
        found = Approval.objects.reachable(reach).filter(
            decision=Decision.RETURNED,
            review__sent_by=reach.user.pk,
            review__version__status=JobDescriptionVersion.Status.DRAFT,
            review=Subquery(newest.order_by("-number").values("pk")[:1]),
        )
        return told(
            found,
            pk="review__version",
            at="at",
            title="review__version__title",
            by=name_of("by"),
            role="role__title",
            reason="reason",
        )

    def say(self, row: Row, who: Who) -> Wait:
        more = row.more
        words = more["reason"].split()
        said = " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "")
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Returned to you: {more['title']} job description",
            sub=f"{more['by']}, {more['role']}: “{said}”",
            url=who.page("roles:version", row.pk),
            chip="you",
            label="Change it",
            when=f"since {short(who.day(_at(row)))}",
            minutes=10,
            more=more,
        )


SOURCES = (Needs(), Unread(), ToApprove(), Returned())


def _at(row: Row) -> Any:
    return row.at


def _due(row: Row) -> Any:
    return row.due_on
