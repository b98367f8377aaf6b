from django.db import migrations

from roles.wall import Grant, Wall


class Migration(migrations.Migration):
    dependencies = [("roles", "0001_initial")]

    operations = [
        Wall("district"),
        Wall(
            "schoolyear", "closure", "school", "department", "membership", "invitation",
            "leadershiprole", "duty", "position", "assignment",
            "jobdescription", "jobdescriptionversion", "responsibility", "acknowledgement",
            "rendering", "letter",
        ),
        Wall("auditevent", append_only=True),
        Grant("user", "SELECT"),
    ]
