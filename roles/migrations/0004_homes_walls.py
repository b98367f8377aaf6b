from django.db import migrations

from roles.stamping import Stamp
from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("roles", "0003_homes_and_files")]

    operations = [
        Wall("change", "homeplace", "madefile"),
        Stamp(
            "district",
            "schoolyear",
            "closure",
            "school",
            "department",
            "membership",
            "departmentneed",
            "leadershiprole",
            "duty",
            "position",
            "notneeded",
            "assignment",
            "jobdescription",
            "jobdescriptionversion",
            "responsibility",
            "acknowledgement",
            "workarea",
            "involvement",
            "routestep",
            "review",
            "approval",
        ),
        Stamp("rendering", unnoted=("not_before", "lease_until", "tries", "last_error")),
    ]
