from django.db import migrations

from roles.stamping import Stamp


class Migration(migrations.Migration):
    dependencies = [("checklists", "0002_walls"), ("roles", "0004_homes_walls")]

    operations = [
        Stamp(
            "checklisttemplate",
            "checklistitem",
            "ratingscale",
            "dutydecision",
            "window",
            "observerdraw",
            "observation",
            "relaxedrhythm",
            "action",
            "learningtopic",
            "reopening",
        ),
        # A tap on a phone saves a rating and this minute; it changes no figure of the program.
        Stamp("checklist", unnoted=("started_at", "saved_at", "told_at")),
    ]
