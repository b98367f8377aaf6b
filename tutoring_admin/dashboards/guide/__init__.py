"""Section 3.1 as a living page: each recommendation with its state, its next step and who takes it.

`content` is what we ship, `facts` what is counted, `rules` what follows from it.
"""

from tutoring_admin.dashboards.guide.reports import Progress, of_a_new_district, progress

__all__ = ["Progress", "of_a_new_district", "progress"]
