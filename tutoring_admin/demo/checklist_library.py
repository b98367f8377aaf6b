"""What the demo district made of the shipped checklists: a scale, a second version, a draft."""

from __future__ import annotations

from checklists.models import ChecklistItem, ChecklistTemplate, Frequency, RatingScale
from checklists.reports.alignment import standing_of
from checklists.services import proposals
from checklists.services.templates import start_draft
from roles.capabilities import Capability
from tutoring_admin.demo import season as seasons
from tutoring_admin.demo.season import Season
from tutoring_admin.demo.world import ONE_DAY

HOW_OFTEN = [
    {"value": 0, "label": "Never", "anchor": "It did not happen in this period."},
    {"value": 1, "label": "Once", "anchor": "It happened once, or without the expected trace."},
    {"value": 2, "label": "Mostly", "anchor": "It happened more often than not."},
    {"value": 3, "label": "Always", "anchor": "It happened each time, and the trace can be shown."},
]
SITE = "FC_SITE"
REWORDED = (
    "Each student with two missed sessions in a row was followed up within two school days, and"
    " the reason is in the log."
)
ROOM = "The tutoring room was set up ten minutes before the first session on every tutoring day."
WHY = (
    "Follow-up in two days instead of three; exchange rated by how often; the call left, rooms came"
)
# How duties read when their items were matched to them; the job descriptions say more by now.
READ = {
    ("FC_PM-3", "FC_PM-4"): "Run the weekly site-lead call and the provider meeting.",
    ("FC_COACH-5",): "Give one strength and one next step in each debrief.",
}
LEFT_ALONE = "FC_PM-4"
COACH, SHARPER = "FC_COACH-4", "Each debrief record has a strength, one next step and its date."


def build(season: Season) -> None:
    """Between the last two closed windows the site leads' checklist got its second version."""
    how_often = _scale(season)
    _matched_before(season)
    _second_version(season, how_often)
    _draft(season)
    _left_as_it_is(season)


def _scale(season: Season) -> RatingScale:
    scale: RatingScale = RatingScale.objects.create(
        district=season.world.district, key="how_often", label="How often 0-3", points=HOW_OFTEN
    )
    return scale


def _published(season: Season, key: str) -> ChecklistTemplate:
    found: ChecklistTemplate = ChecklistTemplate.objects.published().get(
        district=season.world.district, key=key
    )
    return found


def _second_version(season: Season, how_often: RatingScale) -> None:
    """Its items keep their keys, so that trends go on: one is reworded, one left, one is new."""
    world = season.world
    manager = world.holder("PROJECT_MANAGER")
    by = world.reach(manager, Capability.CHECKLIST_MANAGE)
    first = _published(season, SITE)
    second = start_draft(first, by=by)
    items = {item.key: item for item in second.items.all()}
    items["FC_SITE-5"].text = REWORDED
    items["FC_SITE-6"].scale, items["FC_SITE-6"].own_scale = how_often.key, how_often.words
    ChecklistItem.objects.bulk_update(items.values(), ["text", "scale", "own_scale"])
    left = items["FC_SITE-8"]
    left.delete()
    ChecklistItem.objects.create(
        district=world.district,
        template=second,
        key="FC_SITE-11",
        text=ROOM,
        frequency=Frequency.MONTHLY,
        evidence="Room log",
        scale="impl_0_2",
        order=left.order,
    )
    in_force = seasons.at(world, season.windows[-2].opens_on - 3 * ONE_DAY, 9)
    first.status = ChecklistTemplate.Status.SUPERSEDED
    first.save(update_fields=["status"])
    second.status, second.change_note = ChecklistTemplate.Status.PUBLISHED, WHY
    second.published_at, second.published_by = in_force, manager
    second.save(update_fields=["status", "change_note", "published_at", "published_by"])


def _draft(season: Season) -> None:
    """A change that is not in force yet."""
    by = season.world.reach(season.world.holder("PROGRAM_LEAD"), Capability.CHECKLIST_MANAGE)
    draft = start_draft(_published(season, "FC_COACH"), by=by)
    draft.items.filter(key=COACH).update(text=SHARPER)


def _matched_before(season: Season) -> None:
    """Some items were matched to duties before these were reworded: the library proposes that."""
    items = ChecklistItem.objects.filter(district=season.world.district)
    for keys, words in READ.items():
        items.filter(key__in=keys).update(duty_text=words)


def _left_as_it_is(season: Season) -> None:
    """One of these proposals was looked at, and the item fits as it stands."""
    manager = season.world.holder("PROJECT_MANAGER")
    by = season.world.reach(manager, Capability.CHECKLIST_MANAGE)
    template = _published(season, "FC_PM")
    standing = standing_of(by, template.role)
    proposal = standing.rewording_of(LEFT_ALONE) if standing else None
    if proposal:
        proposals.leave(template, proposal, by=by)
