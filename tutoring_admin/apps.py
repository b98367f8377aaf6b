"""The roof as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class TutoringAdminConfig(AppConfig):
    """Loads the Celery app here rather than on import: the engines start without either."""

    name = "tutoring_admin"

    def ready(self) -> None:
        import_module("tutoring_admin.celery")
        import_module("tutoring_admin.packets.printing").register()  # models are there only now
        import_module("tutoring_admin.dashboards.about.registering").register()
        import_module("tutoring_admin.systems.webhooks.telling").register()
        import_module("tutoring_admin.systems.rosters.registering").register()
        import_module("tutoring_admin.systems.rosters.rest.registering").register()
        import_module("tutoring_admin.systems.privacy.registering").register()
        import_module("tutoring_admin.systems.moving.registering").register()
        import_module("tutoring_admin.systems.support.waits").register()
