"""The rounds by hand."""

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Do every round once and carry what is owed, here and now: needs no broker, no beat."

    def handle(self, *args: Any, **options: Any) -> None:
        current_app.conf.task_always_eager = True
        current_app.conf.task_eager_propagates = False
        for entry in current_app.conf.beat_schedule.values():
            current_app.tasks[entry["task"]].apply()
