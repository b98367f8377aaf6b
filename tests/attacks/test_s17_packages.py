"""S17: an audit that looked nothing up is no clean audit."""

import json
from pathlib import Path

import pytest

from tutoring_admin.engines import auditing
from tutoring_admin.engines.auditing import FLOORS, Audit, Outcome, judge, too_old, verdict

CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
HOLED = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-2019-217"}]}
SKIPPED = {"name": "amqp", "skip_reason": "Dependency not found on PyPI"}


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (report(CLEAN), Outcome.CLEAN),
        (report(CLEAN, HOLED), Outcome.VULNERABLE),
        (report(SKIPPED, HOLED), Outcome.VULNERABLE),
        (report(CLEAN, SKIPPED), Outcome.NOT_AUDITED),
        (report(SKIPPED), Outcome.NOT_AUDITED),
        (report(), Outcome.NOT_AUDITED),
        ("", Outcome.NOT_AUDITED),
        ("[]", Outcome.NOT_AUDITED),
        ("Traceback (most recent call last):", Outcome.NOT_AUDITED),
    ],
)
def test_s17_three_outcomes(said, outcome):
    assert judge(said).outcome is outcome


def test_s17_a_hole_is_named_with_its_package():
    assert judge(report(HOLED)).lines == ("jinja2 2.10: PYSEC-2019-217",)


@pytest.mark.parametrize(
    ("outcome", "old", "offline", "code", "is_red"),
    [
        (Outcome.CLEAN, [], False, 0, False),
        (Outcome.CLEAN, ["too old"], False, 1, True),
        (Outcome.VULNERABLE, [], True, 1, True),
        (Outcome.NOT_AUDITED, [], False, 1, True),
        (Outcome.NOT_AUDITED, [], True, 0, True),
        (Outcome.NOT_AUDITED, ["too old"], True, 1, True),
    ],
)
def test_s17_what_fails_and_what_is_red(outcome, old, offline, code, is_red):
    failed, text = verdict(Audit(outcome, ("why",)), old, offline=offline)

    assert failed == code
    assert text.startswith(auditing.RED) is is_red
    assert outcome.value in text


def test_s17_an_index_that_cannot_be_reached_is_not_a_clean_audit(monkeypatch, tmp_path):
    """The real pip-audit; with nobody there to ask, it must not come out clean."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    listed = tmp_path / "requirements.txt"
    listed.write_text("jinja2==2.10 --hash=sha256:" + "0" * 64 + "\n")

    assert auditing.ask(listed).outcome is Outcome.NOT_AUDITED


def test_s17_a_missing_program_is_not_a_clean_audit(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    assert auditing.ask().outcome is Outcome.NOT_AUDITED


def test_s17_nothing_installed_is_older_than_its_floor():
    assert too_old() == []


def test_s17_a_package_below_its_floor_is_named_with_the_hole():
    (line,) = too_old({"django": ("99.0", "a hole")})

    assert line.startswith("django 5.")
    assert line.endswith("is older than 99.0: a hole")


def test_s17_each_floor_is_of_a_package_that_we_install():
    listed = {
        line.split("==")[0]
        for line in Path(auditing.LISTED).read_text().splitlines()
        if "==" in line
    }

    assert set(FLOORS) - listed == set()


def test_s17_every_package_is_pinned_by_hash():
    """What `make run` and the image install is what was looked at, byte for byte."""
    for listed in auditing.LISTED.parent.glob("requirements*.txt"):
        entries = listed.read_text().split("\n    # via")
        pinned = [part for part in entries if "==" in part]
        assert pinned
        assert [part[:60] for part in pinned if "--hash=sha256:" not in part] == []
