"""What a night brought, as news for whoever looks after the systems: "roster_pull:<the pull>"."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from roles.models import District, OwedStatus, RosterPull
from roles.notices import Line, News, number

SOURCE = "roster_pull"


class Pulls(News):
    """No news once the roster was looked at, or a later night went well."""

    kind = SOURCE

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        pks = [number(subject) for subject in subjects]
        found = RosterPull.objects.filter(district=district, pk__in=pks)
        good = RosterPull.objects.filter(district=district, status=OwedStatus.DONE)
        newest = good.exclude(kind=RosterPull.Kind.TEST).values_list("pk", flat=True).first() or 0
        return {
            f"{self.kind}:{pull.pk}": self._line(district, pull)
            for pull in found.select_related("source", "roster")
            if self._is_news(pull, newest)
        }

    def _is_news(self, pull: RosterPull, newest_good: int) -> bool:
        if pull.status == OwedStatus.FAILED:
            return pull.pk > newest_good
        waits = pull.outcome == RosterPull.Outcome.WAITS
        return waits and pull.roster is not None and pull.roster.state == "ready"

    def _line(self, district: District, pull: RosterPull) -> Line:
        failed = pull.status == OwedStatus.FAILED
        if failed or pull.roster_id is None:
            path = reverse("systems:source", args=[district.slug])
        else:
            path = reverse("systems:roster", args=[district.slug, pull.roster_id])
        return Line(
            title=f"Roster from {pull.source.name}",
            path=path,
            verb="Look at" if not failed else "Repair",
            words=pull.words,
            why="you look after this district's systems",
        )
