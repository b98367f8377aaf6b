"""The page that shows every part of the kit, for developers. Mounted only when DEBUG or DEMO."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles.templatetags.charts import Bar
from roles.yearstrip import Calendar, Period
from tutoring_admin.dashboards.homes.program import Mark

# Examples: no row of any district is read here.
POSITIONS = [
    {"title": "Principal", "place": "Northside ES", "days": 12, "kind": "in-review",
     "word": "In review"},
    {"title": "Supervisor, middle schools", "place": "Central office", "days": 51, "kind": "draft",
     "word": "Draft"},
]  # fmt: skip
LEVELS = {
    "2": ("2", "lv2", ""),
    "1": ("1", "lv1", "half"),
    "0": ("0", "lv0", "triangle"),
    "n": ("N/A", "lvna", ""),
    "x": ("\u2013", "lvx", ""),
}
MARKS = [
    Mark("Fall 2025", 48),
    Mark("Winter", 55),
    Mark("Spring", 53),
    Mark("Fall 2026", 68),
]
BARS = [Bar("Cabinet", 1, 2), Bar("School leaders", 2, 4), Bar("Coaches", 2, 2)]
HEAT_ITEMS = ["Sessions", "Cover", "Attendance", "Follow-up", "Exchange", "Observation"]
HEAT_ROWS = [("Cedar Hill ES", "211022"), ("Lincoln ES", "2221n2"), ("Summit MS", "1200x1")]


class KitForm(forms.Form):
    """One field of each kind; shown with errors, as a refused form looks."""

    title = forms.CharField(help_text="As people say it at school.")
    holder = forms.ChoiceField(choices=[("", "Choose a person"), ("1", "Owen Baker")])
    start = forms.DateField(help_text="Month, day, year.")
    purpose = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="Three lines at most. No student names.",
    )
    signed_list = forms.FileField(required=False, help_text="PDF or photo, up to 10 MB.")
    rhythm = forms.ChoiceField(
        label="Rhythm of the checklist",
        choices=[("m", "Every month"), ("q", "Every quarter")],
        widget=forms.RadioSelect,
    )
    acknowledge = forms.BooleanField(
        label="Ask the holder to acknowledge the job description", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            "title",
            Row(Column("holder", css_class="col-md-6"), Column("start", css_class="col-md-6")),
            "purpose",
            "signed_list",
            "rhythm",
            "acknowledge",
            Submit("save", "Save the position"),
        )


class KitShell:
    """A shell with an example calendar, so that the kit needs no district."""

    district = {"name": "Maple Valley"}
    home_url = search_url = "#"
    person, title, initials = "Dana Whitfield", "Project manager", "DW"
    email = "pm@maple-valley.example"
    districts = [
        {"label": "Maple Valley", "url": "#", "is_current": True},
        {"label": "Cedar Falls", "url": "#"},
    ]
    years = [
        {"label": "2026\u201327", "url": "#", "is_current": True},
        {"label": "2025\u201326", "url": "#"},
    ]
    year = years[0]
    nav = [
        {"label": "Today", "icon": "calendar-check", "url": "#", "on_phone": True,
         "is_current": True},
        {"label": "Checklists", "icon": "clipboard-check", "url": "#", "on_phone": True},
        {"label": "Roadmap", "icon": "flag", "url": "#", "on_phone": True},
        {"label": "Roles", "icon": "id-card", "url": "#", "on_phone": True},
        {"label": "Self-assessment", "icon": "chart-column", "url": "#"},
        {"label": "In brief", "icon": "newspaper", "url": "#"},
        {"label": "People", "icon": "users", "url": "#"},
    ]  # fmt: skip
    calendar = Calendar(
        start=date(2026, 7, 1),
        end=date(2027, 6, 30),
        first=date(2026, 8, 17),
        last=date(2027, 6, 11),
        closures=[
            Period(date(2026, 11, 25), date(2026, 11, 27), "Thanksgiving break"),
            Period(date(2026, 12, 21), date(2027, 1, 1), "Winter break"),
            Period(date(2027, 4, 5), date(2027, 4, 9), "Spring break"),
        ],
    )
    windows = [
        Period(date(2026, 10, 15), date(2026, 11, 30), "Fall window"),
        Period(date(2027, 3, 15), date(2027, 4, 15), "Spring window"),
    ]


@login_not_required
def kit(request: HttpRequest) -> HttpResponse:
    refused = KitForm({"title": "Site Tutoring Lead", "start": "08/45/2025", "rhythm": "m"})
    rows = [(school, [LEVELS[mark] for mark in marks]) for school, marks in HEAT_ROWS]
    context = {
        "shell": KitShell(),
        "waiting": 4,
        "form": refused,
        "positions": POSITIONS,
        "heat_items": HEAT_ITEMS,
        "heat_rows": rows,
        "trend_up": [88, 96, 101, 106, 109, 112],
        "trend_down": [70, 72, 74, 74, 73, 68],
        "marks": MARKS,
        "bars": BARS,
    }
    return render(request, "kit/kit.html", context)
