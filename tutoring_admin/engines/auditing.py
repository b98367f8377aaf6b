"""Known holes in the packages that we install. Three outcomes: clean, vulnerable, not audited.

pip-audit ends well when it could not look a single package up, and says that it found nothing.
So its report is read: a package that was left out makes the whole audit "not audited", which fails
like a hole does, unless PACKAGE_AUDIT=offline says that this machine cannot ask. Then it is
printed in red, and the table below is all that was checked.
"""

import enum
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from packaging.version import Version

OFFLINE = "PACKAGE_AUDIT"
LISTED = Path(__file__).resolve().parents[2] / "requirements-dev.txt"
RED, PLAIN = "\x1b[1;31m", "\x1b[0m"
PATIENCE = 300  # seconds for some two hundred questions

# The first version without the holes that its makers have told of, and which one that was last.
FLOORS: Mapping[str, tuple[str, str]] = {
    "aiosmtpd": ("1.4.6", "commands smuggled in before STARTTLS, CVE-2024-34083"),
    "celery": ("5.2.2", "commands in the metadata of results, CVE-2021-23727"),
    "certifi": ("2024.7.4", "roots that are no longer trusted, CVE-2024-39689"),
    "cryptography": ("44.0.1", "the OpenSSL inside, CVE-2024-12797"),
    "django": ("5.2.8", "SQL through the keys of a filter, CVE-2025-64459"),
    "django-allauth": ("65.14.2", "X-Forwarded-For was believed; SAML sent people elsewhere"),
    "fonttools": ("4.60.2", "a font's file name that writes anywhere, CVE-2025-66034"),
    "gunicorn": ("23.0.0", "requests smuggled by Transfer-Encoding, CVE-2024-6827"),
    "idna": ("3.7", "a name that takes forever, CVE-2024-3651"),
    "jinja2": ("3.1.6", "out of the sandbox by the attr filter, CVE-2025-27516"),
    "oauthlib": ("3.2.1", "an address that stops the server, CVE-2022-36087"),
    "pillow": ("11.3.0", "writing past a buffer, CVE-2025-48379"),
    "pydantic": ("2.4.0", "an e-mail address that takes forever, CVE-2024-3772"),
    "pysaml2": ("6.5.0", "signatures that were not checked, CVE-2021-21238"),
    "redis": ("4.5.4", "answers that reach another caller, CVE-2023-28859"),
    "requests": ("2.32.4", "credentials of .netrc sent elsewhere, CVE-2024-47081"),
    "sqlparse": ("0.5.0", "nested lists that stop the server, CVE-2024-4340"),
    "urllib3": ("2.6.0", "answers that unpack without end, CVE-2025-66418"),
    "weasyprint": ("69.0", "style sheets through presentational hints, CVE-2026-49452"),
}


class Outcome(enum.Enum):
    CLEAN = "clean"
    VULNERABLE = "vulnerable"
    NOT_AUDITED = "not audited"


@dataclass(frozen=True)
class Audit:
    """What came of an audit, and the lines that say why."""

    outcome: Outcome
    lines: tuple[str, ...]


def judge(said: str) -> Audit:
    """What pip-audit's report (JSON) means. A hole outweighs what could not be looked up."""
    try:
        packages: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(Outcome.NOT_AUDITED, ("pip-audit gave no report.",))
    holes = tuple(
        f"{each['name']} {each['version']}: {hole['id']}"
        for each in packages
        for hole in each.get("vulns", ())
    )
    if holes:
        return Audit(Outcome.VULNERABLE, holes)
    left_out = sum("vulns" not in each for each in packages)
    if left_out or not packages:
        return Audit(
            Outcome.NOT_AUDITED,
            (f"{left_out} of {len(packages)} packages could not be looked up.",),
        )
    return Audit(Outcome.CLEAN, (f"{len(packages)} packages, no known hole.",))


def too_old(floors: Mapping[str, tuple[str, str]] = FLOORS) -> list[str]:
    """What is installed below its floor. What is not installed has no holes."""
    found = []
    for name, (floor, hole) in floors.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            continue
        if Version(here) < Version(floor):
            found.append(f"{name} {here} is older than {floor}: {hole}")
    return found


def ask(listed: Path = LISTED) -> Audit:
    """Run pip-audit over what `listed` pins."""
    program = Path(sys.executable).with_name("pip-audit")
    options = ["--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off"]
    command = [str(program), "-r", str(listed), *options]
    try:
        done = subprocess.run(  # noqa: S603 -- our own tool and arguments
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        return Audit(Outcome.NOT_AUDITED, (f"pip-audit did not run: {trouble}",))
    return judge(done.stdout)


def verdict(audit: Audit, old: list[str], *, offline: bool) -> tuple[int, str]:
    """The exit code, 0 for well, and what to print."""
    lines = [f"packages: {audit.outcome.value}", *audit.lines, *old]
    failed = bool(old) or audit.outcome is not Outcome.CLEAN
    if audit.outcome is Outcome.NOT_AUDITED:
        failed = bool(old) or not offline
        how = "allowed by" if offline else "a machine that cannot ask says so with"
        lines.append(f"Held against our table of minimum versions only; {how} {OFFLINE}=offline.")
    text = "\n".join(lines)
    is_plain = audit.outcome is Outcome.CLEAN and not old
    return int(failed), text if is_plain else f"{RED}{text}{PLAIN}"


def main() -> int:
    code, text = verdict(ask(), too_old(), offline=os.environ.get(OFFLINE) == "offline")
    sys.stdout.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
