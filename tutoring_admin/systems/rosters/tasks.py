"""What workers do for rosters. A task carries an id to a service; it decides nothing."""

from celery import shared_task


# A district of a hundred thousand is compared and applied in a minute: longer than other tasks.
@shared_task(name="tutoring_admin.carry_roster", soft_time_limit=240, time_limit=270)
def carry_roster(district_pk: int, roster_pk: int) -> bool:
    from tutoring_admin.systems.rosters import carrying  # noqa: PLC0415 -- leaf: tasks sit under services

    return carrying.carry(district_pk, roster_pk)
