"""`manage.py import_oneroster`: the same dry run without a browser, told by its exit code."""

import pytest
from django.core.management import call_command

from roles.capabilities import AccessLevel
from tests.factories.roles import member
from tests.tutoring_admin.rosters.corpus import STAFF, files_11, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(desk, tmp_path):
    member(AccessLevel.DISTRICT_LEAD, at=desk.district)

    def call(content, *options):
        file = tmp_path / "roster.zip"
        file.write_bytes(content)
        try:
            call_command("import_oneroster", str(file), "--district", desk.district.slug, *options)
        except SystemExit as end:
            return end.code
        return 0

    return call


def test_a_dry_run_ends_well_and_changes_nothing(run, desk, capsys):
    assert run(zipped(files_11()).getvalue()) == 0

    assert "nothing was changed" in capsys.readouterr().out
    assert not desk.people()


def test_applying_changes_the_roster(run, desk):
    assert run(zipped(files_11()).getvalue(), "--apply") == 0

    assert len(desk.people()) == len(STAFF)


def test_rejects_are_told_and_the_rest_is_applied(run, desk, capsys):
    people = [*STAFF, {**STAFF[0], "sourcedId": "x", "givenName": "", "familyName": ""}]

    assert run(zipped(files_11(people)).getvalue(), "--apply") == 1

    assert "Rejected: users.csv, line 5, familyName: expected a name, got nothing" in (
        capsys.readouterr().out
    )
    assert len(desk.people()) == len(STAFF)


@pytest.mark.parametrize("content", [b"no zip", zipped(files_11(**{"users.csv": "a"})).getvalue()])
def test_what_cannot_be_read_is_refused(run, desk, capsys, content):
    assert run(content, "--apply") == 2

    assert "Refused" in capsys.readouterr().err
    assert not desk.people()


def test_a_district_that_is_not_there_is_refused(run, capsys, tmp_path):
    with pytest.raises(SystemExit) as end:
        call_command("import_oneroster", str(tmp_path / "x.zip"), "--district", "nowhere")

    assert end.value.code == 2
