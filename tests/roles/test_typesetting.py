"""The warm process and its jobs: who waits for whom, who ends with whom, and what is kept out."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from roles import documents
from roles.typesetting import sandbox, warm
from roles.typesetting.press import CannotSet, Press, PressGone
from roles.typesetting.sources import NotForDocuments, Sources

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SHEETS = ("/static/css/paper.css",)
DOCUMENT = (
    '<html lang="en"><head><title>A test</title>'
    '<link rel="stylesheet" href="/static/css/paper.css">'
    "</head><body><h1>A test</h1><p>Words.</p></body></html>"
)
ENDLESS = (
    f'<html lang="en"><style>div {{ display: flex }}</style>{"<div>" * 60}x{"</div>" * 60}</html>'
)


@pytest.fixture(scope="module")
def press():
    """One for all tests here: it starts anew by itself wherever a test has ended it."""
    made = Press(documents.sources(), SHEETS)
    yield made
    made.close()


def wait_until(true, within=10.0):
    until = time.monotonic() + within
    while not (answer := true()):
        assert time.monotonic() < until, f"not within {within} s"
        time.sleep(0.02)
    return answer


def alive(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def in_background(press, html):
    outcome = []

    def work():
        try:
            outcome.append(press.set(html))
        except (CannotSet, PressGone) as error:
            outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, outcome


def job_of(press):
    return wait_until(lambda: press.pid and psutil.Process(press.pid).children())[0].pid


def test_the_same_document_gives_the_same_bytes_in_any_process(press):
    first = press.set(DOCUMENT).pdf
    press.close()

    again = press.set(DOCUMENT).pdf

    assert first == again == press.set(DOCUMENT).pdf
    assert first.startswith(b"%PDF-1.7")


def test_a_warm_process_without_threads_to_fork_with_gives_the_same_bytes(press):
    cold = Press(documents.sources(), SHEETS, cold=True)
    try:
        assert cold.set(DOCUMENT).pdf == press.set(DOCUMENT).pdf
        assert cold.hello["cold"]
        assert not press.hello["cold"]
    finally:
        cold.close()


def test_the_warm_process_holds_neither_settings_nor_secrets_and_no_network(press, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for everyone")
    press.close()
    press.set(DOCUMENT)

    environment = psutil.Process(press.pid).environ()

    assert "PATH" in environment
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"}.isdisjoint(environment)
    if press.hello["alone"]:  # where the kernel allows it, and the audit hook everywhere
        ours, theirs = (Path(f"/proc/{pid}/ns/net").readlink() for pid in ("self", press.pid))
        assert ours != theirs


def test_a_job_that_takes_too_long_is_stopped_and_leaves_nobody_behind(press):
    with pytest.raises(CannotSet, match=r"stopped after 5 s") as stopped:
        press.set(ENDLESS)

    assert stopped.value.spent.computed < warm.SECONDS + 0.5
    assert stopped.value.spent.seconds + 0.1 >= warm.SECONDS
    assert psutil.Process(press.pid).children() == []
    assert press.set(DOCUMENT).pdf


def test_a_job_that_is_killed_is_told_as_such_and_the_next_is_served(press):
    thread, outcome = in_background(press, ENDLESS)
    os.kill(job_of(press), signal.SIGKILL)
    thread.join()

    assert str(outcome[0]).startswith("The text is too large or too complicated")
    assert press.set(DOCUMENT).pdf


@pytest.mark.parametrize(
    ("attempt", "error"),
    [("bytearray(200_000_000)", "MemoryError"), ("while True: pass", "")],
)
def test_memory_and_computing_are_bounded_by_the_kernel(attempt, error):
    code = (
        "from roles.typesetting import sandbox\n"
        "sandbox.bound(cpu_seconds=1, more_memory=100_000_000)\n"
        f"{attempt}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert error in done.stderr
    assert done.returncode == (1 if error else -signal.SIGXCPU)


def test_a_warm_process_that_was_killed_is_replaced_and_waited_for(press):
    press.set(DOCUMENT)
    killed = press.pid
    os.kill(killed, signal.SIGKILL)

    assert press.set(DOCUMENT).pdf
    assert press.pid != killed
    assert not psutil.pid_exists(killed)


def test_a_warm_process_that_cannot_start_is_no_fault_of_the_document():
    broken = Press(Sources("/static/", (("", "/nowhere"),)), SHEETS)

    with pytest.raises(PressGone):
        broken.set(DOCUMENT)
    assert broken.pid == 0


def test_a_warm_process_that_is_not_wanted_any_more_leaves_no_files(press, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    press.close()
    press.set(DOCUMENT)
    assert list(tmp_path.iterdir())

    press.close()

    assert list(tmp_path.iterdir()) == []


def test_threads_of_one_worker_take_turns(press):
    running = [in_background(press, DOCUMENT) for _ in range(4)]
    for thread, _ in running:
        thread.join()

    assert len({outcome[0].pdf for _, outcome in running}) == 1


def test_a_fork_of_the_worker_gets_a_warm_process_of_its_own():
    documents.printed(DOCUMENT)
    kept = documents._press().pid
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            documents.printed(DOCUMENT)
            os.write(outlet, str(documents._press().pid).encode())
            documents._press().close()
        finally:
            os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as said:
        own = int(said.read())
    os.waitpid(child, 0)

    assert own != kept
    assert documents._press().pid == kept
    assert documents.printed(DOCUMENT).pdf
    assert documents._press().pid == kept


WORKER = """
import sys, threading
from roles.typesetting.press import Press
from roles.typesetting.sources import Sources
press = Press(Sources("/static/", {roots!r}), {sheets!r})
press.set("<html><p>x")
print(press.pid, flush=True)
press.set(sys.argv[1])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nobody_outlives_a_worker_that_is_killed_in_the_middle_of_a_job(number):
    code = WORKER.format(roots=documents.sources().roots, sheets=SHEETS)
    worker = subprocess.Popen([sys.executable, "-c", code, ENDLESS], stdout=subprocess.PIPE)
    with worker.stdout as said:
        warm_pid = int(said.readline())
    job = wait_until(lambda: psutil.Process(warm_pid).children())[0].pid

    worker.send_signal(number)
    worker.wait()

    wait_until(lambda: not alive(warm_pid) and not alive(job), within=2)


def test_many_documents_leave_the_warm_process_as_small_as_it_was(press):
    for _ in range(5):
        press.set(DOCUMENT)
    process = psutil.Process(press.pid)
    before = process.memory_info().rss

    for _ in range(40):
        press.set(DOCUMENT)

    assert process.memory_info().rss - before < 2_000_000
    assert process.children() == []


# What runs in a process of its own, since walls cannot be taken down again.
ATTEMPTS = {
    "a socket": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "writing": "open('{folder}/written', 'w')",
    "writing below Python's files": "os.open('{folder}/written', os.O_WRONLY | os.O_CREAT)",
    "reading": "open('{folder}/there').read()",
    "reading through a link": "open('{allowed}/link').read()",
    "removing": "os.remove('{folder}/there')",
    "renaming": "os.rename('{folder}/there', '{folder}/elsewhere')",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_walls_around_a_job_hold(attempt, tmp_path):
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (tmp_path / "there").write_text("here")
    (allowed / "link").symlink_to(tmp_path / "there")
    with socket.create_server(("127.0.0.1", 0)) as server:
        tried = ATTEMPTS[attempt].format(
            port=server.getsockname()[1], folder=tmp_path, allowed=allowed
        )
        code = (
            "import os, socket, subprocess, sys\n"
            "from roles.typesetting import sandbox\n"
            f"sandbox.forbid([{str(allowed)!r}, sys.prefix, sys.base_prefix])\n"
            f"{tried}\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert "PermissionError: A document may not" in done.stderr
    assert not (tmp_path / "written").exists()
    assert (tmp_path / "there").exists()


def test_memory_is_told_in_bytes():
    mapped, resident = sandbox.memory()

    assert mapped > resident > 10_000_000


@pytest.mark.parametrize(
    "address",
    [
        "data:text/html;base64,PGI+",
        "data:image/png;base64,!",
        "data:image/png,x",
        f"data:image/png;base64,{'A' * 3_000_000}",
    ],
)
def test_only_small_pictures_may_be_brought_along(address):
    with pytest.raises(NotForDocuments):
        documents.sources().fetch(address)


def test_a_link_out_of_the_static_files_leads_nowhere(tmp_path):
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")

    with pytest.raises(NotForDocuments):
        Sources("/static/", (("", str(folder)),)).static_bytes("file:///static/link")
    assert Path(folder / "link").read_text() == "x"
