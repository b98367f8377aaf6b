"""Makes the parts of moving known when apps are ready."""

from tutoring_admin.systems.moving import making, tasks

__all__ = ["register", "tasks"]


def register() -> None:
    making.register()
