"""How to knock at the pages of the planning period."""

import datetime as dt

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from roadmap.models import MinutesFile
from roles.models import SchoolYear
from tests.factories.roadmap_meetings import (
    AgendaItemFactory,
    DecisionFactory,
    MeetingActionFactory,
    MeetingFactory,
    chaired,
)
from tests.guards.case import Case


def series(school, who, **fields):
    year = SchoolYear.objects.get(district=school.district)
    return chaired(who, school=school, school_year=year, **fields)


def of_series(school, who):
    return {"pk": series(school, who).pk}


def meeting(school, who, **fields):
    return MeetingFactory(district=school.district, series=series(school, who), **fields)


def planned(school, who):
    return {"pk": meeting(school, who).pk}


def held(school, who):
    return {"pk": meeting(school, who, held=True).pk}


def filed(school, who):
    shown = meeting(school, who, held=True)
    name = default_storage.save("minutes/a.pdf", ContentFile(b"%PDF"))
    MinutesFile.objects.create(
        district=school.district, meeting=shown, key=f"m{shown.pk}", status="done", file=name
    )
    return {"pk": shown.pk}


def item(school, who, **fields):
    shown = meeting(school, who)
    return {"pk": AgendaItemFactory(district=school.district, meeting=shown, **fields).pk}


def dropped(school, who):
    return item(school, who, dropped_at=dt.datetime.now(dt.UTC))


def decision(school, who):
    shown = meeting(school, who)
    return {"pk": DecisionFactory(district=school.district, meeting=shown).pk}


def action(school, who):
    shown = meeting(school, who)
    return {"pk": MeetingActionFactory(district=school.district, meeting=shown).pk}


WHY = {"reason": "The provider asked for it"}

CASES = {
    "GET roadmap:planning": Case(),
    "GET roadmap:planning-adopt": Case(),
    "POST roadmap:planning-adopt": Case(data={"show": "1"}),
    "GET roadmap:series-new": Case(),
    "POST roadmap:series-new": Case(data={"title": "Program team"}),
    "GET roadmap:series": Case(kwargs=of_series),
    "GET roadmap:series-edit": Case(kwargs=of_series),
    "POST roadmap:series-edit": Case(kwargs=of_series, data={"title": "Program team"}),
    "GET roadmap:series-end": Case(kwargs=of_series),
    "POST roadmap:series-end": Case(kwargs=of_series, data=WHY),
    "GET roadmap:meeting": Case(kwargs=planned),
    "POST roadmap:agenda-draft": Case(kwargs=planned),
    "POST roadmap:agenda-add": Case(kwargs=planned, data={"title": "Rooms in winter"}),
    "POST roadmap:agenda-put": Case(kwargs=item, data={"place": "up"}),
    "POST roadmap:agenda-drop": Case(kwargs=item),
    "POST roadmap:agenda-bring-back": Case(kwargs=dropped),
    "GET roadmap:meeting-move": Case(kwargs=planned),
    "POST roadmap:meeting-move": Case(kwargs=planned, data=WHY),
    "GET roadmap:meeting-cancel": Case(kwargs=planned),
    "POST roadmap:meeting-cancel": Case(kwargs=planned, data=WHY),
    "GET roadmap:minutes": Case(kwargs=planned),
    "POST roadmap:minutes": Case(kwargs=planned, data={"notes": "We met in the library."}),
    "POST roadmap:meeting-decide": Case(
        kwargs=planned, data={"decision-text": "Rooms are booked."}
    ),
    "POST roadmap:meeting-give": Case(kwargs=planned, data={"action-text": "Book the rooms."}),
    "POST roadmap:decision-remove": Case(kwargs=decision),
    "GET roadmap:meeting-close": Case(kwargs=planned),
    "POST roadmap:meeting-close": Case(kwargs=planned),
    "GET roadmap:meeting-reopen": Case(kwargs=held),
    "POST roadmap:meeting-reopen": Case(kwargs=held, data=WHY),
    "GET roadmap:minutes-state": Case(kwargs=held),
    "GET roadmap:minutes-pdf": Case(kwargs=filed),
    "POST roadmap:minutes-again": Case(kwargs=filed),
    "GET roadmap:meeting-actions": Case(),
    "GET roadmap:meeting-action": Case(kwargs=action),
    "POST roadmap:meeting-action-done": Case(kwargs=action),
    "POST roadmap:meeting-action-drop": Case(kwargs=action, data={"drop-reason": "Not needed"}),
}
