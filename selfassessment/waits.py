"""What of the self-assessment waits on a person: votes, gaps to rate again, a signature, evidence
that runs out.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from roles.capabilities import Capability
from roles.models import Assignment, Membership, Position
from roles.waits import SOON, Row, Wait, Who, chip, short, told
from selfassessment.gap_notices import ready_gaps
from selfassessment.models import (
    EvidenceRevision,
    IndicatorRating,
    Mode,
    Round,
    RoundMember,
    Signer,
    SignOff,
    Stage,
    Vote,
)
from selfassessment.notices import SIGN_WITHIN
from selfassessment.services.signing import ROLES, desks


class Votes:
    """Indicators that the team votes on now, without this member's vote yet. `pk` is the round."""

    kind = "vote"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ASSESSMENT_WORK)
        if not reach:
            return None
        member = RoundMember.objects.filter(round=OuterRef("round"), user=reach.user.pk)
        given = Vote.objects.filter(
            rating=OuterRef("pk"), turn=OuterRef("turn"), member__user=reach.user.pk
        )
        asked = (
            IndicatorRating.objects.filter(
                ~Exists(given.order_by()),
                Exists(member.filter(left_at=None).order_by()),
                district=who.access.district.pk,
                stage=Stage.VOTING,
                round__state=Round.State.OPEN,
                round__mode=Mode.DEVICES,
            )
            .order_by()
            .values("round")
        )
        counted = asked.filter(round=OuterRef("pk")).annotate(n=Count("pk")).values("n")
        found = Round.objects.filter(district=who.access.district.pk, pk__in=asked)
        return told(
            found, due_on="closes_on", label="label", votes=Coalesce(Subquery(counted), Value(0))
        )

    def say(self, row: Row, who: Who) -> Wait:
        many = row.more["votes"]
        waits = "1 indicator waits" if many == 1 else f"{many} indicators wait"
        due_on: Any = row.due_on
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Vote: {row.more['label']}, self-assessment",
            sub=f"{waits} for your vote.",
            url=who.page("selfassessment:room", row.pk),
            chip="you",
            label="Vote",
            when=f"until {short(due_on)}",
            due_on=due_on,
            minutes=2 * many,
            more=row.more,
        )


class ReRate:
    """Gaps that are ready to be rated again, for those whom `selfassessment.gap_notices` writes to:
    the team while a round asks for the indicator, else who facilitated last, or the district leads.
    """

    kind = "re_rate"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ASSESSMENT_WORK)
        if not reach:
            return None
        district, me = who.access.district.pk, reach.user.pk
        last = Round.objects.filter(district=district).order_by("-pk")[:1]
        newest = Round.objects.filter(pk=Subquery(last.values("pk"))).order_by()
        asks = IndicatorRating.objects.filter(
            round__in=newest.open().values("pk"), code=OuterRef("code")
        )
        in_room = Exists(asks.order_by())
        member = RoundMember.objects.filter(
            round__in=newest.values("pk"), user=me, left_at=None
        ).order_by()
        facilitates = Exists(newest.filter(facilitator=me))
        others: Q = Q(facilitates)
        if who.access.reach(Capability.PEOPLE_MANAGE):  # of district leads alone
            others |= ~Q(Exists(newest.filter(facilitator__isnull=False)))
        in_team = Q(facilitates) | Q(Exists(member))
        asked = (Q(in_room) & in_team) | (~Q(in_room) & others)
        found = ready_gaps(district).filter(asked).order_by()
        return told(
            found,
            due_on=F("done_on"),
            code="code",
            done=F("done"),
            value=F("value"),
            room=Subquery(newest.open().values("pk")[:1]),
            in_room=in_room,
        )

    def say(self, row: Row, who: Who) -> Wait:
        more = row.more
        page = ("selfassessment:room", more["room"]) if more["in_room"] else None
        view_name, pk = page or ("selfassessment:gap", row.pk)
        done = f"{more['done']} milestone{' is' if more['done'] == 1 else 's are'} done"
        since = "" if more["value"] is None else f" since the team rated {more['value']}"
        ready: Any = row.due_on
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Rate {more['code']} again",
            sub=f"{done}{since}, and the proof is evidence now.",
            url=who.page(view_name, pk),
            chip="you",
            label="Rate again",
            when=f"since {short(ready)}",
            minutes=5,
            more=more,
        )


class ToSign:
    """The round that waits for this person's signature in one capacity, as
    `selfassessment.services.signing` chooses who signs.
    """

    def __init__(self, signer: Signer) -> None:
        self.kind = f"sign_{signer.value}"
        self._signer = signer

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ASSESSMENT_WORK)
        if not reach:
            return None
        asked = Position.objects.filter(
            pk=Subquery(self._first(who).values("pk")[:1]), pk__in=who.positions
        ).order_by()
        signed = SignOff.objects.filter(
            round=OuterRef("pk"), capacity=self._signer, withdrawn_at=None
        )
        found = Round.objects.filter(
            Exists(asked),
            ~Exists(signed.order_by()),
            district=who.access.district.pk,
            state=Round.State.SIGNING,
        )
        return told(
            found,
            at="rated_at",
            label="label",
            vacant=~Exists(asked.filter(Exists(self._held(who)))),
        )

    @staticmethod
    def _held(who: Who) -> QuerySet:
        """Who holds a position (the outer query) today."""
        return Assignment.objects.in_force(who.today).filter(position=OuterRef("pk")).order_by()

    def _first(self, who: Who) -> QuerySet:
        """Positions of the capacity, the one whose holder signs first on top: held by someone who
        can sign in, then vacant and this person's to answer for.
        """
        keys = ROLES[self._signer]
        here = Membership.objects.filter(
            district=who.access.district.pk, user=OuterRef("holder"), user__is_active=True
        )
        able = Exists(self._held(who).filter(Exists(here.order_by())))
        turn = Case(When(able, then=0), When(pk__in=who.positions, then=1), default=2)
        place = Case(*(When(role__key=key, then=n) for n, key in enumerate(keys)))
        found = Position.objects.filter(district=who.access.district.pk, role__key__in=keys)
        usual: Any = Position._meta.ordering
        return found.active(who.today).order_by(turn, place, *usual, "pk")

    def say(self, row: Row, who: Who) -> Wait | None:
        """None where somebody else answers for a vacant position that goes before: then alone it
        takes queries.
        """
        if row.more["vacant"] and not self._answers(who):
            return None
        since = None if row.at is None else who.day(row.at)
        due_on = since and since + SIGN_WITHIN
        kind, label = chip((due_on - who.today).days) if due_on else ("you", "Sign")
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Sign: {row.more['label']}, self-assessment",
            sub="The team has finished rating. Read what it says, on one page, and sign as"
            f" {self._signer.label.lower()}.",
            url=who.page("selfassessment:round-sign", row.pk),
            chip=kind,
            label=label,
            when=f"by {short(due_on)}" if due_on else "",
            due_on=due_on,
            minutes=10,
            more=row.more,
        )

    def _answers(self, who: Who) -> bool:
        return desks(who.access.district, who.today)[self._signer].is_for(who.access.user)


class EvidenceEnds:
    """Evidence by hand that this person answers for and that has run out, or does within two weeks.
    `pk` is the evidence's.
    """

    kind = "evidence_ends"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ASSESSMENT_WORK)
        if not reach:
            return None
        mine = EvidenceRevision.objects.filter(
            evidence__owner=reach.user.pk, district=who.access.district.pk
        )
        return told(
            mine.current().standing().filter(expires_on__lte=who.today + SOON),
            pk="evidence",
            due_on="expires_on",
            label="label",
        )

    def say(self, row: Row, who: Who) -> Wait:
        due_on: Any = row.due_on
        left = (due_on - who.today).days
        kind, label = chip(left)
        over = left < 0
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Evidence {'has run' if over else 'runs'} out: {row.more['label']}",
            sub="Say that it is still true and until when, put what is newer in its place, or take"
            " it back.",
            url=who.page("selfassessment:evidence", row.pk),
            chip=kind,
            label="Run out" if over else label,
            when=f"{'counted' if over else 'counts'} until {short(due_on)}",
            due_on=due_on,
            minutes=3,
            more=row.more,
        )


SOURCES = (
    Votes(),
    ReRate(),
    ToSign(Signer.PROGRAM_LEAD),
    ToSign(Signer.CHAMPION),
    EvidenceEnds(),
)
