"""What the audit trail calls each deed. Pure data.

A sentence goes on where the person's name ends. A word in braces comes from the event's detail.
"""

from roles.deeds.leading import LEADING
from roles.deeds.many import MANY
from roles.deeds.people import PEOPLE
from roles.deeds.rating import RATING
from roles.deeds.systems import SYSTEMS

__all__ = ["DID", "MANY"]
DID: dict[str, str] = PEOPLE | RATING | LEADING | SYSTEMS
