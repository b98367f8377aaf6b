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

# A version that was used is frozen: its words, and its items. What may still change: its status,
# and which row of the district's duties an item points at.
FREEZE = """
CREATE OR REPLACE FUNCTION checklists_refuse_when_frozen() RETURNS trigger AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL
    AND (to_jsonb(NEW) - 'status') <> (to_jsonb(OLD) - 'status') THEN
    RAISE EXCEPTION 'checklist version % was used: it is frozen', OLD.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER used_template_is_frozen BEFORE UPDATE ON checklists_checklisttemplate
  FOR EACH ROW EXECUTE FUNCTION checklists_refuse_when_frozen();

CREATE OR REPLACE FUNCTION checklists_refuse_items_when_frozen() RETURNS trigger AS $$
DECLARE
  held bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.template_id ELSE OLD.template_id END;
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'duty_id') = (to_jsonb(OLD) - 'duty_id') THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT FROM checklists_checklisttemplate WHERE id = held AND frozen_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'checklist version % was used: its items are frozen', held
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER used_items_are_frozen
  BEFORE INSERT OR UPDATE OR DELETE ON checklists_checklistitem
  FOR EACH ROW EXECUTE FUNCTION checklists_refuse_items_when_frozen();

CREATE TRIGGER submitted_evidence_is_locked BEFORE INSERT OR UPDATE ON checklists_itemevidence
  FOR EACH ROW EXECUTE FUNCTION checklists_refuse_when_submitted();
"""
THAW = """
DROP TRIGGER submitted_evidence_is_locked ON checklists_itemevidence;
DROP TRIGGER used_items_are_frozen ON checklists_checklistitem;
DROP FUNCTION checklists_refuse_items_when_frozen();
DROP TRIGGER used_template_is_frozen ON checklists_checklisttemplate;
DROP FUNCTION checklists_refuse_when_frozen();
"""

TABLES = (
    "checklisttemplate",
    "checklistitem",
    "window",
    "checklist",
    "rating",
    "dutydecision",
    "ratingscale",
    "observerdraw",
    "observation",
    "relaxedrhythm",
    "itemevidence",
    "action",
    "learningtopic",
    "paper",
)


class Migration(migrations.Migration):
    replaces = [
        ("checklists", "0002_wall"),
        ("checklists", "0005_wall_and_frozen_templates"),
    ]

    dependencies = [("checklists", "0001_tables"), ("roles", "0002_walls")]

    operations = [
        Wall(*TABLES),
        Wall("reopening", append_only=True),
        migrations.RunSQL(LOCK, UNLOCK),
        migrations.RunSQL(FREEZE, THAW),
    ]
