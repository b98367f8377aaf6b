from django.db import migrations

from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0001_initial"), ("roles", "0002_wall")]

    operations = [
        Wall("phase", "milestone"),
        Wall("datechange", append_only=True),
    ]
