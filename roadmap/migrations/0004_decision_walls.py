from django.db import migrations

from roles.stamping import Stamp
from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0003_decisions"), ("roles", "0004_homes_walls")]

    operations = [
        Wall(
            "beginningitem",
            "commitment",
            "decisionoption",
            "decisionrequest",
            "schoolvisit",
        ),
        Wall("decisionturn", append_only=True),
        Stamp(
            "meetingseries",
            "seriesmember",
            "meeting",
            "presence",
            "anchor",
            "phase",
            "milestone",
            "agendaitem",
            "decision",
            "meetingaction",
            "contribution",
            "precedence",
            "progressnote",
            "atriskproposal",
            "datechange",
            "learningline",
            "lineaudience",
            "learningsession",
            "attendance",
            "coachingentry",
            "sessiontopic",
            "beginningitem",
            "commitment",
            "decisionoption",
            "decisionrequest",
            "decisionturn",
            "schoolvisit",
        ),
    ]
