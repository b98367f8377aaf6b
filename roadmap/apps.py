from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "roadmap"

    def ready(self) -> None:
        # Models are there only now.
        from roadmap import notices  # noqa: PLC0415 -- see above
        from roadmap.open_work import Milestones  # noqa: PLC0415 -- as above
        from roles.notices import register as tell_of  # noqa: PLC0415 -- as above
        from roles.open_work import register  # noqa: PLC0415 -- as above

        register(Milestones())
        tell_of(notices.Milestones())
