"""Beat's round: ring again for owed work that nobody took up, or whose worker died."""

from __future__ import annotations

from typing import Any

from celery import current_app

from roles.models import Archive, HandoverPack, Letter, MadeFile, Rendering
from roles.tasks import post_letters, ring

# each kind of owed work with the task that carries it, called with (district, primary key)
CARRIERS: dict[type[Any], str] = {
    Rendering: "roles.render_job_description",
    HandoverPack: "roles.make_handover_pack",
    Archive: "roles.make_archive",
    MadeFile: "roles.make_file",
}
AT_ONCE = 500


def carry(kind: type[Any], task: str) -> None:
    """Have the sweep ring for a kind of owed work of an app above, too. Called when apps are ready;
    `task` is the name it is registered under.
    """
    CARRIERS[kind] = task


def ring_for_owed_work() -> int:
    """Ring for what is due in all districts; returns how many bells. Harmless to do twice.

    Runs outside the wall, since it looks for work in every district; of what is due it reads keys
    only. Letters need one bell however many there are: who hears it takes them in turns.
    """
    rung = 0
    if Letter.objects.due().exists() or Letter.objects.lapsed().exists():
        ring(post_letters)
        rung += 1
    for kind, task in CARRIERS.items():
        kind.objects.give_up()
        due = kind.objects.due().order_by("not_before").values_list("district_id", "pk")
        for district_pk, pk in due[:AT_ONCE]:
            ring(current_app.tasks[task], district_pk, pk)
            rung += 1
    return rung
