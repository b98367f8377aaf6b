from django.db import migrations

from roles.stamping import Stamp


class Migration(migrations.Migration):
    dependencies = [("checklists", "0003_changes_are_noted"), ("roles", "0008_changes_by_part")]

    operations = [
        # What is counted of a closed window is not disturbed by forms that come in for an open one.
        Stamp("checklist", unnoted=("started_at", "saved_at", "told_at"), part="window_id"),
    ]
