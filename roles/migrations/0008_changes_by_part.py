from django.db import migrations, models

from roles.stamping import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("roles", "0007_audit_seals_and_privacy")]

    operations = [
        migrations.AddField("change", "part", models.BigIntegerField(null=True)),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
