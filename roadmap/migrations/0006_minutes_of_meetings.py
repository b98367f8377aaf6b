import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from roles.wall import DistrictKey, Wall


class Migration(migrations.Migration):
    dependencies = [
        ("roadmap", "0005_wall_and_archived_years"),
        ("roles", "0009_feed_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="agendaitem",
            name="said",
            field=models.TextField(blank=True, max_length=4000, verbose_name="what was said"),
        ),
        migrations.CreateModel(
            name="MinutesFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                            ("unsure", "Not known whether it was sent"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("owed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("file", models.FileField(blank=True, max_length=200, upload_to="made/")),
                ("total", models.PositiveIntegerField(default=1)),
                ("made", models.PositiveIntegerField(default=0)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roles.district",
                    ),
                ),
                (
                    "meeting",
                    DistrictKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="roadmap.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["-owed_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "running"])),
                        fields=["not_before"],
                        name="minutes_file_unfinished",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "key"), name="minutes_file_once")
                ],
            },
        ),
        Wall("minutesfile"),
    ]
