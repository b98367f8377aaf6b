"""What the records can be asked, by the names that `auto_check` in the library uses.

A measure is a pure function of facts. Which indicator asks for it, and how much is enough, stands
in the library: a district's own standards may name the same ones.
"""

from selfassessment.measures import checklists, files, learning, outlines
from selfassessment.measures.base import Measure, Measured, Shows

MEASURES: dict[str, Measure] = {
    **outlines.MEASURES,
    **files.MEASURES,
    **learning.MEASURES,
    **checklists.MEASURES,
}

__all__ = ["MEASURES", "Measure", "Measured", "Shows"]
