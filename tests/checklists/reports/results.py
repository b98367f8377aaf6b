"""Closed windows with ratings, for the tests of results."""

from checklists.models import Checklist, RaterKind
from roles.access import Access
from roles.capabilities import AccessLevel
from tests.factories.checklists import (
    ChecklistFactory,
    ItemFactory,
    RatingFactory,
    TemplateFactory,
    lock,
    observed,
)
from tests.factories.roles import RoleFactory, UserFactory, member


def access_of(level, district, user=None, school=None):
    user = member(level, at=school or district, user=user or UserFactory())
    return Access.from_memberships(user, district, list(user.memberships.all()))


def manager(district):
    return access_of(AccessLevel.DISTRICT_LEAD, district)


def champion(district):
    return access_of(AccessLevel.EXECUTIVE, district)


def checklist_of(district, items=2, title="Site Lead"):
    """A template for a role of its own, with some items."""
    template = TemplateFactory(district=district, role=RoleFactory(district=district, title=title))
    for n in range(items):
        ItemFactory(district=district, template=template, order=n, key=f"{template.key}-{n}")
    return template


def rated(window, template, values, *, seat, kind=RaterKind.SELF, own=None, **fields):
    """A submitted form with these values, None for N/A; `own`: the form it is the other one to."""
    if own is None:
        fields = {"district": window.district, "window": window, "template": template} | fields
        form = ChecklistFactory(**fields, position__seat=seat)
    else:
        form = observed(own, UserFactory(), **fields)
        Checklist.objects.filter(pk=form.pk).update(rater_kind=kind)
    for item, value in zip(template.items.order_by("order"), values, strict=True):
        RatingFactory(
            district=form.district,
            checklist=form,
            item=item,
            value=value,
            not_applicable=value is None,
        )
    good = all(value == 2 for value in values)
    return lock(form, score=100 if good else 50, band="on_track" if good else "needs_support")
