"""Tells the apps beneath where the pages about things are."""

from __future__ import annotations

from roles import about


def register() -> None:
    about.register(department="dashboards:department")
