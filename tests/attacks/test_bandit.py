"""Answers to bandit. The whole run is a step of `make check`."""

from tutoring_admin.engines.hardening import ANSWERS, Finding, complaints


def test_every_answer_gives_a_reason():
    assert [where for where, why in ANSWERS.items() if len(why) < 15] == []


def test_a_new_finding_and_a_stale_answer_are_both_named():
    here, gone = Finding("B608", "roles/a.py"), Finding("B310", "roles/b.py")

    assert complaints([here], {gone: "…"}) == [
        "B608 in roles/a.py: no answer",
        "B310 in roles/b.py: is gone",
    ]
