"""Who asks for results, and the forms that figures for them may rest on.

People who manage checklists in the whole district read everything that `readable_by` gives them:
not the forms of a position they hold or still have to observe. Others with a view over the whole
district read figures about groups, under the rules of checklists.suppression. Whoever sees some
schools only reads no results of others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from checklists.models import Checklist, RaterKind, Window, WindowState
from checklists.models.forms import ChecklistQuerySet
from checklists.standing import standing_forms
from roles.access import Access, Everywhere, Reach
from roles.capabilities import Capability

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Audience:
    """One person who asks for results in one district."""

    access: Access

    @cached_property
    def reach(self) -> Reach:
        return self.access.reach(Capability.CHECKLIST_VIEW)

    @cached_property
    def manages(self) -> bool:
        """Reads results of single people."""
        managed = self.access.reach(Capability.CHECKLIST_MANAGE)
        return isinstance(managed.schools, Everywhere)

    @cached_property
    def sees_groups(self) -> bool:
        """Reads figures about groups; false for those who see some schools only."""
        return self.manages or isinstance(self.reach.schools, Everywhere)

    def told_of(self, windows: Sequence[Window]) -> list[Window]:
        """Those of the windows whose results this person may learn something of."""
        if self.manages:
            return list(windows)
        return closed(windows, self.reach) if self.sees_groups else []

    def standing(self, windows: Sequence[Window]) -> ChecklistQuerySet:
        """One form for each window and position: the ratings that stand, for this person."""
        told = self.told_of(windows)
        if not self.manages:
            return standing_in_groups(told, self.reach)
        forms = Checklist.objects.reachable(self.reach).filter(window__in=told)
        return standing_forms(forms.readable_by(self.access))

    def known_people(self, windows: Sequence[Window]) -> dict[int, frozenset[int]]:
        """By window, whose results this person knows of anyhow. One query, none for managers."""
        return {} if self.manages else known_people(windows, self.reach)


def standing_in_groups(windows: Sequence[Window], reach: Reach) -> ChecklistQuerySet:
    """The ratings that groups are made of: closed windows, own rating in, as when they closed."""
    forms = Checklist.objects.reachable(reach).filter(window__in=closed(windows, reach))
    own_is_in = Checklist.objects.reachable(reach).self_rated().submitted()
    own = own_is_in.filter(window=OuterRef("window"), position=OuterRef("position"))
    return standing_forms(forms.filter(Exists(own)).filter(_as_it_closed(windows, reach)))


def closed(windows: Sequence[Window], reach: Reach) -> list[Window]:
    today = reach.district.today()
    return [window for window in windows if window.state(today) == WindowState.CLOSED]


def _as_it_closed(windows: Sequence[Window], reach: Reach) -> Q:
    """A pair may agree for weeks after: a figure that moved then would tell what they agreed on."""
    stays = ~Q(rater_kind=RaterKind.AGREED)
    for window in windows:
        stays |= Q(window=window, submitted_at__lt=end_of(window, reach))
    return stays


def end_of(window: Window, reach: Reach) -> dt.datetime:
    """The moment from which a window takes no answers any more."""
    midnight = dt.datetime.combine(
        window.closes_on + ONE_DAY, dt.time(), tzinfo=reach.district.zone
    )
    return min(midnight, window.closed_at or midnight)


def known_people(windows: Sequence[Window], reach: Reach) -> dict[int, frozenset[int]]:
    """By window: the reader, and the people the reader has rated."""
    found = {window.pk: {reach.user.pk} for window in windows}
    rated = Checklist.objects.reachable(reach).current().filter(rater=reach.user)
    for window, holder in rated.filter(window__in=windows).values_list("window", "holder"):
        found[window].add(holder)
    return {window: frozenset(people) for window, people in found.items()}
