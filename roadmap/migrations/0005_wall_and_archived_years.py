from django.db import migrations, models

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
TABLES = (
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
    for table in TABLES
)
UNLOCK = "".join(f"DROP TRIGGER archived_year_is_read_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("roadmap", "0004_weeks_from_the_first_student_day"),
        ("roles", "0008_wall_around_notices"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        ("done_on__isnull", False),
                        ("state", "done"),
                        models.Q(
                            models.Q(("proof_text", ""), _negated=True),
                            models.Q(("proof_link", ""), _negated=True),
                            models.Q(("proof_file", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("done_at", None),
                        ("done_by", None),
                        ("done_on", None),
                        ("proof_file", ""),
                        ("proof_link", ""),
                        ("proof_text", ""),
                    ),
                    _connector="OR",
                ),
                name="milestone_done_exactly_with_date_person_and_proof",
                violation_error_message="A milestone is done with a date, a person and a proof.",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("anchor", None), ("due_offset", None), ("start_offset", None)),
                    models.Q(
                        ("anchor__isnull", False),
                        ("due_offset__isnull", False),
                        ("start_offset__isnull", False),
                        ("start_offset__lte", models.F("due_offset")),
                    ),
                    _connector="OR",
                ),
                name="milestone_offsets_come_with_their_anchor",
                violation_error_message="It starts on or before the day it is due.",
            ),
        ),
        Wall(
            "anchor",
            "milestone",
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
        ),
        Wall("progressnote", append_only=True),
        migrations.RunSQL(ARCHIVE + LOCK, UNLOCK + "DROP FUNCTION roadmap_refuse_when_archived();"),
    ]
