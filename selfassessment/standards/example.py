"""The file that people begin from: a small set with everything a set can say."""

from __future__ import annotations

from selfassessment.standards.checking import Content

ABOUT = """Further standards of a district or state. Write over everything below.
Elements hold standards, standards hold indicators. A standard may also stand under a
shipped one, such as 6b. Codes: letters and figures, with . - or _ between them, 20 at most.
anchors say what 1, 2 and 3 look like. Evidence: required or not; it counts for max_age_months.
"""

EXAMPLE: Content = {
    "elements": [
        {"code": "ST", "title": "State conditions for tutoring", "why": ""},
    ],
    "standards": [
        {
            "code": "ST.a",
            "title": "Time for tutoring",
            "parent": "ST",
            "why": "Tutoring that has no set time gives way to everything that has one.",
        },
    ],
    "indicators": [
        {
            "code": "ST.a.1",
            "standard": "ST.a",
            "title": "Tutoring stands in the master schedule of every school",
            "plain_question": "Does each school's master schedule show when tutoring happens?",
            "why": "What is in the schedule before the year begins is still there in February.",
            "anchors": {
                "1": "Schools find time week by week.",
                "2": "Most schools have tutoring in their master schedule.",
                "3": "All schools do, and lost sessions are made up within two weeks.",
            },
            "evidence_types": [
                {
                    "key": "master_schedule",
                    "label": "Master schedule",
                    "required": True,
                    "max_age_months": 12,
                },
                {
                    "key": "list_of_lost_sessions",
                    "label": "List of lost sessions",
                    "required": False,
                    "max_age_months": 6,
                },
            ],
            "editions": ["lea", "organization"],
            "auto_check": [],
        },
        {
            "code": "6b.ST1",
            "standard": "6b",
            "title": "The district tells the state who leads tutoring",
            "plain_question": "Does the state have the name of the person who leads tutoring?",
            "why": "",
            "anchors": {},
            "evidence_types": [],
            "editions": ["lea"],
            "auto_check": [],
        },
    ],
}
