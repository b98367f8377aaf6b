"""Why a form came out as it did, in sentences that name its own items and thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from checklists import scoring
from checklists.sheets import Line, Sheet


def thresholds_said(thresholds: scoring.Thresholds) -> str:
    return (
        f"{thresholds.on_track}% and more is on track, {thresholds.developing}% and more is"
        " developing, less needs support."
    )


def outcome(sheet: Sheet, thresholds: scoring.Thresholds) -> scoring.Result:
    return scoring.score((line.answer for line in sheet.lines), thresholds)


def why(sheet: Sheet, thresholds: scoring.Thresholds) -> list[str]:
    """The steps from the ratings to the band, in order."""
    result = outcome(sheet, thresholds)
    left_out = [line for line in sheet.lines if line.answer.not_applicable]
    rated = [line for line in sheet.lines if line.answer.is_rated]
    failed = [line for line in rated if line.item.critical and line.answer.value == 0]
    said = [f"{_items(left_out, 'does', 'do')} not apply and left the count."] if left_out else []
    said.append(_covered(rated, sheet.total - len(left_out), result.coverage))
    if result.score is None:
        least = scoring.ENOUGH_COVERAGE
        return [*said, f"Under {least}% of the items that apply there is no score and no band."]
    said.append(
        f"Each rated item counts the same, the best answer as 100% and the lowest as 0%:"
        f" on average {result.score}%."
    )
    said.append(thresholds_said(thresholds))
    if failed:
        said.append(
            f"{_items(failed, 'is', 'are')} critical and rated 0: the band is developing at best,"
            " whatever the score."
        )
    return said


def _items(lines: Sequence[Line], one: str, many: str) -> str:
    numbers = [str(line.number) for line in lines]
    if len(numbers) == 1:
        return f"Item {numbers[0]} {one}"
    return f"Items {', '.join(numbers[:-1])} and {numbers[-1]} {many}"


def _covered(rated: Sequence[Line], applicable: int, coverage: int) -> str:
    if not applicable:
        return "No item applies."
    these = "item that applies is" if applicable == 1 else "items that apply are"
    return f"{len(rated)} of {applicable} {these} rated: {coverage}%."
