import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roles", "0009_feed_stamp")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="due_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunSQL(
            "UPDATE roles_letter SET due_at = not_before", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name="letter",
            name="unsure_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="workers_lost",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RemoveIndex(model_name="letter", name="letter_unfinished"),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["district", "kind", "not_before"],
                name="letters_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("status__in", ["running", "unsure"])),
                fields=["lease_until"],
                name="letters_held",
            ),
        ),
    ]
