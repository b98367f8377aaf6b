from django.db import migrations

from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("selfassessment", "0001_initial"), ("roles", "0002_wall")]

    operations = [Wall("round", "indicatorrating", "evidencenote")]
