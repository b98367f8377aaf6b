"""What beat starts. A task carries; it decides nothing."""

from celery import shared_task


@shared_task(name="roadmap.owe_reminders")
def owe_reminders() -> int:
    from roadmap.services import reminders  # noqa: PLC0415 -- leaf: tasks sit under services

    return reminders.owe_everywhere()


@shared_task(name="roadmap.propose_at_risk")
def propose_at_risk() -> int:
    from roadmap.services import risk  # noqa: PLC0415 -- as above

    return risk.propose_everywhere()
