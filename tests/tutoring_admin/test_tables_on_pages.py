"""Each page that shows rows of the program as a table offers them as a file, or says why not."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from roles.tables.registry import all_tables, find

TEMPLATES = Path(settings.BASE_DIR) / "templates"
EXPORT = re.compile(r'{% export "([a-z-]+)"')
INCLUDE = re.compile(r'{% (?:include|extends) "([^"]+)"')
OTHER_FOLDERS = ("print", "mail", "kit", "layouts", "allauth", "mfa", "usersessions", "ui")
OWN_FILES = re.compile(r'-file"|report-xlsx|sheet-xlsx|outputs-file')  # files of their own

# Tables that are no rows of the program, or rows that another file holds, with the reason.
SINGLES = "single ratings are read on the page by who may, and not taken along"
PREVIEW = "a look at what a file would bring, before it is written"
COUNTED = "counts of rows whose own page offers them"
ONE = "the parts of one record, whose page prints"
FEW = "a handful of things to choose from or to set, no rows of the program"
WITHOUT = {
    "account/support.html": "what one operator asked, in any district",
    "checklists/alignment.html": "links of items to duties, read beside each other",
    "checklists/heat.html": SINGLES,
    "checklists/heat_low.html": SINGLES,
    "checklists/library.html": FEW,
    "checklists/observers_drawn.html": ONE,
    "checklists/result_trend.html": SINGLES,
    "checklists/rhythm_rounds.html": SINGLES,
    "checklists/window_vacant.html": "vacant positions, which the table of positions has",
    "dashboards/_chase_rows.html": COUNTED,
    "dashboards/_school_rows.html": COUNTED,
    "dashboards/about/_seats.html": "positions of one school, which the table of positions has",
    "dashboards/homes/auditor.html": COUNTED,
    "packets/_section.html": "a frozen packet, which is a workbook itself",
    "packets/guests.html": FEW,
    "packets/index.html": FEW,
    "roadmap/_handed.html": PREVIEW,
    "roadmap/_rollover_lines.html": PREVIEW,
    "roadmap/calendar.html": "days off of one year, which the calendar feed has",
    "roadmap/calendar_import.html": PREVIEW,
    "roadmap/calendar_preview.html": PREVIEW,
    "roadmap/import_template_preview.html": PREVIEW,
    "roadmap/import_year_preview.html": PREVIEW,
    "roadmap/learning_file.html": PREVIEW,
    "roadmap/learning_session.html": "who was at one session, which the table of attendance has",
    "roles/_document_body.html": ONE,
    "roles/_open_items.html": "what is open in one position, which its own pages offer",
    "roles/approach.html": FEW,
    "roles/approach_diff.html": PREVIEW,
    "roles/people_person.html": "one person, whose rows the tables of people and invitations have",
    "roles/people_levels.html": "what each access level may do, the same in every district",
    "roles/position_history.html": ONE,
    "roles/seats.html": "positions, which the table of positions has",
    "systems/signon_people.html": "links of accounts to a provider, which mean nothing elsewhere",
    "systems/webhooks.html": FEW,
    "systems/privacy_own_data_file.html": "a page inside the file that holds the same as CSV",
    "systems/privacy_retention.html": FEW,
    "systems/_webhook_log.html": "messages of the last month, which the other system has",
    "systems/support.html": "visits, which the audit trail has with each of their pages",
    "selfassessment/_evidence.html": "evidence of one indicator, which the table of evidence has",
    "selfassessment/_gap_milestones.html": "milestones of one gap, which the table of gaps has",
    "selfassessment/_round_rows.html": "ratings of one round, which the table of ratings has",
    "selfassessment/_standards_rows.html": "a set of standards, which is a file itself",
    "selfassessment/_standards_wrong.html": PREVIEW,
    "selfassessment/standards.html": FEW,
    "selfassessment/standards_preview.html": PREVIEW,
    "systems/_roster_counts.html": COUNTED,
    "systems/_roster_findings.html": "rejected rows, which have a CSV of their own above them",
    "systems/_roster_lines.html": PREVIEW,
    "systems/_roster_proposed.html": "proposals to tick; confirmed ones are in tables of their own",
    "systems/roster_map.html": PREVIEW,
    "systems/roster_people.html": "staff of the roster, which the roster itself has as a file",
    "systems/rosters.html": FEW,
    "systems/_source_pulls.html": "the last thirty times that the source was asked",
    "systems/token_fields.html": "fields of the API, which the OpenAPI document has as a file",
    "systems/token_rows.html": FEW,
}
BY_ADDRESSES_OF_THEIR_OWN = {"decisions"}


@cache
def text(name):
    path = TEMPLATES / name
    return path.read_text() if path.exists() else ""


def pages_around(name):
    """The templates that include it, or that it extends a page with, all the way up, and itself."""
    found, new = {name}, {name}
    while new:
        new = {
            other
            for other in names()
            if other not in found and new & set(INCLUDE.findall(text(other)))
        }
        found |= new
    return found


@cache
def names():
    return sorted(
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.relative_to(TEMPLATES).parts[0] not in OTHER_FOLDERS
        and "print" not in path.relative_to(TEMPLATES).parts
    )


def with_tables():
    return [name for name in names() if re.search(r"<table\b", text(name))]


def offers(name):
    return any(
        EXPORT.search(text(page)) or OWN_FILES.search(text(page)) for page in pages_around(name)
    )


def test_each_page_with_a_table_offers_it_as_a_file_or_says_why_not():
    silent = {name for name in with_tables() if not offers(name)}

    assert silent == set(WITHOUT)


def test_each_export_names_a_table_and_each_table_stands_on_a_page():
    named = {table for name in names() for table in EXPORT.findall(text(name))}

    assert {table for table in named if find(table) is None} == set()
    assert {table.name for table in all_tables()} - named == BY_ADDRESSES_OF_THEIR_OWN
