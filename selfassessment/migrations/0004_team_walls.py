from django.db import migrations

from roles.wall import Wall

TABLES = (
    "binder",
    "evidencerevision",
    "evidenceuse",
    "gap",
    "gapmilestone",
    "handevidence",
    "importedstandards",
    "officialresult",
    "ratingcause",
    "roundmember",
    "roundreopening",
    "signoff",
    "vote",
)


class Migration(migrations.Migration):
    dependencies = [("selfassessment", "0003_team_rounds")]

    operations = [
        Wall(*TABLES),
        Wall("evidencesnapshot", append_only=True),
    ]
