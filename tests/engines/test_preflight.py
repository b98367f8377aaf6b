"""What is wrong with a machine is said in one plain sentence."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.conftest import finish, free_port, start
from tutoring_admin.engines import preflight

FOLDER = Path(preflight.__file__).parent


def test_an_old_python_is_named_with_the_one_that_is_needed():
    said = preflight.python_too_old((3, 9))

    assert "Python 3.9 is too old: 3.11 or newer" in said
    assert preflight.python_too_old((3, 12)) is None


def test_missing_pango_names_the_packages_of_both_systems():
    said = preflight.pango_missing((("libnot-there.so.0",),))

    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in said
    assert "brew install pango" in said


def test_pango_of_this_machine_is_found():
    assert preflight.pango_missing() is None


def test_a_full_disk_is_named_with_what_is_needed(tmp_path):
    said = preflight.disk_full(tmp_path / "not" / "yet", 10**9)

    assert "Not enough disk space" in said
    assert "1000000000 MB are needed" in said
    assert preflight.disk_full(tmp_path, 1) is None


@pytest.mark.parametrize("port", [-1, 70000])
def test_what_is_no_port_is_refused_in_words(port):
    assert "cannot be used" in preflight.port_taken(port)


def test_a_port_in_use_is_refused_in_words_and_a_free_one_is_not():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "choose another" in preflight.port_taken(taken.getsockname()[1])

    assert preflight.port_taken(free_port()) is None


@pytest.mark.engines
def test_a_run_on_a_taken_port_says_one_sentence_and_starts_nothing(data_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, said = finish(start("run", "--port", port, "--data-dir", data_dir))

    assert code == 1
    assert said.strip() == (
        f"Port {port} cannot be used (Address already in use); choose another: make run PORT=8001."
    )
    assert not (data_dir / "engines" / "postgres.log").exists()


@pytest.mark.parametrize("name", ["preflight.py", "bootstrap.py"])
def test_what_runs_before_the_installation_is_readable_for_old_pythons(name):
    """`ast` can check the grammar of an older Python; only the standard library may be imported."""
    checked = (
        "import ast, sys; tree = ast.parse(open(sys.argv[1]).read(), feature_version=(3, 6))\n"
        "names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}\n"
        "names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}\n"
        "print(*(names - set(sys.stdlib_module_names) - {'preflight'}))"
    )

    said = subprocess.run(
        [sys.executable, "-c", checked, str(FOLDER / name)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.strip() == ""
