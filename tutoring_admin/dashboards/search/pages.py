"""Pages of the product by name, and by the words that people use for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page without arguments of its own; `words` are further names for what is done there."""

    label: str
    view_name: str
    words: str = ""


PLACES = (
    Place("Today", "dashboards:today", "home start my tasks to do waits on me"),
    Place("In brief", "dashboards:champion", "executive summary figures champion one page"),
    Place(
        "Guide to section 3.1", "dashboards:guide", "before you begin recommendations steps start"
    ),
    Place("Checklists", "checklists:index", "fidelity forms to fill in windows"),
    Place("Checklist library", "checklists:library", "templates items questions"),
    Place("Checklist results", "checklists:results", "scores ratings fidelity trend"),
    Place("Heat map", "checklists:heat", "schools by item results grid matrix"),
    Place("Actions", "checklists:actions", "follow up what was agreed tasks"),
    Place("Learning topics", "checklists:topics", "low items training"),
    Place("Year of windows", "checklists:year-plan", "plan schedule rounds calendar"),
    Place("New window", "checklists:window-create", "open a window round start checklists"),
    Place("Rhythm", "checklists:rhythm", "every second window stable"),
    Place("Alignment", "checklists:alignment", "duties items job descriptions"),
    Place("Scales", "checklists:scales", "points ratings levels"),
    Place("Practice checklist", "checklists:practice", "try out training"),
    Place("Roadmap", "roadmap:index", "milestones plan timeline gantt board late overdue"),
    Place("New milestone", "roadmap:create", "add step"),
    Place("Several milestones at once", "roadmap:bulk", "bulk change many"),
    Place("School calendar", "roadmap:calendar", "dates closures breaks holidays school year"),
    Place("Calendar in your own app", "roadmap:feeds", "subscribe ics feed outlook google"),
    Place("Roadmap templates", "roadmap:templates", "copy save reuse"),
    Place("Import milestones", "roadmap:import", "upload spreadsheet csv excel"),
    Place("Roll over the year", "roadmap:rollover", "next school year renew"),
    Place("Planning period", "roadmap:planning", "meetings agenda minutes team"),
    Place("Actions of meetings", "roadmap:meeting-actions", "follow up tasks minutes"),
    Place("Learning plan", "roadmap:learning", "professional development pd training sessions"),
    Place("My learning", "roadmap:learning-mine", "my hours professional development pd"),
    Place("Hours of learning", "roadmap:learning-people", "professional development attendance"),
    Place("Coaching log", "roadmap:coaching", "talks support coach"),
    Place("Log a coaching talk", "roadmap:coaching-add", "new coach visit"),
    Place("Board packets", "packets:index", "board report publish grant annex snapshot guests"),
    Place("Whom to chase", "dashboards:chase", "nudge remind late owes people"),
    Place("My schools", "dashboards:my-schools", "supervisor list of schools"),
    Place("Visits", "roadmap:visits", "school visit notes supervisor"),
    Place("Positions", "roles:seats", "seats vacant filled holders"),
    Place("Decisions", "roadmap:decisions", "champion approve decline log"),
    Place("Ask for a decision", "roadmap:decision-ask", "champion approval request"),
    Place("Roles", "roles:index", "job types leadership responsibilities"),
    Place("My role", "roles:my-role", "my job description what is expected of me"),
    Place("Coverage", "roles:coverage", "seats filled vacant positions gaps"),
    Place("Organization chart", "roles:chart", "org chart who reports to whom tree"),
    Place("Who does what", "roles:matrix", "matrix raci involvement work areas"),
    Place("Departments", "roles:departments", "partners needs hr it finance"),
    Place("Documents", "roles:documents", "job descriptions pdf word download zip archive"),
    Place("Letterhead", "roles:letterhead", "logo documents"),
    Place(
        "Acknowledgements", "roles:acknowledgements", "read signed job descriptions who has read"
    ),
    Place("Route of approval", "roles:route", "review approve job descriptions steps"),
    Place("Role library", "roles:library", "updates shipped templates"),
    Place("Approach", "roles:approach", "partner provider build own"),
    Place("Add a role", "roles:role-add", "new job"),
    Place("Add a position", "roles:position-add", "new seat"),
    Place("People", "roles:people", "access users accounts rights levels"),
    Place("Access levels", "roles:people-levels", "rights permissions what may"),
    Place("Invite a person", "roles:people-invite", "add user new account access"),
    Place("Letters", "roles:letters", "mail sent e-mail notifications problems"),
    Place("Reminders", "roles:ladder", "ladder when letters go out escalation"),
    Place("When we write to you", "roles:mail", "my mail e-mail notifications snooze preferences"),
    Place("Audit trail", "roles:audit", "history who changed log"),
    Place("Self-assessment", "selfassessment:index", "readiness indicators standards 6b 6c"),
    Place("Evidence", "selfassessment:evidence-list", "files proof documents on file"),
    Place("Add evidence", "selfassessment:evidence-new", "upload file proof link"),
    Place("Gaps", "selfassessment:gaps", "weak indicators to close causes"),
    Place("Compare rounds", "selfassessment:compare", "before after progress"),
    Place("Evidence by indicator", "selfassessment:audit", "auditor review read only"),
    Place("Open a round", "selfassessment:round-open", "start self-assessment team rating"),
    Place("Standards", "selfassessment:standards", "import framework further own"),
    Place("Official ratings", "selfassessment:official", "reviewers outside result certificate"),
)
