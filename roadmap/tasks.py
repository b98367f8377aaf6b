"""What beat starts. A task carries; it decides nothing."""

from celery import shared_task


@shared_task(name="roadmap.propose_at_risk")
def propose_at_risk() -> int:
    from roadmap.services import risk  # noqa: PLC0415 -- leaf: tasks sit under services

    return risk.propose_everywhere()
