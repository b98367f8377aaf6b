"""What workers do. A task carries an id to a service; it decides nothing."""

from celery import shared_task


@shared_task(name="roles.post_letter")
def post_letter(district_pk: int, letter_pk: int) -> bool:
    from roles.services import letters  # noqa: PLC0415 -- leaf: tasks sit under services

    return letters.post(district_pk, letter_pk)


@shared_task(name="roles.render_job_description")
def render_job_description(district_pk: int, rendering_pk: int) -> bool:
    from roles.services.renderings import render  # noqa: PLC0415 -- leaf, as above

    return render(district_pk, rendering_pk)


@shared_task(name="roles.sweep_owed")
def sweep_owed() -> int:
    from roles.services import sweep  # noqa: PLC0415 -- leaf: tasks sit under services

    return sweep.ring_for_owed_work()
