"""The warm process: loads once what all documents need, then forks for each of them.

Started by `press` as a program with two arguments: what to load, as JSON, and the number of the
socket on which documents come in. It ends when the other end of that socket is closed, however
that happened; a job under way ends with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from roles.typesetting import sandbox
from roles.typesetting.sources import Sources
from roles.typesetting.wire import receive, send

if TYPE_CHECKING:
    from roles.typesetting.job import Kit

SECONDS = 5  # of computing, which is the same by the clock unless the machine is crowded
CROWDED_SECONDS = 20
MEMORY = 300_000_000  # bytes, with what the warm process shares with its job
MARGIN = 80_000_000  # what was mapped before the limit was set and is filled only later
LEAST_MORE = 100_000_000
MOST_OUT = 50_000_000
PROGRAM = [sys.executable, "-m", "roles.typesetting.warm"]


def main() -> None:
    order, control = json.loads(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    alone = sandbox.leave_network()
    # two seconds, and after the network is left
    from roles.typesetting import job  # noqa: PLC0415 -- see above

    sources = Sources(order["static_url"], tuple((prefix, dir_) for prefix, dir_ in order["roots"]))
    with tempfile.TemporaryDirectory(prefix="typesetting-") as folder:
        tempfile.tempdir = folder  # where copies of the fonts are put
        kit = None if order.get("cold") else _warm_kit(job.Kit, sources, order)
        gc.collect()
        gc.freeze()
        send(control, {"alone": alone, "cold": kit is None})

        def work(html: str, out: int) -> None:
            ready = kit or job.Kit(sources, order["sheets"])
            _build_walls()
            job.run(ready, html, out)

        _serve(control, work)


def _warm_kit(kit_of: Callable[..., Kit], sources: Sources, order: dict[str, Any]) -> Kit:
    kit = kit_of(sources, order["sheets"])
    kit.warm_up()
    if _threads() > 1:
        # A fork would wait for threads that it does not have: let each job load the fonts.
        late = [*PROGRAM, json.dumps({**order, "cold": True}), sys.argv[2]]
        os.execv(sys.executable, late)  # noqa: S606 -- this very program
    return kit


def _serve(control: socket.socket, work: Callable[[str, int], None]) -> None:
    while (received := receive(control)) is not None:
        outcome = _supervise(partial(work, received[1].decode()), control)
        if outcome is None:
            return
        send(control, *outcome)


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def _supervise(
    work: Callable[[int], None], control: socket.socket
) -> tuple[dict[str, Any], bytes] | None:
    """What became of one job, and its PDF; None if nobody waits for it any more."""
    began = time.monotonic()
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_job(work, outlet, (inlet, control.fileno()))
    os.close(outlet)
    try:
        said, stopped = _listen(inlet, control.fileno(), child)
    finally:
        os.close(inlet)
        if said is None or stopped:
            os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
    if said is None:
        return None
    told, pdf = _understood(said, stopped, status)
    told["peak"] = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    told["seconds"] = time.monotonic() - began
    told["computed"] = used.ru_utime + used.ru_stime
    return told, pdf


def _be_the_job(work: Callable[[int], None], outlet: int, others: tuple[int, ...]) -> NoReturn:
    """Runs in the fork, and never returns into the loop that it is a copy of."""
    try:
        for number in others:
            os.close(number)
        sandbox.die_with_parent()
        work(outlet)
    finally:
        os._exit(0)


def _build_walls() -> None:
    _, resident = sandbox.memory()
    sandbox.bound(cpu_seconds=SECONDS, more_memory=max(LEAST_MORE, MEMORY - MARGIN - resident))


def _listen(inlet: int, control: int, child: int) -> tuple[bytes | None, bool]:
    """All that the job says, and whether it was stopped; None if the other end went away."""
    watched, chunks, began = select.poll(), bytearray(), time.monotonic()
    watched.register(inlet, select.POLLIN)
    watched.register(control, select.POLLIN)
    while len(chunks) <= MOST_OUT:
        left = began + SECONDS - time.monotonic()
        if left <= 0 and not _is_starved(child, SECONDS - left):
            break
        ready = {number for number, _ in watched.poll(max(left, 0.2) * 1000)}
        if control in ready:  # nothing is sent while a job is under way: it was closed
            return None, True
        if inlet in ready:
            chunk = os.read(inlet, 1 << 20)
            if not chunk:
                return bytes(chunks), False
            chunks += chunk
    return bytes(chunks), True


def _is_starved(child: int, elapsed: float) -> bool:
    """Whether others had the processor: then no document is to blame for the time it takes."""
    return elapsed < CROWDED_SECONDS and sandbox.computed(child) < min(elapsed / 2, SECONDS)


def _understood(said: bytes, stopped: bool, status: int) -> tuple[dict[str, Any], bytes]:  # noqa: FBT001 -- of one module
    head, _, pdf = said.partition(b"\n")
    if stopped or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return {"reason": "time", "detail": f"stopped after {SECONDS} s"}, b""
    try:
        told: dict[str, Any] = json.loads(head)
    except ValueError:
        return {"reason": "crash", "detail": f"it ended with status {status}"}, b""
    return told, pdf


if __name__ == "__main__":
    main()
