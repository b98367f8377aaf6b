"""What workers do. A task decides nothing."""

from celery import shared_task


# Large files are packed: longer than other tasks, shorter than the lease.
@shared_task(name="selfassessment.make_binder", soft_time_limit=240, time_limit=270)
def make_binder(district_pk: int, binder_pk: int) -> bool:
    from selfassessment.services import binders  # noqa: PLC0415 -- leaf: tasks sit under services

    return binders.make(district_pk, binder_pk)


@shared_task(name="selfassessment.remove_old_drafts")
def remove_old_drafts() -> int:
    """Take away binders of open rounds once they are old; returns how many went."""
    from selfassessment.services import binders  # noqa: PLC0415 -- leaf, as above

    return binders.remove_old_drafts()
