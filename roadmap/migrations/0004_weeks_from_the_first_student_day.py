from django.db import migrations

# The weeks that milestones had count from the first student day. What lies elsewhere (a program that
# began at another time) counts as dated by hand, so that no change of the calendar moves it. Proof of
# what is done is of the day it was recorded.
FILL = """
INSERT INTO roadmap_anchor (district_id, school_year_id, kind, label)
  SELECT DISTINCT m.district_id, m.school_year_id, 'first_student_day', ''
    FROM roadmap_milestone AS m WHERE m.due_offset IS NOT NULL;
UPDATE roadmap_milestone SET anchor_id = a.id
  FROM roadmap_anchor AS a
  WHERE a.school_year_id = roadmap_milestone.school_year_id
    AND roadmap_milestone.due_offset IS NOT NULL;
UPDATE roadmap_milestone SET start_offset = coalesce(start_offset, due_offset)
  WHERE due_offset IS NOT NULL;
UPDATE roadmap_milestone SET start_offset = NULL WHERE due_offset IS NULL;
UPDATE roadmap_milestone AS m SET hand_dated = true
  FROM roles_schoolyear AS y
  WHERE y.id = m.school_year_id AND m.due_offset IS NOT NULL
    AND y.first_student_day + 7 * m.due_offset - m.due_on NOT BETWEEN 0 AND 21;
UPDATE roadmap_milestone AS m SET done_on = (m.done_at AT TIME ZONE d.time_zone)::date
  FROM roles_district AS d WHERE d.id = m.district_id AND m.done_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0003_school_time_meetings_learning")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
