"""How to knock at the guide and at the district's list before the beginning."""

from roadmap.models import BeginningItem
from tests.guards.case import Case


def item(school, who):
    """One thing to settle, of the whole district."""
    row = BeginningItem.objects.create(
        district=school.district, text=f"Settle {BeginningItem.objects.count()}", order=1
    )
    return {"pk": row.pk}


SAID = {"text": "We know what tutoring is for.", "note": "", "settled_on": ""}
CASES = {
    "GET dashboards:guide": Case(),
    "POST dashboards:beginning-add": Case(data={"text": "We have chosen our schools."}),
    "POST dashboards:beginning-take-up": Case(),
    "GET dashboards:beginning-edit": Case(kwargs=item, shared=True),
    "POST dashboards:beginning-edit": Case(kwargs=item, shared=True, data=SAID),
    "POST dashboards:beginning-settle": Case(kwargs=item, shared=True),
    "POST dashboards:beginning-move": Case(kwargs=item, shared=True, data={"to": "up"}),
    "GET dashboards:beginning-remove": Case(kwargs=item, shared=True),
    "POST dashboards:beginning-remove": Case(kwargs=item, shared=True),
}
