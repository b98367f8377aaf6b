"""honcho as we use it: who ended and why, early stops, programs that do not want to stop."""

import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.engines

SCRIPT = """
import sys
from tutoring_admin.engines.conductor import Conductor
conductor = Conductor(lambda: {look!r}, once_forked=lambda: print("forked", flush=True))
for number, command in enumerate({commands!r}):
    conductor.add_process(f"part{{number}}", command)
print("why:", conductor.conduct())
"""
SLEEP = ["sleep", "600"]
STUBBORN = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"]


def conduct(*commands, look=""):
    script = SCRIPT.format(commands=list(commands), look=look)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def test_the_program_that_ended_is_named_with_its_exit_code():
    said, _ = conduct(SLEEP, ["sh", "-c", "sleep 0.5; exit 3"]).communicate(timeout=15)

    assert "why: part1 ended by itself (exit code 3)." in said


def test_the_program_that_was_killed_is_named_with_the_signal():
    said, _ = conduct(["sh", "-c", "sleep 0.5; kill -9 $$"], SLEEP).communicate(timeout=15)

    assert "why: part0 ended by itself (killed by SIGKILL)." in said


def test_trouble_found_by_looking_stops_all():
    said, _ = conduct(SLEEP, SLEEP, look="valkey ended by itself.").communicate(timeout=15)

    assert "why: valkey ended by itself." in said


def test_a_stop_that_was_asked_for_has_no_reason():
    conductor = conduct(SLEEP, SLEEP)
    assert conductor.stdout.readline() == "forked\n"

    conductor.send_signal(signal.SIGTERM)

    said, _ = conductor.communicate(timeout=15)
    assert said.endswith("why: \n")


def test_a_program_that_is_deaf_to_the_stop_is_killed_in_time():
    conductor = conduct(STUBBORN)
    while "deaf" not in conductor.stdout.readline():
        pass

    began = time.monotonic()
    conductor.send_signal(signal.SIGTERM)
    conductor.communicate(timeout=15)

    assert time.monotonic() - began < 7
