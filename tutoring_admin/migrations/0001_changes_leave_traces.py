"""The records that other systems read, and the tables a change of which is a change of theirs."""

from django.db import migrations

from roles.tracing import LeaveTraces, Traced

# Columns of people that no record outside shows; a sign-in changes the first of them.
UNSEEN = ("last_login", "password", "is_active", "is_staff", "is_superuser", "date_joined")
ASSIGNMENTS_OF_PEOPLE = (
    "SELECT a.district_id, a.id FROM roles_assignment a JOIN changed ON a.holder_id = changed.id"
)
POSITIONS_OF_ROLES = (
    "SELECT p.district_id, p.id FROM roles_position p JOIN changed ON p.role_id = changed.id"
)
MILESTONES_OF_PHASES = (
    "SELECT m.district_id, m.id FROM roadmap_milestone m JOIN changed ON m.phase_id = changed.id"
)
RATINGS_OF_ROUNDS = (
    "SELECT r.district_id, r.id FROM selfassessment_indicatorrating r"
    " JOIN changed ON r.round_id = changed.id"
)
SEATS_OF_DEPARTMENTS = (
    "SELECT p.district_id, p.id FROM roles_position p JOIN changed ON p.department_id = changed.id"
)
LATER = ("update",)  # what is not there yet shows in nothing


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0009_tokens_and_traces"),
        ("checklists", "0002_walls"),
        ("roadmap", "0002_walls"),
        ("selfassessment", "0006_closed_rounds_are_read_only"),
    ]

    operations = [
        LeaveTraces(
            [
                Traced("roles_district", "districts", district="id", unnoted=("logo",)),
                Traced("roles_schoolyear", "school-years"),
                Traced("roles_school", "schools"),
                Traced("roles_position", "positions"),
                Traced(
                    "roles_leadershiprole", "positions", records=POSITIONS_OF_ROLES, events=LATER
                ),
                Traced("roles_department", "positions", records=SEATS_OF_DEPARTMENTS, events=LATER),
                Traced("roles_assignment", "assignments"),
                Traced(
                    "roles_user",
                    "assignments",
                    records=ASSIGNMENTS_OF_PEOPLE,
                    unnoted=UNSEEN,
                    events=LATER,
                ),
                Traced("roles_jobdescriptionversion", "job-descriptions"),
                Traced("roles_responsibility", "job-descriptions", of="version_id"),
                Traced("checklists_window", "windows"),
                Traced(
                    "checklists_checklist",
                    "windows",
                    of="window_id",
                    unnoted=("saved_at", "told_at"),
                ),
                Traced("roadmap_milestone", "milestones"),
                Traced("roadmap_contribution", "milestones", of="milestone_id"),
                Traced("roadmap_phase", "milestones", records=MILESTONES_OF_PHASES, events=LATER),
                Traced("selfassessment_indicatorrating", "indicators"),
                Traced(
                    "selfassessment_round", "indicators", records=RATINGS_OF_ROUNDS, events=LATER
                ),
                Traced("selfassessment_handevidence", "evidence"),
                Traced("selfassessment_evidenceuse", "evidence", of="evidence_id"),
                Traced("selfassessment_evidencerevision", "evidence", of="evidence_id"),
                Traced("roadmap_learningline", "learning-lines"),
                Traced("roadmap_lineaudience", "learning-lines", of="line_id"),
                Traced("roadmap_learningsession", "learning-sessions"),
                Traced("roadmap_attendance", "learning-sessions", of="session_id"),
            ]
        )
    ]
