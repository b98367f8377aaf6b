"""Starts the product's programs for the fault tests: `python -m tests.faults.nursery`.

It reads the whole product in once, which takes seconds, and forks for each program, which takes
none. What it forks is a process as real as any: a group of its own, with its own pool, broker and
database connections. One order a line on standard input, the new process's number on standard
output.
"""

import json
import os
import random
import signal
import sys
import traceback

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after the setup

from tests.faults import acts, stock  # noqa: E402 -- same
from tutoring_admin.celery import app  # noqa: E402 -- same
from tutoring_admin.engines.leash import die_with_parent  # noqa: E402 -- same


def run(program, arguments):
    match program:
        case "worker":
            app.worker_main(["worker", "-l", "WARNING", *arguments])
        case "beat":
            app.start(["beat", "-l", "WARNING", "--pidfile=", *arguments])
        case "stock":
            stock.app.worker_main(["worker", "-l", "ERROR", *arguments])
        case act:
            getattr(acts, act)(*arguments)


def be(order):
    """In the child: become the program, and leave behind how it ended."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent(signal.SIGKILL)
    random.seed()
    said = os.open(order["out"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    code = 0
    try:
        run(order["program"], order["arguments"])
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        code = 1
    sys.stdout.flush()
    with open(f"{order['out']}.code", "w") as file:  # noqa: PTH123 -- a child on its way out
        file.write(str(code))
    os._exit(0)


def main():
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them by hand
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while line := sys.stdin.readline():
        if (pid := os.fork()) == 0:
            be(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
