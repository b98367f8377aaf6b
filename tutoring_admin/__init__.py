"""The roof: settings, addresses, background work, dashboards, and what runs it all."""

from tutoring_admin.celery import app as celery_app

__all__ = ["celery_app"]
