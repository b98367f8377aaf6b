from django.db import migrations

from roles.wall import Grant, Wall

# The words of a version are frozen once it is published. What may still change: that a newer one
# supersedes it, and when it is to be reviewed.
FREEZE = """
CREATE OR REPLACE FUNCTION roles_refuse_when_published() RETURNS trigger AS $$
BEGIN
  IF OLD.status IN ('published', 'superseded') AND (
    NEW.status NOT IN ('published', 'superseded')
    OR (to_jsonb(NEW) - 'status' - 'review_on') <> (to_jsonb(OLD) - 'status' - 'review_on')
  ) THEN
    RAISE EXCEPTION 'version % is published: its text is frozen', OLD.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER published_text_is_frozen BEFORE UPDATE ON roles_jobdescriptionversion
  FOR EACH ROW EXECUTE FUNCTION roles_refuse_when_published();

CREATE OR REPLACE FUNCTION roles_refuse_lines_when_published() RETURNS trigger AS $$
DECLARE
  held bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'duty_id') = (to_jsonb(OLD) - 'duty_id') THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT FROM roles_jobdescriptionversion
    WHERE id = held AND status IN ('published', 'superseded')
  ) THEN
    RAISE EXCEPTION 'version % is published: its text is frozen', held
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER published_lines_are_frozen
  BEFORE INSERT OR UPDATE OR DELETE ON roles_responsibility
  FOR EACH ROW EXECUTE FUNCTION roles_refuse_lines_when_published();
"""
THAW = """
DROP TRIGGER published_lines_are_frozen ON roles_responsibility;
DROP FUNCTION roles_refuse_lines_when_published();
DROP TRIGGER published_text_is_frozen ON roles_jobdescriptionversion;
DROP FUNCTION roles_refuse_when_published();
"""

# A role with one seat has one position at a place, and a position has one holder at a time.
SEATS = """
CREATE OR REPLACE FUNCTION roles_refuse_seat_beyond_role() RETURNS trigger AS $$
BEGIN
  IF NEW.seat > (SELECT seats FROM roles_leadershiprole WHERE id = NEW.role_id) THEN
    RAISE EXCEPTION 'role % has no seat number % in one place', NEW.role_id, NEW.seat
      USING ERRCODE = 'check_violation', CONSTRAINT = 'position_within_role_seats';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER position_within_role_seats BEFORE INSERT OR UPDATE OF seat, role_id
  ON roles_position FOR EACH ROW EXECUTE FUNCTION roles_refuse_seat_beyond_role();

CREATE OR REPLACE FUNCTION roles_refuse_fewer_seats_than_positions() RETURNS trigger AS $$
BEGIN
  IF EXISTS (
    SELECT FROM roles_position
    WHERE role_id = NEW.id AND seat > NEW.seats AND closed_on IS NULL
  ) THEN
    RAISE EXCEPTION 'role % has more positions in one place than % seats', NEW.id, NEW.seats
      USING ERRCODE = 'check_violation', CONSTRAINT = 'role_seats_cover_positions';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER role_seats_cover_positions BEFORE UPDATE OF seats
  ON roles_leadershiprole FOR EACH ROW EXECUTE FUNCTION roles_refuse_fewer_seats_than_positions();
"""
UNSEAT = """
DROP TRIGGER role_seats_cover_positions ON roles_leadershiprole;
DROP FUNCTION roles_refuse_fewer_seats_than_positions();
DROP TRIGGER position_within_role_seats ON roles_position;
DROP FUNCTION roles_refuse_seat_beyond_role();
"""

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

TABLES = (
    "schoolyear",
    "closure",
    "school",
    "department",
    "membership",
    "invitation",
    "leadershiprole",
    "duty",
    "position",
    "assignment",
    "jobdescription",
    "jobdescriptionversion",
    "responsibility",
    "acknowledgement",
    "rendering",
    "letter",
    "notneeded",
    "routestep",
    "review",
    "approval",
    "workarea",
    "involvement",
    "departmentneed",
    "handoverpack",
    "archive",
    "notice",
    "ladderrung",
    "mailpreference",
    "snooze",
    "feedtoken",
)


class Migration(migrations.Migration):
    replaces = [
        ("roles", "0002_wall"),
        ("roles", "0004_wall_and_frozen_text"),
        ("roles", "0008_wall_around_notices"),
        ("roles", "0011_calendar_changes"),
    ]

    dependencies = [("roles", "0001_tables")]

    operations = [
        Wall("district"),
        Wall(*TABLES),
        Wall("auditevent", "calendarchange", append_only=True),
        Grant("user", "SELECT"),
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(SEATS, UNSEAT),
        migrations.RunSQL(NOTE, "DROP FUNCTION roles_note_calendar_change(bigint);"),
    ]
