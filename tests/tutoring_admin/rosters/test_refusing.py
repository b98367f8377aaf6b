"""Files made to do harm, or that cannot be read: refused in a sentence, before they cost much."""

import io
import resource
import struct
import zipfile

import pytest

from tests.tutoring_admin.rosters.corpus import (
    MANIFEST,
    USERS_11,
    files_11,
    files_12,
    table,
    zipped,
)
from tutoring_admin.systems.rosters import zips
from tutoring_admin.systems.rosters.comparing import in_circles
from tutoring_admin.systems.rosters.oneroster import Zip
from tutoring_admin.systems.rosters.tables import Unreadable


def read(file):
    return list(Zip(file, "roster.zip").records())


def many_entries():
    return zipped({f"{n}.csv": "" for n in range(600)})


def bomb():
    return zipped(files_11(**{"users.csv": b"a" * 30_000_000}))


def claims(size):
    """A zip whose list says that users.csv has that size."""
    data = bytearray(zipped(files_11()).getvalue())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"users.csv"))
    data[at + 24 : at + 28] = struct.pack("<L", size)
    return io.BytesIO(bytes(data))


def locked():
    data = bytearray(zipped(files_11()).getvalue())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"users.csv"))
    data[at + 8] |= 1
    return io.BytesIO(bytes(data))


def nested():
    return zipped({"roster.zip": zipped(files_11()).getvalue()})


def without(name):
    return zipped({key: text for key, text in files_12().items() if key != name})


def manifest_of(*rows):
    named = [{"propertyName": name, "value": value} for name, value in rows]
    return zipped({**files_11(), "manifest.csv": table(MANIFEST, named)})


def one_line(text):
    return zipped(files_11(**{"users.csv": ",".join(USERS_11) + "\n" + text}))


REFUSED = {
    "no zip": (lambda: io.BytesIO(b"not a zip"), "not a zip"),
    "half a zip": (lambda: io.BytesIO(zipped(files_11()).getvalue()[:-30]), "damaged"),
    "many entries": (many_entries, "more than 500 files"),
    "bomb": (bomb, "swells"),
    "2 GB": (lambda: claims(2_000_000_000), "larger than 1 GB"),
    "locked": (locked, "password"),
    "nested": (nested, "another zip"),
    "climbs": (lambda: zipped(files_11(), folder="../../"), "outside"),
    "absolute": (lambda: zipped(files_11(), folder="/etc/"), "outside"),
    "drive": (lambda: zipped(files_11(), folder="C:\\"), "outside"),
    "no manifest": (lambda: without("manifest.csv"), "no manifest.csv"),
    "no users": (lambda: without("users.csv"), "promises users.csv"),
    "no roles": (lambda: without("roles.csv"), "promises roles.csv"),
    "version": (lambda: manifest_of(("oneroster.version", "2.0")), "names OneRoster 2.0"),
    "nothing": (lambda: manifest_of(("oneroster.version", "1.1")), "no schools and no people"),
    "twice": (lambda: zipped({**files_11(), "Users.csv": "x"}), "twice"),
    "binary": (lambda: zipped(files_11(**{"users.csv": b"\x89PNG\0\0"})), "not a text file"),
    "no header": (lambda: zipped(files_11(**{"users.csv": "a,b\r\n"})), "no column sourcedId"),
    "open quote": (lambda: one_line('"' + "a\n" * 500), "longer"),
    "long line": (lambda: one_line("a" * 2_000_000), "longer"),
    "long cell": (lambda: one_line("a" * 200_000), "cannot be read as CSV"),
    "columns": (lambda: one_line("a," * 5000), "more than 300 columns"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_read_is_refused_in_a_sentence(name):
    make, sentence = REFUSED[name]

    with pytest.raises(Unreadable, match=sentence):
        read(make())


def test_a_list_of_entries_as_long_as_a_roster_is_not_read_into_memory():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for n in range(20_000):
            target.writestr(f"{n}", b"")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Unreadable, match="more than"):
        zips.look_into(out)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_zip_that_lies_about_a_size_gives_no_more_than_it_said():
    with pytest.raises(Unreadable):
        read(claims(10))


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": "b", "b": "a"}, {"a", "b"}),
        ({"a": "a"}, {"a"}),
        ({"a": "b", "b": "c", "c": "b", "d": "a"}, {"b", "c"}),
        ({"a": "b", "b": "", "c": "gone"}, set()),
        ({str(n): str(n + 1) for n in range(50_000)}, set()),
    ],
    ids=["two", "itself", "a tail", "none", "long"],
)
def test_circles_are_found_and_what_leads_into_them_is_not_one(parents, circle):
    assert in_circles(parents) == circle
