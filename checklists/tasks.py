"""What beat rings for. A task decides nothing."""

from celery import shared_task


@shared_task(name="checklists.turn_windows")
def turn_windows() -> int:
    """Open and close windows by each district's own date; returns how many forms were made."""
    from checklists.services import windows  # noqa: PLC0415 -- leaf: tasks sit under services

    return windows.turn_windows()


@shared_task(name="checklists.write_letters")
def write_letters() -> int:
    """Tell, remind and report in each district; returns how many letters were owed."""
    from checklists.services import telling  # noqa: PLC0415 -- leaf, as above

    return telling.write_everywhere()


@shared_task(name="checklists.make_paper")
def make_paper(district_pk: int, paper_pk: int) -> bool:
    from checklists.services import papers  # noqa: PLC0415 -- leaf, as above

    return papers.make(district_pk, paper_pk)


@shared_task(name="checklists.remove_old_papers")
def remove_old_papers() -> int:
    from checklists.services import papers  # noqa: PLC0415 -- leaf, as above

    return papers.remove_old()
