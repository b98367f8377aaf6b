"""The demo's single sign-on: set up for Google Workspace, and not yet tried nor turned on."""

from __future__ import annotations

from roles.capabilities import Capability
from roles.models import SignOnKind
from roles.models.signon import new_key
from tutoring_admin.demo.world import World
from tutoring_admin.systems.signon import services

# There is no such client at Google: pages leave out the trial of it, which could lead nowhere.
SAMPLE_CLIENT = "example-maple-valley.apps.googleusercontent.com"


def build(world: World) -> None:
    """Only in the larger district."""
    if world.district.slug != "maple-valley":
        return
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.SYSTEMS_MANAGE)
    values = {
        "name": "Maple Valley Google account",
        "domains": ["maple-valley.example", "staff.maple-valley.example"],
        "issuer": "https://accounts.google.com",
        "client_id": SAMPLE_CLIENT,
        "client_secret": "of nobody",
    }
    services.add(SignOnKind.GOOGLE, new_key(), values, by=by)
