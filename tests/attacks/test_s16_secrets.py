"""S16: no secret in the code, and no start with one that everybody knows."""

import re
import shutil
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.production.conftest import FILLED_IN, ROOT, run
from tutoring_admin.settings.keys import refuse_known

GIVEN = {
    **FILLED_IN,
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "REDIS_URL": "redis://localhost",
    "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.production",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # set where a browser runs in this process
}
GOOD = FILLED_IN["SECRET_KEY"]
KNOWN = {
    "empty": "",
    "short": "s3cret-Zk3vQ9",
    "one letter": "x" * 64,
    "Django's prefix": "django-insecure-" + GOOD,
    "of the tests": "only-for-tests-" + GOOD,
    "of the demo": "only-for-this-demo-" + GOOD,
    "a placeholder": "change-me-" + GOOD,
    "of the example": "please-generate-a-secret-key-for-this-installation-of-yours",
}
# Shapes of keys that belong in no repository.
SHAPES = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    rb"|\bxox[abp]-[A-Za-z0-9-]{20,}|\bsk_live_[A-Za-z0-9]{20,}"
)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_s16_a_key_that_others_know_is_refused(name):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        refuse_known(KNOWN[name], ())


def test_s16_a_weak_old_key_is_refused_as_well():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS"):
        refuse_known(GOOD, ("x" * 64,))


def test_s16_a_key_of_ones_own_is_taken():
    refuse_known(GOOD, (GOOD[::-1],))


def test_s16_production_does_not_start_with_a_default_key():
    refused = run([sys.executable, "manage.py", "check"], **{**GIVEN, "SECRET_KEY": "x" * 64})

    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr
    assert "x" * 64 not in refused.stderr


def test_s16_the_deploy_check_has_nothing_to_say():
    said = run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], **GIVEN
    )

    assert said.returncode == 0, said.stderr


def tracked(*patterns):
    git = shutil.which("git") or pytest.skip("there is no git here")
    listed = subprocess.run([git, "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_s16_no_tracked_file_holds_a_key():
    found = [f for f in tracked() if f.is_file() and SHAPES.search(f.read_bytes())]
    assert found == []


def test_s16_a_file_of_secrets_is_never_tracked():
    assert tracked(".env", "*.pem", "*.key", "*.p12") == []
