"""The Celery app. Celery carries work and rings the bell; what is owed stands in the database."""

import os

from celery import Celery

from tutoring_admin import heartbeats

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutoring_admin.settings.production")

app = Celery("tutoring_admin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_scheduler = f"{heartbeats.__name__}:{heartbeats.Scheduler.__name__}"
app.autodiscover_tasks()
