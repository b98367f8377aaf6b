"""Make `.venv` hold what a requirements file lists: `python3 bootstrap.py local` (or `dev`).

Run as a file by the machine's own Python, before anything is installed: standard library alone,
no syntax that an old Python could not read. Does nothing when nothing has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import preflight  # type: ignore[import-not-found]  # the file beside this one

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
# a kind also covers the kinds it contains
COVERS = {"local": ("local",), "dev": ("dev", "local")}


def wanted(kind: str) -> str:
    """A fingerprint of what `kind` needs."""
    return hashlib.sha256((ROOT / f"requirements-{kind}.txt").read_bytes()).hexdigest()


def stamp(kind: str) -> Path:
    """The file that holds the fingerprint of what is installed."""
    return VENV / f"installed-{kind}"


def is_installed(kind: str) -> bool:
    """Whether `.venv` works and holds exactly what `kind` lists, or more."""
    mark = stamp(kind)
    return Path(PYTHON).exists() and mark.exists() and mark.read_text() == wanted(kind)


def install(kind: str) -> None:
    """Create `.venv` if need be and install; with uv, or with pip where uv cannot be had."""
    for other in COVERS:
        if stamp(other).exists():
            stamp(other).unlink()
    _create()
    listed = str(ROOT / f"requirements-{kind}.txt")
    uv = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--python", PYTHON]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    got_uv = _works([PYTHON, "-m", "uv", "--version"]) or _works([*pip, "uv"])
    if not (got_uv and _works([*uv, "--require-hashes", listed])):
        say("uv is not to be had here; installing with pip, which takes longer.")
        if not _works([*pip, "--require-hashes", "-r", listed], shown=True):
            sys.exit("The packages could not be installed; what pip said stands above.")
    for covered in COVERS[kind]:
        stamp(covered).write_text(wanted(covered))


def say(text: str) -> None:
    """One line for the person at the keyboard."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _create() -> None:
    if Path(PYTHON).exists() and _works([PYTHON, "-m", "pip", "--version"]):
        return
    shutil.rmtree(str(VENV), ignore_errors=True)
    if not _works([sys.executable, "-m", "venv", str(VENV)]):
        sys.exit(
            "Python could not create .venv. On Debian and Ubuntu: apt-get install python3-venv."
        )


def _works(command: "list[str]", *, shown: bool = False) -> bool:
    """Run quietly, unless `shown`; whether it ended well. No other environment leaks in."""
    clean = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    silent = None if shown else subprocess.DEVNULL
    try:
        ended = subprocess.run(command, env=clean, stdout=silent, stderr=silent)  # noqa: S603 -- fixed commands, result used
    except OSError:
        return False
    return ended.returncode == 0


def main() -> None:
    """Check the machine, then install if something is missing."""
    kind = "dev" if stamp("dev").exists() else sys.argv[1]  # what can test, stays able to
    wrong = preflight.python_too_old() or preflight.pango_missing()
    if wrong:
        sys.exit(wrong)
    if is_installed(kind):
        return
    wrong = preflight.disk_full(ROOT, preflight.TO_INSTALL_MB)
    if wrong:
        sys.exit(wrong)
    say("Installing packages into .venv (about half a minute, once) ...")
    install(kind)


if __name__ == "__main__":
    main()
