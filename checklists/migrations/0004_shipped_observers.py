from django.db import migrations

# Copies made before these columns were there: what the shipped library says of them, and who was
# written to already. Before the triggers that freeze used copies.
FILL = """
UPDATE checklists_checklistitem AS item SET duty_text = duty.text
  FROM roles_duty AS duty WHERE duty.id = item.duty_id;
UPDATE checklists_checklist SET told_at = now();
UPDATE checklists_checklisttemplate AS template
  SET observer_role_id = role.id, observed_in = shipped.kinds::jsonb
  FROM (VALUES
    ('FC_EXEC', 'SUPERINTENDENT', '["fall", "spring"]'),
    ('FC_LEAD', 'EXEC_CHAMPION', '["fall", "spring"]'),
    ('FC_PM', 'PROGRAM_LEAD', '["fall", "spring"]'),
    ('FC_SUP', 'EXEC_CHAMPION', '["fall", "spring"]'),
    ('FC_PRIN', 'INSTR_SUPERVISOR', '["fall", "spring"]'),
    ('FC_SITE', 'PRINCIPAL', '["fall", "spring"]'),
    ('FC_CLEAD', 'PROGRAM_LEAD', '["fall", "spring"]'),
    ('FC_COACH', 'COACH_LEAD', '["fall", "spring"]'),
    ('FC_DEPT', 'PROJECT_MANAGER', '["spring"]')
  ) AS shipped (key, observer, kinds)
  JOIN roles_leadershiprole AS role ON role.key = shipped.observer
  WHERE template.key = shipped.key AND role.district_id = template.district_id;
"""


class Migration(migrations.Migration):
    dependencies = [("checklists", "0003_templates_observers_actions")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
