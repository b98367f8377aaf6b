"""What workers do for roster sources. A task carries an id to a service; it decides nothing."""

from celery import shared_task


# Pages are asked for until three minutes are over, and one of them may take as long as it may.
@shared_task(name="tutoring_admin.pull_roster", soft_time_limit=420, time_limit=450)
def pull_roster(district_pk: int, pull_pk: int) -> bool:
    from tutoring_admin.systems.rosters.rest import pulling  # noqa: PLC0415 -- leaf: tasks sit under services

    return pulling.carry(district_pk, pull_pk)


@shared_task(name="tutoring_admin.pull_rosters")
def pull_rosters() -> int:
    """Beat's round: owe the pulls of districts whose hour of the night has come."""
    from tutoring_admin.systems.rosters.rest import nights  # noqa: PLC0415 -- leaf, as above

    return nights.owe_everywhere()
