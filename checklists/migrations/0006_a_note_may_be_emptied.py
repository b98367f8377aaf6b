from django.db import migrations

# A submitted form stays locked for whoever writes. One thing the owner of the tables may do: empty
# the note of a rating, whole, when the person it is about is deleted.
LOCK = """
CREATE OR REPLACE FUNCTION checklists_refuse_when_submitted() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'checklists_rating'
    AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
    AND to_jsonb(NEW) ->> 'note' = ''
    AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'
  THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT FROM checklists_checklist
    WHERE id = NEW.checklist_id AND submitted_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'checklist % is submitted: its ratings are locked', NEW.checklist_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
"""


class Migration(migrations.Migration):
    dependencies = [("checklists", "0005_keys_of_draws_move")]

    operations = [migrations.RunSQL(LOCK, migrations.RunSQL.noop)]
