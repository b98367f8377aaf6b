"""Every role's checklist beside its duties: what fits, what is missing, what is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from checklists.alignment import Alignment, DutyLine, ItemLine, Kind, Proposal, align
from checklists.models import ChecklistItem, ChecklistTemplate, DutyDecision
from roles.access import Reach
from roles.models import Duty, JobDescriptionVersion, LeadershipRole, Responsibility
from roles.services.drafts import CATCH_ALL

Lines = dict[int, list[DutyLine]]


@dataclass(frozen=True)
class Standing:
    """One role. `template` is the draft if there is one, else the version in force, else None.

    `version` is the job description in force; without one the role's own list of duties is the
    measure and nothing is proposed. `left` holds what a person left as it is.
    """

    role: LeadershipRole
    template: ChecklistTemplate | None
    in_force: ChecklistTemplate | None
    version: JobDescriptionVersion | None
    alignment: Alignment
    open: tuple[Proposal, ...] = ()
    left: tuple[tuple[Proposal, DutyDecision], ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether there is anything to say beyond "every duty has an item, every item a duty"."""
        fit = self.alignment
        return bool(fit.without_item or fit.without_duty or self.open or self.left)

    @property
    def plainly_without_item(self) -> list[tuple[DutyLine, bool]]:
        """Each duty without an item for which nothing is proposed; whether someone left it so."""
        left = {p.duty_now for p, _ in self.left if p.kind == Kind.ADDED}
        offered = {p.duty_now for p in self.open if p.kind == Kind.ADDED}
        lines = self.alignment.without_item
        return [(line, line.text in left) for line in lines if line.text not in offered]

    def proposal(self, digest: str) -> Proposal | None:
        everything = (*self.open, *(proposal for proposal, _ in self.left))
        return next((each for each in everything if each.digest == digest), None)

    def rewording_of(self, item_key: str) -> Proposal | None:
        """What was said about this item's duty: it reads otherwise now. Left ones do not count."""
        return next(
            (p for p in self.open if p.kind == Kind.REWORDED and p.item_key == item_key), None
        )


def standings(reach: Reach, *, role: int | None = None) -> list[Standing]:
    """All roles, or one of them, in the library's order. A constant number of queries."""
    roles = LeadershipRole.objects.reachable(reach)
    if role is not None:
        roles = roles.filter(pk=role)
    templates = ChecklistTemplate.objects.reachable(reach).exclude(status="superseded")
    by_role: dict[int, dict[str, ChecklistTemplate]] = defaultdict(dict)
    for row in templates.filter(role__in=roles):
        by_role[row.role_id or 0][row.status] = row
    basis = {pk: each.get("draft") or each.get("published") for pk, each in by_role.items()}
    versions = _versions(reach, roles)
    lines = _lines_of(reach, versions.values()) | _duties_of(reach, roles, set(versions))
    items = _items_of(reach, [t.pk for t in basis.values() if t])
    decisions = _decisions(reach)
    found = []
    for each in roles:
        template, version = basis.get(each.pk), versions.get(each.pk)
        fit = align(lines.get(each.pk, []), items.get(template.pk, []) if template else [])
        offers = fit.proposals if version and template else ()
        left = decisions.get(template.key, {}) if template else {}
        found.append(
            Standing(
                role=each,
                template=template,
                in_force=by_role[each.pk].get("published"),
                version=version,
                alignment=fit,
                open=tuple(p for p in offers if p.digest not in left),
                left=tuple((p, left[p.digest]) for p in offers if p.digest in left),
            )
        )
    return found


def standing_of(reach: Reach, role: LeadershipRole | None) -> Standing | None:
    """How one role's checklist stands; None for a checklist that belongs to no single role."""
    return standings(reach, role=role.pk)[0] if role else None


def open_proposals(reach: Reach) -> int:
    """How many changes the job descriptions in force propose."""
    return sum(len(each.open) for each in standings(reach))


def _versions(reach: Reach, roles: Iterable[LeadershipRole]) -> dict[int, JobDescriptionVersion]:
    published = JobDescriptionVersion.objects.reachable(reach).published()
    rows = published.filter(job_description__role__in=roles).select_related("job_description")
    return {row.job_description.role_id: row for row in rows}


def _lines_of(reach: Reach, versions: Iterable[JobDescriptionVersion]) -> Lines:
    rows = Responsibility.objects.reachable(reach).filter(version__in=list(versions))
    found: Lines = defaultdict(list)
    for row in rows.select_related("duty", "version__job_description"):
        if row.duty or row.text != CATCH_ALL:
            line = DutyLine(row.duty.key if row.duty else "", row.text)
            found[row.version.job_description.role_id].append(line)
    return found


def _duties_of(reach: Reach, roles: Iterable[LeadershipRole], without: set[int]) -> Lines:
    """The duties of the roles that have no job description in force."""
    rows = Duty.objects.reachable(reach).current().filter(role__in=roles)
    found: Lines = defaultdict(list)
    for row in rows.exclude(role__in=without):
        found[row.role_id].append(DutyLine(row.key, row.text))
    return found


def _items_of(reach: Reach, templates: list[int]) -> dict[int, list[ItemLine]]:
    rows = ChecklistItem.objects.reachable(reach).filter(template__in=templates)
    found: dict[int, list[ItemLine]] = defaultdict(list)
    for row in rows.select_related("duty"):
        duty = row.duty.key if row.duty else ""
        found[row.template_id].append(ItemLine(row.key, row.text, duty, row.duty_text))
    return found


def _decisions(reach: Reach) -> dict[str, dict[str, DutyDecision]]:
    """What was left as it is, by checklist and proposal. What was taken shows in the items."""
    rows = DutyDecision.objects.reachable(reach).filter(taken=False).select_related("by")
    found: dict[str, dict[str, DutyDecision]] = defaultdict(dict)
    for row in rows:
        found[row.checklist_key][row.digest] = row
    return found
