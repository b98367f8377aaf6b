"""What workers do for webhooks. A task carries an id to a service; it decides nothing."""

from celery import shared_task


@shared_task(name="tutoring_admin.deliver_webhook", soft_time_limit=30, time_limit=40)
def deliver_webhook(district_pk: int, delivery_pk: int) -> bool:
    from tutoring_admin.systems.webhooks import (  # noqa: PLC0415 -- leaf: tasks sit under services
        delivering,
    )

    return delivering.deliver(district_pk, delivery_pk)


@shared_task(name="tutoring_admin.remove_old_deliveries")
def remove_old_deliveries() -> int:
    from tutoring_admin.systems.webhooks import delivering  # noqa: PLC0415 -- leaf, as above

    return delivering.remove_old()
