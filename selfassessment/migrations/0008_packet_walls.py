from django.db import migrations

from roles.stamping import Stamp
from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("selfassessment", "0007_packets"), ("roles", "0004_homes_walls")]

    operations = [
        Wall("packet", append_only=True),
        Wall("guestlink"),
        Stamp(
            "round",
            "roundmember",
            "indicatorrating",
            "vote",
            "handevidence",
            "evidenceuse",
            "evidencerevision",
            "gap",
            "gapmilestone",
            "ratingcause",
            "importedstandards",
            "officialresult",
            "packet",
            "evidencesnapshot",
            "signoff",
            "roundreopening",
        ),
        Stamp("guestlink", unnoted=("opened", "last_opened_at")),
    ]
