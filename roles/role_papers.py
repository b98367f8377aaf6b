"""The page "My role" on one side of paper: what the print page shows and the PDF holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from roles.access import Reach
from roles.capabilities import Capability
from roles.making import Answer, Page, Work
from roles.reports.my_role import my_role

MAKER = "my-role"
VIEW = Capability.ROLES_VIEW


def words_of(reach: Reach, day: dt.date) -> dict[str, Any]:
    """What the template wants, of the person behind the reach."""
    return {
        "mine": my_role(reach, day),
        "person": reach.user,
        "district": reach.district,
        "day": day,
    }


def make(work: Work) -> Answer:
    with work.reading() as access, timezone.override(access.district.zone):
        words = words_of(access.reach(VIEW), access.district.today())
        html = render_to_string("print/roles/my_role.html", words)
    return Page(html)
