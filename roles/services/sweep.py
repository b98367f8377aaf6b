"""Beat's round: ring again for owed work that nobody took up, or whose worker died."""

from __future__ import annotations

from roles.models import Letter, Rendering
from roles.tasks import post_letter, render_job_description

AT_ONCE = 500


def ring_for_owed_work() -> int:
    """Ring for what is due in all districts; returns how many bells. Harmless to do twice.

    Runs outside the wall, since it looks for work in every district; of what is due it reads keys
    only.
    """
    rung = 0
    for kind, task in ((Letter, post_letter), (Rendering, render_job_description)):
        kind.objects.give_up()
        due = kind.objects.due().order_by("not_before").values_list("district_id", "pk")
        for district_pk, pk in due[:AT_ONCE]:
            task.delay(district_pk, pk)
            rung += 1
    return rung
