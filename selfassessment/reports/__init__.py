"""The self-assessment at a glance, for its own pages and for dashboards above it."""

from selfassessment.reports.standing import Line, Summary, Take, summary

__all__ = ["Line", "Summary", "Take", "summary"]
