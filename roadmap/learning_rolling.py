"""The plan of learning when the school year turns: its lines come along, their dates do not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from roadmap.models import LearningLine, LineAudience
from roadmap.rolling import Copy, Turn
from roles.access import Reach
from roles.services import audit

COPIED = (
    "key", "level", "topic", "format", "sessions", "minutes_each", "cadence", "for_raters",
    "indicator", "order",
)  # fmt: skip


class Lines:
    kind = "Lines of learning"

    def preview(self, turn: Turn, reach: Reach) -> Sequence[Copy]:
        """Every line that is still in the plan. One query."""
        found = LearningLine.objects.reachable(reach).filter(school_year=turn.old, ended_at=None)
        return [Copy(key=_key(line), title=line.topic, note=_note(line)) for line in found]

    def copy(self, turn: Turn, keys: Collection[str], *, by: Reach) -> int:
        """A line whose shipped key or whose topic is there already is left alone."""
        there = LearningLine.objects.filter(school_year=turn.new)
        had = set(there.values_list("topic", flat=True)) | set(there.values_list("key", flat=True))
        found = LearningLine.objects.filter(school_year=turn.old, ended_at=None)
        chosen = [
            line
            for line in found.prefetch_related("audiences")
            if _key(line) in keys and not had & ({line.topic, line.key} - {""})
        ]
        for line in chosen:
            _copy(line, turn)
        if chosen:
            audit.record(
                by,
                "learning.lines_rolled_over",
                turn.new,
                lines=len(chosen),
                year=turn.new.label,
            )
        return len(chosen)


def _key(line: LearningLine) -> str:
    return f"learning:{line.pk}"


def _note(line: LearningLine) -> str:
    n = line.sessions
    return (
        f"{n} session{'s' if n != 1 else ''} of {line.minutes_each} minutes, "
        f"{line.get_cadence_display().lower()}; their days are scheduled in the new year"
    )


def _copy(line: LearningLine, turn: Turn) -> None:
    new = LearningLine.objects.create(
        district_id=line.district_id,
        school_year=turn.new,
        lead_id=line.lead_id,
        **{name: getattr(line, name) for name in COPIED},
    )
    LineAudience.objects.bulk_create(
        LineAudience(district_id=line.district_id, line=new, role_id=each.role_id)
        for each in line.audiences.all()
    )
