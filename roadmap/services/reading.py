"""What a file's rows mean in one district: its names for things, and the lines of a template."""

from __future__ import annotations

from collections.abc import Sequence

from roadmap.models import TemplateLine
from roadmap.services.adoption import content
from roadmap.sheet_rows import Names, Row, fresh_keys
from roles.models import Approach, District, LeadershipRole


def names_here(district: District) -> Names:
    """What a file may call the district's roles, and ways of getting tutoring."""
    roles: dict[str, str] = {}
    for key, title in LeadershipRole.objects.filter(district=district).values_list("key", "title"):
        roles |= {title.lower(): key, key.lower(): key}
    approaches = {value: value for value in Approach.values}
    approaches |= {label.lower(): value for value, label in Approach.choices}
    return Names(roles, approaches)


def template_lines(rows: Sequence[Row], district: District) -> list[TemplateLine]:
    """The lines that a file's rows make. Phases of the library keep its keys."""
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=district)}
    shipped = {each["title"].partition(" (")[0].lower(): each for each in content()["phases"]}
    keys = {title: each["key"] for title, each in shipped.items()}
    fresh = fresh_keys(set(keys.values()), "X")
    for row in rows:
        if row.phase.lower() not in keys:
            keys[row.phase.lower()] = next(fresh)
    return [
        TemplateLine(
            key=row.key if not row.key.startswith("#") else "",
            phase_key=keys[row.phase.lower()],
            phase_title=row.phase,
            title=row.title,
            why=row.why,
            proof_hint=row.proof,
            supports=list(row.supports),
            owner_role=roles.get(row.owner_role),
            anchor_kind=row.anchor_kind,
            anchor_label=row.anchor_label,
            unit=row.unit,
            start_offset=row.starts or 0,
            due_offset=row.due or 0,
            after=list(row.after),
            recurs=row.repeats,
            approaches=list(row.approaches),
        )
        for row in rows
    ]
