"""Columns of JSON with words, figures and codes of the libraries, but no keys of rows."""

from __future__ import annotations

PLAIN = frozenset(
    {
        "roles.LeadershipRole.approaches",
        "roles.LeadershipRole.required",
        "roles.LeadershipRole.preferred",
        "roles.LeadershipRole.by_approach",
        "roles.LeadershipRole.template",
        "roles.JobDescriptionVersion.required",
        "roles.JobDescriptionVersion.preferred",
        "roles.Review.content",
        "roles.Letter.headers",
        "roles.AuditEvent.proof",
        "roles.RosterImport.bulk",
        "roles.RosterImport.summary",
        "roles.RosterImport.left_out",
        "roles.RosterImport.remarks",
        "roles.RosterEntry.said",
        "roles.RosterEntry.ours",
        "roles.RosterEntry.declined",
        "roles.RosterLine.said",
        "roles.RosterLine.before",
        "checklists.Window.only",
        "checklists.ChecklistTemplate.observed_in",
        "checklists.ChecklistItem.own_scale",
        "checklists.RatingScale.points",
        "roadmap.Milestone.supports",
        "roadmap.TemplateLine.supports",
        "roadmap.TemplateLine.approaches",
        "roadmap.TemplateLine.after",
        "selfassessment.Packet.content",
        "selfassessment.ImportedStandards.content",
        "selfassessment.Round.taken",
        "selfassessment.IndicatorRating.counts",
    }
)
