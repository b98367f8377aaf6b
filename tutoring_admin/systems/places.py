"""The places of the page "Systems", each with one sentence on how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from roles.access import Access
from tutoring_admin.systems.moving.leaving import state as moving_state
from tutoring_admin.systems.privacy.views import state as privacy_state
from tutoring_admin.systems.rosters.reports import state as rosters_state
from tutoring_admin.systems.rosters.rest.views import state as source_state
from tutoring_admin.systems.signon import views as signon
from tutoring_admin.systems.support.reading import state as support_state
from tutoring_admin.systems.tokens.services import state as tokens_state
from tutoring_admin.systems.webhooks.reading import state as webhooks_state

State = Callable[[Access], str]


@dataclass(frozen=True)
class Place:
    """One place: where it leads, what it is for, and how it stands in this district.

    `state` asks the database at most once. Shown to whoever the page behind `view_name` lets in.
    """

    group: str
    title: str
    says: str
    view_name: str
    state: State


GROUPS = ("People and schools", "Sign-in", "Data out", "Privacy and trust")
PLACES: list[Place] = [
    Place(
        "People and schools",
        "Roster",
        "Schools and staff from a OneRoster zip or a list, with a dry run before anything changes.",
        "systems:rosters",
        rosters_state,
    ),
    Place(
        "People and schools",
        "Roster over the network",
        "Your student information system is asked at night, by OneRoster.",
        "systems:source",
        source_state,
    ),
    Place(
        "Sign-in",
        "Single sign-on",
        "People sign in with the account they have at the district.",
        "systems:signon",
        signon.state,
    ),
    Place(
        "Data out",
        "API tokens",
        "Other systems read what you choose: positions, milestones, counts. They change nothing.",
        "systems:token-list",
        tokens_state,
    ),
    Place(
        "Data out",
        "Webhooks",
        "Other systems are told at once, in signed messages, what is published, submitted or done.",
        "systems:webhooks",
        webhooks_state,
    ),
    Place(
        "Privacy and trust",
        "Support access",
        "Who runs this installation may look only when you let them, for an hour at most.",
        "systems:support",
        support_state,
    ),
    Place(
        "Privacy and trust",
        "What is held about people",
        "Each field, why, for whom and how long; all data of a person as a file; deleting someone.",
        "systems:privacy",
        privacy_state,
    ),
    Place(
        "Data out",
        "All of the district",
        "Everything in one file, to keep or to move elsewhere; and deletion with a certificate.",
        "systems:moving",
        moving_state,
    ),
]
