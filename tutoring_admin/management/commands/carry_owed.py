"""The rounds by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from tutoring_admin.celery import app


class Command(BaseCommand):
    help = "Do every round once and carry what is owed, here and now: needs no broker, no beat."

    def handle(self, *args: Any, **options: Any) -> None:
        app.conf.task_always_eager = True
        app.conf.task_eager_propagates = False
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]].apply()
