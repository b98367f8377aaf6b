"""Taking up what many of a leadership role rated low: as something to learn about."""

from __future__ import annotations

from django.db import transaction

from checklists.models import ChecklistItem, LearningTopic, Window
from checklists.reports.topics import offers_of
from roles.access import Reach
from roles.services import audit
from roles.services.refusal import Refused


@transaction.atomic
def take_up(window: Window, item: ChecklistItem, title: str, *, by: Reach) -> LearningTopic:
    """Make a learning topic of an item that the rule of `reports.topics` finds in the window.

    The figures are those of the rule now. Raises Refused if the rule does not find the item, the
    title is missing, or it was taken up already.
    """
    title = title.strip()
    if not title:
        raise Refused("Give the topic a title.")
    offers = offers_of(window, by).offers
    offer = next((offer for offer in offers if offer.item.pk == item.pk), None)
    if offer is None:
        raise Refused("The rule does not offer this item in this window.")
    topic, created = LearningTopic.objects.get_or_create(
        district=by.district,
        window=window,
        item=item,
        defaults={
            "role": offer.role,
            "title": title,
            "low": offer.low,
            "raters": offer.raters,
            "by_id": by.user.pk,
        },
    )
    if not created:
        raise Refused(f"It was taken up already, as {topic.title}.")
    audit.record(
        by,
        "learning_topic.taken_up",
        topic,
        window=window.label,
        role=offer.group,
        title=topic.title,
    )
    return topic
