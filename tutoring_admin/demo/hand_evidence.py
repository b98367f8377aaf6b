"""The demo's evidence by hand: a list that is revised, one that runs out, one taken back."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from checklists.evidence_files import Taken
from roles.access import Reach
from roles.capabilities import Capability
from roles.models import JobDescriptionVersion
from selfassessment.models import HandEvidence
from selfassessment.services import evidence
from tutoring_admin.demo.world import ONE_DAY, World

CASELOADS = (
    "Coach,Schools,Tutors\n"
    "Lead coach,All,6\n"
    "Coach 1,Oak Grove and Riverside,14\n"
    "Coach 2,Lakeview and Hillcrest,{}\n"
)


def build(world: World) -> None:
    """Only in the larger district: the other one has just begun."""
    if world.district.slug != "maple-valley":
        return
    lead = world.reach(world.holder("PROGRAM_LEAD"), Capability.ASSESSMENT_RATE)
    _caseloads(world, lead)
    _contract(world, lead)
    _feedback(world, lead)
    _board_copy(world, lead)
    _last_years_chart(world, lead)
    _wrong_minutes(world, lead)


def _caseloads(world: World, by: Reach) -> None:
    """Added by the program lead, brought up to date by the coach who owns it; runs out soon."""
    owner = world.holder("COACH_LEAD")
    says = {
        "label": "Tutors of each coach, school by school",
        "text": "As the coaches split the schools in June.",
        "link": "",
        "dated_on": world.today - 170 * ONE_DAY,
    }
    piece = evidence.add(
        {"6b.3": "caseload_list"}, says, file=_table(CASELOADS.format(11)), owner=owner, by=by
    )
    newer = says | {
        "text": "Who coaches which tutors. Coach 2 took over four tutors at Hillcrest.",
        "dated_on": world.today - 162 * ONE_DAY,
        "expires_on": world.today + 20 * ONE_DAY,
    }
    coach = world.reach(owner, Capability.ASSESSMENT_WORK)
    evidence.revise(piece, newer, seen=1, file=_table(CASELOADS.format(15)), by=coach)
    _move_back(piece, 168, 160)


def _contract(world: World, by: Reach) -> None:
    """One link that speaks for two indicators until the contract ends."""
    says = {
        "label": "Provider contract, exhibit B",
        "text": "Pages 4 to 6: how often the provider observes each tutor, and what it does when a"
        " tutor does not improve.",
        "link": "https://maple-valley.example/purchasing/contracts/2214",
        "dated_on": world.today - 120 * ONE_DAY,
        "expires_on": world.year.ends_on,
    }
    uses = {"6b.3": "provider_exhibit", "6b.5": "perf_policy"}
    _move_back(evidence.add(uses, says, by=by), 118)


def _feedback(world: World, by: Reach) -> None:
    says = {
        "label": "What leaders said about the August sessions",
        "text": "31 of 38 answered. Most asked for practice in giving feedback, so the November"
        " session became a practice session.",
        "link": "",
        "dated_on": world.today - 60 * ONE_DAY,
    }
    owner = world.holder("INSTR_SUPERVISOR")
    _move_back(evidence.add({"6c.1": "pd_feedback"}, says, owner=owner, by=by), 55)


def _board_copy(world: World, by: Reach) -> None:
    """A link to a job description of ours that has a newer version by now, where there is one."""
    status = JobDescriptionVersion.Status
    old = JobDescriptionVersion.objects.filter(district=world.district, status=status.SUPERSEDED)
    newest = old.order_by("-published_at").first()
    if newest is None:
        return
    path = reverse("roles:version", args=[world.district.slug, newest.pk])
    says = {
        "label": f"{newest.title}: the text that the board saw",
        "text": "",
        "link": f"{settings.SITE_URL.rstrip('/')}{path}",
        "dated_on": min(timezone.localdate(newest.published_at), world.today),
        "expires_on": world.today + 200 * ONE_DAY,
    }
    _move_back(evidence.add({"6b.2": "outline_set"}, says, by=by), 40)


def _last_years_chart(world: World, by: Reach) -> None:
    says = {
        "label": "Organization chart of last year",
        "text": "One page. The two site leads who joined in August are not on it.",
        "link": "https://maple-valley.example/tutoring/chart",
        "dated_on": world.today - 400 * ONE_DAY,
        "expires_on": world.today - 35 * ONE_DAY,
    }
    _move_back(evidence.add({"6b.2": "org_chart"}, says, by=by), 390)


def _wrong_minutes(world: World, by: Reach) -> None:
    says = {
        "label": "Minutes of the planning retreat",
        "text": "Who does what in each approach was talked through.",
        "link": "",
        "dated_on": world.today - 90 * ONE_DAY,
    }
    piece = evidence.add({"6b.2": "matrix"}, says, by=by)
    evidence.take_back(piece, reason="Nothing was agreed at the retreat; it was only talk.", by=by)
    _move_back(piece, 88)


def _table(content: str) -> Taken:
    return Taken(ContentFile(content.encode()), "Caseloads.csv", ".csv", "text/csv")


def _move_back(piece: HandEvidence, *days: int) -> None:
    """Make a piece and its revisions of just now ones of so many days ago."""
    now = timezone.now()
    HandEvidence.objects.filter(pk=piece.pk).update(added_at=now - days[0] * ONE_DAY)
    for says, ago in zip(piece.revisions.order_by("number"), days, strict=True):
        says.added_at = now - dt.timedelta(days=ago)
        says.save(update_fields=["added_at"])
