from django.db import migrations

from roles.wall import Wall

# A submitted form is locked for whoever writes, not only for those who go through the service.
LOCK = """
CREATE OR REPLACE FUNCTION checklists_refuse_when_submitted() RETURNS trigger AS $$
BEGIN
  IF EXISTS (
    SELECT FROM checklists_checklist
    WHERE id = NEW.checklist_id AND submitted_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'checklist % is submitted: its ratings are locked', NEW.checklist_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS submitted_ratings_are_locked ON checklists_rating;
CREATE TRIGGER submitted_ratings_are_locked BEFORE INSERT OR UPDATE ON checklists_rating
  FOR EACH ROW EXECUTE FUNCTION checklists_refuse_when_submitted();
"""
UNLOCK = """
DROP TRIGGER IF EXISTS submitted_ratings_are_locked ON checklists_rating;
DROP FUNCTION IF EXISTS checklists_refuse_when_submitted();
"""


class Migration(migrations.Migration):
    dependencies = [("checklists", "0001_initial"), ("roles", "0002_wall")]

    operations = [
        Wall("checklisttemplate", "checklistitem", "window", "checklist", "rating"),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
