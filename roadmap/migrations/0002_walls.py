from django.db import migrations

from roles.wall import Wall

# An archived school year is read only: its roadmap, its meetings, its learning.
ARCHIVE = """
CREATE OR REPLACE FUNCTION roadmap_refuse_when_archived() RETURNS trigger AS $$
DECLARE
  held bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.school_year_id ELSE OLD.school_year_id END;
BEGIN
  IF EXISTS (SELECT FROM roles_schoolyear WHERE id = held AND archived_at IS NOT NULL) THEN
    RAISE EXCEPTION 'school year % is archived: it is read only', held
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
"""
OF_A_YEAR = (
    "roadmap_anchor",
    "roadmap_phase",
    "roadmap_milestone",
    "roadmap_meetingseries",
    "roadmap_learningline",
    "roles_closure",
)
LOCK = "".join(
    f"CREATE TRIGGER archived_year_is_read_only BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION roadmap_refuse_when_archived();\n"
    for table in OF_A_YEAR
)
UNLOCK = "".join(f"DROP TRIGGER archived_year_is_read_only ON {table};\n" for table in OF_A_YEAR)

# All tables that roadmap/feed_rows.py reads. Most say once for each statement that it wrote rows,
# however many; only of a form, which is written to with each answer, it matters what is new.
FORMS = "checklists_checklist"
HEARD_OF = (
    "roles_assignment",
    "roles_membership",
    "roles_position",
    "roles_schoolyear",
    "checklists_action",
    "checklists_checklisttemplate",
    "checklists_observation",
    "checklists_window",
    "roadmap_coachingentry",
    "roadmap_contribution",
    "roadmap_learningline",
    "roadmap_learningsession",
    "roadmap_lineaudience",
    "roadmap_meeting",
    "roadmap_meetingaction",
    "roadmap_meetingseries",
    "roadmap_milestone",
    "roadmap_seriesmember",
)
FUNCTIONS = """
CREATE FUNCTION roadmap_note_calendar_changes() RETURNS trigger AS $$
DECLARE
  changed_in bigint;
BEGIN
  FOR changed_in IN SELECT DISTINCT district_id FROM changed LOOP
    PERFORM roles_note_calendar_change(changed_in);
  END LOOP;
  RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION roadmap_note_calendar_change_of_row() RETURNS trigger AS $$
BEGIN
  PERFORM roles_note_calendar_change(NEW.district_id);
  RETURN NULL;
END $$ LANGUAGE plpgsql;
"""
DROP = """
DROP FUNCTION roadmap_note_calendar_change_of_row();
DROP FUNCTION roadmap_note_calendar_changes();
"""
ROWS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
TOLD = ("window_id", "rater_id", "rater_kind", "submitted_at", "withdrawn_at")


def _each() -> list[tuple[str, str]]:
    """Tables and the events at which they say so."""
    return [(t, e) for t in (*HEARD_OF, FORMS) for e in ROWS if (t, e) != (FORMS, "UPDATE")]


def _trigger(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER calendars_hear_of_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {ROWS[event]} TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION roadmap_note_calendar_changes();\n"
    )


def _told(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in TOLD)


OF_FORMS = (
    f"CREATE TRIGGER calendars_hear_of_update AFTER UPDATE ON {FORMS} FOR EACH ROW"
    f" WHEN (({_told('OLD')}) IS DISTINCT FROM ({_told('NEW')}))"
    " EXECUTE FUNCTION roadmap_note_calendar_change_of_row();\n"
)
HEAR = "".join(_trigger(table, event) for table, event in _each()) + OF_FORMS
FORGET = "".join(
    f"DROP TRIGGER calendars_hear_of_{event.lower()} ON {table};\n"
    for table, event in [*_each(), (FORMS, "UPDATE")]
)

TABLES = (
    "phase",
    "milestone",
    "anchor",
    "contribution",
    "precedence",
    "atriskproposal",
    "roadmaptemplate",
    "templateline",
    "meetingseries",
    "seriesmember",
    "meeting",
    "presence",
    "agendaitem",
    "decision",
    "meetingaction",
    "learningline",
    "lineaudience",
    "learningsession",
    "attendance",
    "coachingentry",
    "sessiontopic",
    "minutesfile",
)


class Migration(migrations.Migration):
    replaces = [
        ("roadmap", "0002_wall"),
        ("roadmap", "0005_wall_and_archived_years"),
        ("roadmap", "0006_minutes_of_meetings"),
        ("roadmap", "0007_calendars_hear_of_changes"),
    ]

    dependencies = [("roadmap", "0001_tables"), ("checklists", "0002_walls"), ("roles", "0002_walls")]

    operations = [
        Wall(*TABLES),
        Wall("datechange", "progressnote", append_only=True),
        migrations.RunSQL(ARCHIVE + LOCK, UNLOCK + "DROP FUNCTION roadmap_refuse_when_archived();"),
        migrations.RunSQL(FUNCTIONS + HEAR, FORGET + DROP),
    ]
