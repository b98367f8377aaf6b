"""The road a district sets for its job descriptions: which roles approve, in which order."""

from __future__ import annotations

from django.db import transaction

from roles.access import Reach
from roles.contents import content_of, digest
from roles.models import District, JobDescriptionVersion, LeadershipRole, Review, RouteStep
from roles.services.audit import record
from roles.services.refusal import Refused

MOST = 9  # stops; a road with more is a mistake


@transaction.atomic
def add_step(role: LeadershipRole, *, by: Reach) -> RouteStep:
    """Let the holder of this role approve last. Raises Refused if the role is on the route."""
    steps = _held(by.district)
    if any(step.role_id == role.pk for step in steps):
        raise Refused(f"{role} is on the route already.")
    if len(steps) >= MOST:
        raise Refused(f"A route has at most {MOST} stops.")
    step = RouteStep.objects.create(district=by.district, role=role, order=len(steps) + 1)
    _number([*steps, step])
    record(by, "route.step_added", step, role=role.title, order=step.order)
    return step


@transaction.atomic
def remove_step(step: RouteStep, *, by: Reach) -> None:
    """Take a stop off the route. Texts in review keep the stops they were sent with."""
    record(by, "route.step_removed", step, role=step.role.title, order=step.order)
    _number([each for each in _held(by.district) if each.pk != step.pk])
    step.delete()


@transaction.atomic
def move_step(step: RouteStep, *, up: bool, by: Reach) -> bool:
    """Change places with the stop before or after. True unless it stands at that end already."""
    steps = _held(by.district)
    place = next((n for n, each in enumerate(steps) if each.pk == step.pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(steps):
        return False
    steps[place], steps[other] = steps[other], steps[place]
    _number(steps)
    record(by, "route.step_moved", step, role=step.role.title, order=other + 1)
    return True


def is_set(district: District) -> bool:
    return RouteStep.objects.filter(district=district).exists()


def refusal(version: JobDescriptionVersion) -> str:
    """Why this text may not be published now; "" if nothing on its route stands against it."""
    if version.reviews.running().exists():
        return "This version is in review. Take it back to publish it without the route."
    if not is_set(version.district):
        return ""
    approved = version.reviews.filter(
        outcome=Review.Outcome.APPROVED, sha256=digest(content_of(version))
    )
    return "" if approved.exists() else "Only what all on the route approved is published here."


def _held(district: District) -> list[RouteStep]:
    """The stops in order, locked until the change is done."""
    District.objects.select_for_update().get(pk=district.pk)
    return list(RouteStep.objects.filter(district=district).select_related("role"))


def _number(steps: list[RouteStep]) -> None:
    for order, step in enumerate(steps, 1):
        step.order = order
    RouteStep.objects.bulk_update(steps, ["order"])
