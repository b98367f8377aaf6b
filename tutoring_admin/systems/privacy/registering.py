"""Makes privacy known to what carries work; called once, when apps are ready."""

from importlib import import_module

from roles import making
from roles.models import PersonRemoval
from roles.services import sweep
from roles.tables import registry


def register() -> None:
    import_module("tutoring_admin.systems.privacy.tasks")
    own = import_module("tutoring_admin.systems.privacy.own_data")
    making.register(own.MAKER, own.make)
    registry.register(import_module("tutoring_admin.systems.privacy.tables").HELD)
    sweep.carry(PersonRemoval, "tutoring_admin.remove_person")
