"""Answers to what a job description in force proposes for a checklist."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from checklists.alignment import Kind, Proposal
from checklists.models import ChecklistItem, ChecklistTemplate, DutyDecision
from checklists.services import items, templates
from roles.access import Reach
from roles.models import Duty
from roles.services.audit import record
from roles.services.refusal import Refused


@transaction.atomic
def take_over(
    template: ChecklistTemplate, proposal: Proposal, *, by: Reach
) -> tuple[ChecklistTemplate, str]:
    """Bring a proposal into the draft of this checklist, begun if there is none.

    Returns the draft and the key of the item to word next, "" if there is none: a new duty becomes
    an item under a new key; an item whose duty is gone is dropped; a reworded duty changes nothing
    before a person rewords the item, whose key stays.
    """
    draft = templates.start_draft(template, by=by)
    if proposal.kind == Kind.REWORDED:
        return draft, proposal.item_key
    decide(draft, proposal, taken=True, by=by)
    if proposal.kind == Kind.RETIRED:
        items.retire_item(draft, proposal.item_key, by=by)
        return draft, ""
    duty = _duty(draft, proposal.duty_key)
    said = {"text": proposal.suggestion, "duty": duty, "duty_text": proposal.duty_now}
    return draft, items.add_item(draft, said, by=by).key


@transaction.atomic
def match(draft: ChecklistTemplate, proposal: Proposal, *, by: Reach) -> None:
    """Note that an item of a draft fits its duty as the duty reads now."""
    held = templates.hold(draft)
    duty = _duty(draft, proposal.duty_key)
    rows = ChecklistItem.objects.filter(template=held, key=proposal.item_key)
    if not rows.update(duty=duty, duty_text=proposal.duty_now):
        raise Refused("This item was retired from the draft meanwhile.")
    decide(draft, proposal, taken=True, by=by)
    record(
        by,
        "checklist_proposal.matched",
        held,
        title=held.title,
        item=proposal.item_text,
        duty=proposal.duty_now,
    )


@transaction.atomic
def leave(template: ChecklistTemplate, proposal: Proposal, *, by: Reach) -> DutyDecision:
    """Keep the checklist as it is; the proposal does not come back until the words change."""
    decision = decide(template, proposal, taken=False, by=by)
    record(
        by,
        "checklist_proposal.left",
        template,
        title=template.title,
        duty=proposal.duty_now or proposal.duty_was,
    )
    return decision


@transaction.atomic
def offer_again(template: ChecklistTemplate, digest: str, *, by: Reach) -> bool:
    """Take a "leave it as it is" back. False if nobody had said so."""
    left = DutyDecision.objects.filter(
        district=by.district, checklist_key=template.key, digest=digest, taken=False
    )
    if not left.delete()[0]:
        return False
    record(by, "checklist_proposal.offered_again", template, title=template.title)
    return True


def decide(
    template: ChecklistTemplate, proposal: Proposal, *, taken: bool, by: Reach
) -> DutyDecision:
    """Write down what was decided about a proposal, over what was decided before."""
    decision, _ = DutyDecision.objects.update_or_create(
        district=by.district,
        checklist_key=template.key,
        digest=proposal.digest,
        defaults={"taken": taken, "by_id": by.user.pk, "at": timezone.now()},
    )
    return decision


def _duty(template: ChecklistTemplate, key: str) -> Duty | None:
    if not key:
        return None
    return Duty.objects.filter(role_id=template.role_id, key=key).first()
