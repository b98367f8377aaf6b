import django.db.models.deletion
from django.db import migrations, models

from roles.wall import Wall

# Who writes what calendars are made of says so: first it takes a lock that all such writers of the
# district share until they commit, then a number. Whoever works out a stamp tries that lock alone,
# and so learns whether somebody is under way whose number may come to light later (services.feeds).
NOTE = """
CREATE FUNCTION roles_note_calendar_change(district bigint) RETURNS void AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(5545, district::integer);
  INSERT INTO roles_calendarchange (district_id) VALUES (district);
END $$ LANGUAGE plpgsql;
"""


class Migration(migrations.Migration):
    dependencies = [("roles", "0010_letters_by_district_and_in_doubt")]

    operations = [
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roles.district",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddField(
            model_name="feedtoken",
            name="basis",
            field=models.CharField(blank=True, max_length=64),
        ),
        Wall("calendarchange", append_only=True),
        migrations.RunSQL(NOTE, "DROP FUNCTION roles_note_calendar_change(bigint);"),
    ]
