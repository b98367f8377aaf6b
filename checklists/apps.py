from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "checklists"

    def ready(self) -> None:
        # Models are there only now.
        from checklists.models import Paper  # noqa: PLC0415 -- see above
        from checklists.notices import SOURCES  # noqa: PLC0415 -- as above
        from checklists.open_work import Checklists  # noqa: PLC0415 -- as above
        from checklists.tables import TABLES  # noqa: PLC0415 -- as above
        from checklists.waits import SOURCES as ASKED  # noqa: PLC0415 -- as above
        from roles import waits  # noqa: PLC0415 -- as above
        from roles.notices import register as tell_of  # noqa: PLC0415 -- as above
        from roles.open_work import register  # noqa: PLC0415 -- as above
        from roles.services.sweep import carry  # noqa: PLC0415 -- as above
        from roles.tables import registry  # noqa: PLC0415 -- as above

        register(Checklists())
        waits.register(*ASKED)
        for source in SOURCES:
            tell_of(source)
        carry(Paper, "checklists.make_paper")
        registry.register(*TABLES)
