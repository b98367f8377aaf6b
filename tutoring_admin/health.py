"""`GET /healthz`: does every part of the product work, and if not, which one does not."""

import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from roles.models import Letter
from roles.models.letters import LATE_AFTER
from tutoring_admin.heartbeats import broker, heard

ANSWER_WITHIN = 1.5  # seconds, whatever hangs
_open: dict[str, "_Question"] = {}


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Status 200 and "ok" for each part, or 503 with the part that is "down".

    Where the broker is down, nobody can tell how worker and beat are: they are "unknown".
    """
    url = settings.CELERY_BROKER_URL
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "broker": lambda: bool(broker(url).ping()),
        "worker": partial(heard, "worker", url),
        "beat": partial(heard, "beat", url),
    }
    parts = _ask_all(checks)
    if parts["broker"] != "ok":
        parts |= {"worker": "unknown", "beat": "unknown"}
    well = all(state == "ok" for state in parts.values())
    answer = JsonResponse(
        {"status": "ok" if well else "down", **parts}, status=200 if well else 503
    )
    # who asks reads the answer; a line in the log for each asking would hide what matters there
    setattr(answer, "_has_been_logged", True)  # noqa: B010 -- Django's own mark, unknown to its types
    return answer


@require_safe
@never_cache
@login_not_required
def late(request: HttpRequest) -> JsonResponse:
    """Status 200, or 503 while a letter of any district is due for more than 15 minutes.

    Counts only: whose letters they are stands on the page of their district.
    """
    number = Letter.objects.late(LATE_AFTER).count()
    answer = JsonResponse(
        {"status": "late" if number else "ok", "late": number}, status=503 if number else 200
    )
    setattr(answer, "_has_been_logged", True)  # noqa: B010 -- as above
    return answer


def _database_answers() -> bool:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    finally:
        connections["default"].close()  # this thread's own connection


class _Question(threading.Thread):
    """One question to one part, with its answer once there is one."""

    def __init__(self, check: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self.check = check
        self.answer = "down"

    def run(self) -> None:
        with contextlib.suppress(Exception):  # whatever went wrong, the part is down
            self.answer = "ok" if self.check() else "down"


def _ask_all(checks: dict[str, Callable[[], bool]]) -> dict[str, str]:
    """Ask all parts at once. A part that hangs is "down"; no second question is put to it."""
    until = time.monotonic() + ANSWER_WITHIN
    for name, check in checks.items():
        if name not in _open or not _open[name].is_alive():
            _open[name] = _Question(check)
            _open[name].start()
    asked = {name: _open[name] for name in checks}
    for question in asked.values():
        question.join(max(0.0, until - time.monotonic()))
    return {name: question.answer for name, question in asked.items()}
