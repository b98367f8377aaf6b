from django.db import migrations

from roles.wall import Wall


TABLES = (
    "round",
    "indicatorrating",
    "evidencenote",
)


class Migration(migrations.Migration):
    replaces = [
        ("selfassessment", "0002_wall"),
    ]

    dependencies = [("selfassessment", "0001_tables"), ("roles", "0002_walls")]

    operations = [
        Wall(*TABLES),
    ]
