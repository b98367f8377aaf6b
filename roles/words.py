"""What capabilities and audit verbs are called on screen. Pure data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from roles.capabilities import Capability
from roles.schooltime import year_name

CAN: dict[Capability, str] = {
    Capability.HOME_VIEW: "Open the start page",
    Capability.DASHBOARD_VIEW: "See how the whole program stands",
    Capability.ROLES_VIEW: "See roles, positions and job descriptions",
    Capability.ROLES_MANAGE: "Change roles, positions, departments and who leads what",
    Capability.JOB_DESCRIPTION_EDIT: "Edit job descriptions",
    Capability.JOB_DESCRIPTION_APPROVE: "Approve job descriptions on their route",
    Capability.DEPARTMENT_WORK: "Answer what a department is asked for",
    Capability.JOB_DESCRIPTION_PUBLISH: "Publish job descriptions",
    Capability.CHECKLIST_VIEW: "See checklists of others",
    Capability.CHECKLIST_WORK: "Do own checklists",
    Capability.CHECKLIST_MANAGE: "Open and close checklist windows",
    Capability.ROADMAP_VIEW: "See the roadmap",
    Capability.ROADMAP_WORK: "Work on own milestones",
    Capability.ROADMAP_MANAGE: "Change the roadmap",
    Capability.ASSESSMENT_VIEW: "See the self-assessment",
    Capability.ASSESSMENT_RATE: "Rate the self-assessment",
    Capability.PEOPLE_VIEW: "See who has access",
    Capability.PEOPLE_MANAGE: "Invite people, change and end access",
    Capability.AUDIT_VIEW: "Read the audit trail",
}

# A sentence goes on where the person's name ends. A word in braces comes from the event's detail.
DID: dict[str, str] = {
    "person.invited": "invited {email} as {level}, {place}",
    "invitation.resent": "sent the invitation to {email} again",
    "invitation.revoked": "took back the invitation to {email}",
    "invitation.accepted": "accepted the invitation as {level}, {place}",
    "access.changed": "changed the access of {person} to {level}, {place}",
    "access.given": "gave {person} access as {level}, {place}",
    "access.ended": "ended the access of {person} as {level}, {place}",
    "position.opened_at_schools": "added {role} at {schools} schools, from {opened_on}",
    "position.opened": "added the position {role}, {place}, from {opened_on}",
    "position.closed": "closed the position {role}, {place}, from {closed_on} on",
    "position.reopened": "opened the position {role}, {place} again",
    "position.not_needed": "marked {role} as not needed at {place}: {reason}",
    "position.needed": "marked {role} as needed at {place} again",
    "assignment.started": "put {person} into the position {role}, {place}, from {starts_on}",
    "assignment.ended": "let {person} leave the position {position} after {last_day}",
    "assignment.end_taken_back": "took back that {person} leaves the position {position}",
    "handover.asked": "asked for a hand-over pack of {person}, {position}",
    "assignment.made_permanent": "made {person} permanent as {role}, {place}",
    "job_description.drafted": "started version {number} of the job description {title}",
    "job_description.edited": "edited version {number} of the job description {title}",
    "job_description.discarded": "discarded the draft of version {number}, {title}",
    "job_description.sent": "sent version {number} of the job description {title} for review",
    "job_description.approved": "approved version {number} of the job description {title}, {role}",
    "job_description.returned": (
        "returned version {number} of the job description {title}, {role}: {reason}"
    ),
    "job_description.taken_back": (
        "took version {number} of the job description {title} back from review"
    ),
    "job_description.review_restarted": (
        "took version {number} of the job description {title} out of review to change it"
    ),
    "route.step_added": "put {role} on the route of job descriptions",
    "route.step_removed": "took {role} off the route of job descriptions",
    "route.step_moved": "moved {role} to place {order} on the route of job descriptions",
    "job_description.published": "published version {number} of the job description {title}",
    "job_description.reminded": "reminded {people} to read their job description",
    "job_description.acknowledged": "acknowledged the job description {title}",
    "job_description.asked_anew": "asked {people} holders to read their job description again",
    "library.taken_over": "took over from the role library for {title}: {what}",
    "library.kept_ours": "kept the district's own words for {title}: {what}",
    "library.role_added": "added the role {title} from the role library",
    "library.role_declined": "noted that the district does without the role {title}",
    "matrix.adopted": "started the role matrix from the library, with {areas} areas of work",
    "matrix.changed": "changed who does what in {area} ({approach}): {parts}",
    "matrix.area_added": "added the area of work {name}",
    "matrix.area_renamed": "renamed the area of work {old} to {name}",
    "matrix.area_removed": "took the area of work {name} out of the role matrix",
    "matrix.area_moved": "moved the area of work {name} to place {place}",
    "role.added": "added the role {title}",
    "role.edited": "edited the role {title}: {what}",
    "role.removed": "removed the role {title}",
    "approach.changed": "changed the approach from {old} to {new}",
    "letter.sent_again": "had the letter “{about}” to {to} sent again",
    "letter.set_aside": "set aside the letter “{about}” to {to}",
    "archive.asked": "asked for a ZIP of all job descriptions",
    "archive.made": "got a ZIP of {files} job descriptions made",
    "archive.cancelled": "cancelled a ZIP of all job descriptions",
    "archive.downloaded": "downloaded a ZIP of {files} job descriptions",
    "letterhead.changed": "changed the logo on documents",
    "letterhead.removed": "took the logo off documents",
    "need.asked": "asked {department} for: {text}, by {due}",
    "need.changed": "asked {department} anew for: {text}, by {due}",
    "need.withdrawn": "asked {department} no more for: {text}",
    "need.agreed": "agreed for {department} to: {text}",
    "need.declined": "said for {department} no to: {text}, because {reason}",
    "need.delivered": "said for {department} that this is delivered: {text}",
    "department.added": "added the department {name}",
    "department.renamed": "renamed the department {before} to {name}",
    "department.removed": "removed the department {name}",
    "mail.chosen": "chose how letters come: {pace}",
    "mail.turned_off": "turned letters about what is due off",
    "ladder.changed": "changed the ladder of reminders, {rungs} rungs",
    "ladder.reset": "went back to the usual ladder of reminders",
    "checklist_window.planned": "planned the checklist window {label}",
    "checklist_window.changed": "changed the checklist window {label}",
    "checklist_window.opened": "opened the checklist window {label}, with {forms} checklists",
    "checklist_window.closed": "closed the checklist window {label}",
    "checklist_window.reminded": "reminded {people} of the checklist window {label}",
    "checklist_window.year_planned": "planned {windows} checklist windows for {year}",
    "checklist.set_aside": "set {forms} checklists of {label} aside: the positions changed hands",
    "checklist.brought_back": "brought {forms} checklists of {label} back to their holders",
    "checklist_template.drafted": "began version {number} of the {title}",
    "checklist_template.changed": "changed the settings of version {number} of the {title}",
    "checklist_template.discarded": "discarded the draft of version {number} of the {title}",
    "checklist_template.published": "published version {number} of the {title}",
    "checklist_item.added": "added to the {title}: {item}",
    "checklist_item.changed": "changed in the {title}: {item}",
    "checklist_item.retired": "retired in the {title}: {item}",
    "checklist_item.brought_back": "brought back into the {title}: {item}",
    "checklist_item.moved": "moved in the {title} to place {place}: {item}",
    "checklist_proposal.matched": "noted that an item of the {title} fits the duty: {duty}",
    "checklist_proposal.left": "left the {title} as it is for the duty: {duty}",
    "checklist_proposal.offered_again": "asked to see a proposal for the {title} again",
    "rating_scale.added": "made the rating scale {label}",
    "rating_scale.changed": "changed the rating scale {label}",
    "rating_scale.retired": "retired the rating scale {label}",
    "checklist.submitted": "submitted a checklist of {window}",
    "checklist.agreeing_begun": "began the agreed rating of a checklist of {window}",
    "checklist.cycle_closed": "closed a cycle of {window}, with actions: {actions}",
    "checklist.reopened": "opened a submitted checklist of {window} again: {reason}",
    "checklist_observer.chosen": "named {person} as observer of {position} in {window}",
    "checklist_observer.removed": "left {position} without an observer in {window}",
    "checklist_observers.taken": "took {observers} proposed observers for {window}",
    "checklist_observers.drawn": "drew {schools} of {pool} schools for {window}, seed {seed}",
    "checklist_action.planned": "planned {actions} after a checklist of {window}",
    "checklist_action.planned_for_role": "planned an action for {role}, due {due}: {text}",
    "checklist_action.done": "finished an action of {window}",
    "checklist_action.dropped": "dropped an action of {window}",
    "checklist_action.moved": "moved an action of {window} from {old} to {new}: {reason}",
    "learning.plan_adopted": "adopted the plan of learning, with {lines} lines",
    "learning.line_added": "added to the plan of learning: {topic}",
    "learning.line_changed": "changed in the plan of learning: {topic}",
    "learning.line_ended": "took out of the plan of learning: {topic}",
    "learning.line_back": "brought back into the plan of learning: {topic}",
    "learning.lines_rolled_over": "copied {lines} lines of learning into {year}",
    "learning.sessions_scheduled": "scheduled {topic} for {days}",
    "learning.session_moved": "changed the session {topic}, from {old} to {new}",
    "learning.session_cancelled": "cancelled the session {topic}: {reason}",
    "learning.session_held": "took attendance at {topic} on {day}",
    "learning.session_not_held": "took back the attendance at {topic} on {day}",
    "learning.takeaway_noted": "noted the takeaway of {topic}",
    "learning.attendance_imported": "imported {rows} marks of attendance at {topic}",
    "learning.topic_taken": "took the topic {topic} into the session of {session}",
    "learning.topic_left": "took the topic {topic} out of a session",
    "learning.coaching_logged": "noted a coaching talk with {person} on {day}",
    "learning.coaching_corrected": "corrected a coaching talk with {person} on {day}: {what}",
    "learning_topic.taken_up": "took up a learning topic of {window}, {role}: {title}",
    "rhythm.relaxed": "set every second window for {position}",
    "rhythm.ended": "set every window again for {position}",
    "rhythm.put_off": "left every window for {position}",
    "checklist_paper.asked": "asked for a PDF: {what}",
    "checklist_paper.downloaded": "downloaded a PDF: {what}",
    "roadmap.library_adopted": "adopted the roadmap, with {milestones} milestones",
    "roadmap.milestone_added": "added the milestone {title}, due {due}",
    "roadmap.milestone_started": "started the milestone {title}",
    "roadmap.milestone_done": "finished the milestone {title}",
    "roadmap.milestone_blocked": "marked the milestone {title} as blocked: {reason}",
    "roadmap.milestone_set_aside": "set the milestone {title} aside: {reason}",
    "roadmap.milestone_reopened": "reopened the milestone {title}: {reason}",
    "roadmap.milestone_redated": "moved the milestone {title} from {old} to {new}: {reason}",
    "roadmap.milestone_assigned": "gave the milestone {title} to {owner}",
    "roadmap.milestone_back_to_plan": "sent the milestone {title} back to the date of the plan",
    "roadmap.milestone_planned": "planned the milestone {title} anew",
    "roadmap.milestone_moved": "moved a milestone with the school calendar: {title}",
    "roadmap.milestone_carried": "carried the milestone {title} into the next school year",
    "roadmap.milestone_edited": "edited the milestone {title}",
    "roadmap.milestone_progress": "said how the milestone {title} goes",
    "roadmap.milestone_at_risk": "marked the milestone {title} as at risk: {reason}",
    "roadmap.risk_dismissed": "said that the milestone {title} is not at risk: {reason}",
    "roadmap.contributor_added": "had {who} help with the milestone {title}",
    "roadmap.contributor_removed": "let {who} off helping with the milestone {title}",
    "roadmap.precedence_added": "put {before} before the milestone {title}",
    "roadmap.precedence_removed": "took {before} away from before the milestone {title}",
    "roadmap.milestones_imported": "took milestones in from {file}: {new} new, {changed} changed",
    "roadmap.template_adopted": "laid the template {template} on a year, {milestones} milestones",
    "roadmap.template_saved": "saved the roadmap template {name}, {lines} lines",
    "roadmap.template_imported": "took in the roadmap template {name}, {lines} lines",
    "roadmap.template_renamed": "changed the roadmap template {old}, now {new}",
    "roadmap.template_put_away": "put the roadmap template {name} away",
    "roadmap.template_brought_back": "brought the roadmap template {name} back",
    "roadmap.year_made": "made the school year {label}",
    "roadmap.year_rolled_over": "rolled {old} over into {label}: {milestones} new milestones",
    "roadmap.year_reopened": "opened the archived school year {label} again: {reason}",
    "calendar_feed.made": "made a calendar address of {of}",
    "calendar_feed.renewed": "made a new calendar address of {of}, and ended the old one",
    "calendar_feed.revoked": "ended the calendar address of {of}",
    "meeting_series.started": "began the meetings {title}, {meetings} in all",
    "meeting_series.adopted": "began {series} series of meetings, {meetings} meetings in all",
    "meeting_series.changed": "changed the meetings {title}: {what}",
    "meeting_series.ended": "ended the meetings {title}: {reason}",
    "meeting_series.copied": "copied {series} series of meetings into {year}",
    "meeting.moved": "moved the meeting {title} from {old} to {new}: {reason}",
    "meeting.cancelled": "cancelled the meeting {title} on {on}: {reason}",
    "meeting.item_added": "put on the agenda of {meeting}, {on}: {title}",
    "meeting.item_dropped": "took off the agenda of {meeting}, {on}: {title}",
    "meeting.item_brought_back": "put back on the agenda of {meeting}, {on}: {title}",
    "meeting.minutes_written": "wrote the minutes of {title}, {on}",
    "meeting.decided": "wrote down a decision of {title}, {on}: {text}",
    "meeting.decision_taken_back": "took a decision out of the minutes of {title}, {on}: {text}",
    "meeting.action_given": "gave {owner} an action of {title}, by {due}: {text}",
    "meeting.action_done": "finished an action of {title}, {on}: {text}",
    "meeting.action_dropped": "dropped an action of {title}, {on}: {text}",
    "meeting.held": "closed the meeting {title}, {on}",
    "meeting.reopened": "opened the minutes of {title}, {on} again: {reason}",
    "gap.opened": "opened a gap in {code}: rated {rated}, the aim is {target}",
    "gap.rated_again": "rated {code} {rated}, still below the aim of its gap, {target}",
    "gap.explained": "said why there is a gap in {code}: {cause}",
    "gap.planned": "planned for the gap in {code}: {milestone}",
    "gap.unplanned": "took off the gap in {code}: {milestone}",
    "gap.dropped": "dropped the gap in {code}: {why}",
    "gap.withdrawn": "took back the gap in {code}: rated {rated} before anything was planned",
    "gap.closed": "closed the gap in {code}: from {before} to {after}",
    "gap.open_again": "opened the gap in {code} again, with the round that had closed it",
    "assessment.round_opened": "opened the self-assessment round {label}",
    "assessment.round_finished": "finished the rating of {label}, {rated} indicators rated",
    "assessment.round_signed": "signed {label} as {capacity}",
    "assessment.round_closed": "closed the self-assessment round {label}",
    "assessment.round_reopened": "opened {label} again: {reason}",
    "assessment.team_joined": "took into the team of {label}: {people}",
    "assessment.team_left": "took {person} out of the team of {label}",
    "assessment.facilitator_changed": "let {person} facilitate {label}",
    "assessment.rated": "rated {code}: {after}",
    "assessment.evidence_added": "added evidence for {code}: {label}",
    "assessment.binder_asked": "asked for the evidence binder of {label}, {kind}",
    "assessment.binder_downloaded": "downloaded the evidence binder of {label}, {kind}",
    "assessment.sheet_downloaded": "downloaded the ratings of all rounds, {kind}",
    "assessment.evidence_changed": "changed the evidence {label}, now revision {number}",
    "assessment.evidence_renewed": "renewed the evidence {label}, until {until}",
    "assessment.evidence_taken_back": "took back the evidence {label}: {reason}",
    "assessment.evidence_handed_over": "handed the evidence {label} over to {to}",
    "assessment.evidence_placed": "said that the evidence {label} speaks for {code}",
}


ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
YEAR_LABEL = re.compile(r"\d{4}-\d\d")


class _Told(dict[str, Any]):
    """An event's detail, with days and school years as people write them."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, str) and ISO_DAY.fullmatch(value):
            day = dt.date.fromisoformat(value)
            return f"{day:%b} {day.day}, {day.year}"
        if isinstance(value, str) and YEAR_LABEL.fullmatch(value):
            return year_name(value)
        return value

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(verb: str, detail: Mapping[str, Any]) -> str:
    """What was done, in plain words. A verb without a sentence is read out as it is written."""
    known = DID.get(verb)
    return short(verb) if known is None else known.format_map(_Told(detail))


def short(verb: str) -> str:
    """The verb alone, for a list to choose from: "person.invited" is "Person: invited"."""
    thing, _, done = verb.partition(".")
    return f"{thing.replace('_', ' ').capitalize()}: {done.replace('_', ' ')}"
