from django.db import migrations, models

from roles.stamping import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("roles", "0005_finding")]

    operations = [
        migrations.AddField("change", "table", models.CharField(default="", max_length=63)),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
