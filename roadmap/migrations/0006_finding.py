from django.db import migrations

from roles.finding import DISTRICT, Findable

MILESTONES = f"""t.district_id = {DISTRICT}
  AND (only_at IS NULL OR t.school_id IS NULL OR t.school_id = ANY (only_at))"""


class Migration(migrations.Migration):
    dependencies = [
        ("roadmap", "0005_decisions_change_and_stand_on_agendas"),
        ("roles", "0005_finding"),
    ]

    operations = [Findable("milestone", "t.key || ' ' || t.title", MILESTONES)]
