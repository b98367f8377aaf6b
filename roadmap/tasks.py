"""What beat starts. A task carries; it decides nothing."""

from celery import shared_task


@shared_task(name="roadmap.propose_at_risk")
def propose_at_risk() -> int:
    from roadmap.services import risk  # noqa: PLC0415 -- leaf: tasks sit under services

    return risk.propose_everywhere()


@shared_task(name="roadmap.draft_agendas")
def draft_agendas() -> int:
    """Draft the agendas of meetings that are two working days off; returns how many."""
    from roadmap.services import agendas  # noqa: PLC0415 -- as above

    return agendas.draft_everywhere()


@shared_task(name="roadmap.make_minutes")
def make_minutes(district_pk: int, file_pk: int) -> bool:
    from roadmap.services import minutes_files  # noqa: PLC0415 -- as above

    return minutes_files.make(district_pk, file_pk)
