"""What workers do for districts that leave."""

from celery import shared_task


# All rows and files of a district: longer than other tasks.
@shared_task(name="tutoring_admin.remove_districts", soft_time_limit=3500, time_limit=3590)
def remove_districts() -> int:
    from tutoring_admin.systems.moving import leaving  # noqa: PLC0415 -- leaf, under services

    return leaving.carry_out_due()
