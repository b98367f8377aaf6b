"""What workers do for privacy: people who are deleted, and what is over its time each night."""

from celery import shared_task


@shared_task(name="tutoring_admin.remove_person")
def remove_person(district_pk: int, removal_pk: int) -> bool:
    from tutoring_admin.systems.privacy import removing  # noqa: PLC0415 -- leaf, under services

    return removing.carry_out(district_pk, removal_pk)


# Batches of years at first: longer than other tasks.
@shared_task(name="tutoring_admin.let_go", soft_time_limit=1500, time_limit=1600)
def let_go() -> int:
    from tutoring_admin.systems.privacy import retention  # noqa: PLC0415 -- leaf, as above

    return retention.act_everywhere()
