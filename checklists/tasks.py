"""What beat rings for. A task decides nothing."""

from celery import shared_task


@shared_task(name="checklists.turn_windows")
def turn_windows() -> int:
    """Open and close windows by each district's own date; returns how many forms were made."""
    from checklists.services import windows  # noqa: PLC0415 -- leaf: tasks sit under services

    return windows.turn_windows()
