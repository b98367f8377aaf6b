"""A file that is no whole export of this version is refused, and nothing of it is taken."""

import csv
import hashlib
import io
import json
import zipfile

import pytest

from roles.models import District, School, User
from tests.factories.roles import SchoolFactory, UserFactory, member
from tutoring_admin.systems.moving.checking import NotTaken, opened
from tutoring_admin.systems.moving.exporting import export
from tutoring_admin.systems.moving.importing import import_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def packed():
    """A small export, and whether anything came in since."""
    school = SchoolFactory(name="=cmd|\"x\", 'quoted'\nline", district__slug="lake-county")
    member("auditor", at=school.district, user=UserFactory(email="a@example.org"))
    file = io.BytesIO()
    export(school.district_id, file)
    return file.getvalue()


def rewritten(content, change):
    """The zip with its entries changed: `change` gets and returns {name: bytes}."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, value in change(entries).items():
            new.writestr(name, value)
    return made.getvalue()


def without(name):
    return lambda entries: {key: value for key, value in entries.items() if key != name}


def with_one(name, value=b"x"):
    return lambda entries: {**entries, name: value}


def told(**said):
    def change(entries):
        manifest = json.loads(entries["manifest.json"]) | said
        return {**entries, "manifest.json": json.dumps(manifest).encode()}

    return change


def listed(line):
    """The list of files with one more line, and the manifest in agreement."""

    def change(entries):
        content = entries["files.csv"] + line
        manifest = json.loads(entries["manifest.json"])
        manifest["files"] |= {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return {
            **entries,
            "files.csv": content,
            "files/x": b"x",
            "manifest.json": json.dumps(manifest).encode(),
        }

    return change


X = hashlib.sha256(b"x").hexdigest().encode()
HARMFUL = {
    "a table is gone": (without("tables/roles_school.csv"), "not as its list says"),
    "a table was changed": (with_one("tables/roles_school.csv"), "not what was exported"),
    "a file too many": (with_one("../../etc/passwd"), "not as its list says"),
    "no manifest": (without("manifest.json"), "no export"),
    "a manifest that is none": (with_one("manifest.json", b"[1]"), "no export"),
    "a manifest that is deep": (with_one("manifest.json", b"[" * 100_000), "no export"),
    "another format": (told(format=99), "no export"),
    "another version": (told(shape="other"), "another version"),
    "a step up": (listed(b"made/../../x,1," + X + b"\r\n"), "as no export does"),
    "from the root": (listed(b"/etc/x,1," + X + b"\r\n"), "as no export does"),
    "another district's": (listed(b"made/district-999999/x,1," + X + b"\r\n"), "no export does"),
    "no number": (listed(b"made/x,many," + X + b"\r\n"), "cannot be read"),
}


@pytest.mark.parametrize("harm", HARMFUL)
def test_what_is_not_as_it_was_exported_is_refused_in_words(packed, harm):
    change, words = HARMFUL[harm]

    with pytest.raises(NotTaken, match=words):
        import_district(io.BytesIO(rewritten(packed, change)), slug="other")

    assert not District.objects.filter(slug="other").exists()


@pytest.mark.parametrize("cut", [0, 10, 1000, -30])
def test_half_a_file_is_refused(packed, cut):
    with pytest.raises(NotTaken):
        import_district(io.BytesIO(packed[:cut]), slug="other")


def test_an_encrypted_entry_is_refused(packed):
    content = bytearray(packed)
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1

    with pytest.raises(NotTaken, match="packed in a way"):
        import_district(io.BytesIO(bytes(content)), slug="other")


@pytest.mark.parametrize("slug", ["lake-county", "No Good", "x" * 51, "../x"])
def test_a_name_that_is_taken_or_none_is_refused(packed, slug):
    with pytest.raises(NotTaken):
        import_district(io.BytesIO(packed), slug=slug)


def test_words_that_a_spreadsheet_would_calculate_come_back_as_they_were(packed):
    done = import_district(io.BytesIO(packed), slug="other")

    assert School.objects.get(district=done.district).name == "=cmd|\"x\", 'quoted'\nline"
    assert b"'=cmd" in zipfile.ZipFile(io.BytesIO(packed)).read("tables/roles_school.csv")


def test_people_without_an_account_here_get_one_that_no_password_opens(packed):
    District.objects.filter(slug="lake-county")
    User.objects.filter(email="a@example.org").update(email="b@example.org", is_staff=True)

    done = import_district(io.BytesIO(packed), slug="other")

    new = User.objects.get(email="a@example.org")
    assert (done.people_new, done.people_known) == (1, 0)
    assert not new.has_usable_password()
    assert not new.check_password("")
    assert (new.is_staff, new.is_superuser) == (False, False)
    assert new.memberships.get().district == done.district


def test_rows_that_do_not_fit_together_come_in_not_at_all(packed):
    def change(entries):
        name = "tables/roles_membership.csv"
        content = entries[name].replace(b"auditor", b"nonsense_level_that_is_far_too_long_for_it")
        manifest = json.loads(entries["manifest.json"])
        digest = hashlib.sha256(content).hexdigest()
        manifest["tables"]["roles.Membership"] |= {"bytes": len(content), "sha256": digest}
        return {**entries, name: content, "manifest.json": json.dumps(manifest).encode()}

    with pytest.raises(NotTaken, match="do not fit together"):
        import_district(io.BytesIO(rewritten(packed, change)), slug="other")

    assert not District.objects.filter(slug="other").exists()


def test_the_usual_limit_of_a_cell_is_back_once_an_export_is_read(packed):
    usual = csv.field_size_limit()
    with opened(io.BytesIO(packed)):
        assert csv.field_size_limit() > usual
    assert csv.field_size_limit() == usual
