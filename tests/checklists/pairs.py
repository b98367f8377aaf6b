"""Two raters of one position, arranged for tests."""

from roles.capabilities import AccessLevel
from tests.factories.checklists import RatingFactory, form_with_items, lock, observed
from tests.factories.roles import member


def pair_at(school, own=(2, 1, 0), other=(2, 2, 2), *, both_in=True):
    """The self form and the observer's of a position at a school; N/A is None."""
    district = school.district
    form = form_with_items(
        len(own),
        district=district,
        school=school,
        holder=member(AccessLevel.SITE_LEADER, at=school),
    )
    second = observed(form, member(AccessLevel.SITE_LEADER, at=school))
    rate(form, own)
    rate(second, other)
    if both_in:
        lock(form)
        lock(second)
    return form, second


def rate(form, values):
    for item, value in zip(form.template.items.all(), values, strict=True):
        RatingFactory(
            district=form.district,
            checklist=form,
            item=item,
            value=value,
            not_applicable=value is None,
        )
