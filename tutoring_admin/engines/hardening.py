"""bandit over our packages: each finding is answered here with a reason, or it fails.

Findings of low severity are left to ruff's rules "S", which look for the same things and are
answered in the line itself. An answer whose finding is gone fails as well.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("roles", "checklists", "roadmap", "selfassessment", "tutoring_admin")


class Finding(NamedTuple):
    """What bandit calls it, and the file it is in."""

    rule: str
    file: str


CONSTANTS = "joined from constants of the module; what varies goes as parameters"
QUOTED = "names of our own tables and columns, quoted; keys are numbers or parameters"
LOOPBACK = "an address of this machine that we made ourselves"
ANSWERS: Mapping[Finding, str] = {
    Finding("B608", "roadmap/learning_reports/pace.py"): CONSTANTS,
    Finding("B608", "roles/finding.py"): CONSTANTS,
    Finding("B608", "roles/migrations/0005_finding.py"): CONSTANTS,
    Finding("B608", "roles/models/answering.py"): CONSTANTS,
    Finding("B611", "roles/models/answering.py"): CONSTANTS,
    Finding("B608", "roles/tracing.py"): "names of tables and columns, in a migration",
    Finding("B608", "roles/wall.py"): "names of tables and columns, in a migration",
    Finding("B608", "roles/signed_in.py"): CONSTANTS,
    Finding("B608", "tutoring_admin/bench/sweeping.py"): CONSTANTS,
    Finding("B611", "tutoring_admin/dashboards/homes/auditor.py"): CONSTANTS,
    Finding("B611", "tutoring_admin/dashboards/search/searching.py"): CONSTANTS,
    Finding("B608", "tutoring_admin/dashboards/waits.py"): CONSTANTS,
    Finding("B608", "tutoring_admin/systems/moving/exporting.py"): QUOTED,
    Finding("B608", "tutoring_admin/systems/moving/filling.py"): QUOTED,
    Finding("B608", "tutoring_admin/systems/moving/removing.py"): QUOTED,
    Finding("B608", "tutoring_admin/systems/moving/values.py"): QUOTED,
    Finding("B310", "roles/services/reconciling.py"): "an address from the settings",
    Finding("B310", "tutoring_admin/engines/run.py"): LOOPBACK,
    Finding("B310", "tutoring_admin/heartbeats.py"): LOOPBACK,
    Finding("B310", "tutoring_admin/screenshots.py"): LOOPBACK,
    Finding("B108", "tutoring_admin/engines/postgres.py"): "a folder of mode 0700 that is checked",
    Finding("B308", "roles/templatetags/documents.py"): "fixed words; the label is escaped before",
    Finding("B703", "roles/templatetags/documents.py"): "fixed words; the label is escaped before",
    Finding("B703", "roles/templatetags/matrix.py"): "pieces that the module made by format_html",
    Finding("B703", "roles/templatetags/ui.py"): "drawings of a package; our templates name them",
    Finding("B703", "roles/word.py"): "one of two fixed elements",
}


def found(said: str) -> set[Finding]:
    """The findings of bandit's report (JSON) that are more than low."""
    return {
        Finding(each["test_id"], each["filename"].removeprefix("./"))
        for each in json.loads(said)["results"]
        if each["issue_severity"] != "LOW"
    }


def complaints(findings: Collection[Finding], answers: Mapping[Finding, str]) -> list[str]:
    """What nobody has answered, and answers to what is no longer there."""
    fresh = [f"{rule} in {file}: no answer" for rule, file in sorted(set(findings) - set(answers))]
    stale = [f"{rule} in {file}: is gone" for rule, file in sorted(set(answers) - set(findings))]
    return fresh + stale


def ask() -> set[Finding]:
    """Run bandit over our packages."""
    program = Path(sys.executable).with_name("bandit")
    command = [str(program), "--quiet", "--recursive", "--format", "json", "-ll", *PACKAGES]
    done = subprocess.run(  # noqa: S603 -- our own tool and arguments
        command, capture_output=True, text=True, check=False, cwd=ROOT
    )
    return found(done.stdout)


def main() -> int:
    said = complaints(ask(), ANSWERS)
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
