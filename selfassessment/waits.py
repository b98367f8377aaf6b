"""What of the self-assessment waits on a person: votes, and gaps to rate again."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from roles.capabilities import Capability
from roles.waits import Row, Wait, Who, short, told
from selfassessment.gap_notices import ready_gaps
from selfassessment.models import IndicatorRating, Mode, Round, RoundMember, Stage, Vote


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


SOURCES = (Votes(), ReRate())
