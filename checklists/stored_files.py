"""Checked files on disk: there for good only if what they belong to was saved."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage

from checklists.evidence_files import Taken


@dataclass
class Kept:
    """Where a file was stored, "" for none, and the name it came with. It stays if `wanted`."""

    name: str = ""
    called: str = ""
    wanted: bool = False


@contextmanager
def kept(file: Taken | None, folder: str) -> Iterator[Kept]:
    """Store a checked file for as long as the block takes, and for good if it says `wanted`.

    The name on disk says nothing of what is in the file.
    """
    if file is None:
        yield Kept()
        return
    name = default_storage.save(f"{folder}/{uuid.uuid4().hex}{file.ending}", file.content)
    stored = Kept(name, file.name)
    try:
        yield stored
    except BaseException:
        stored.wanted = False
        raise
    finally:
        if not stored.wanted:
            default_storage.delete(name)


def sha256_of(content: File) -> str:
    """The SHA-256 of what is in a file, in hex; reads it from the start and leaves it there."""
    content.seek(0)
    found = hashlib.sha256()
    for chunk in content.chunks():
        found.update(chunk)
    content.seek(0)
    return found.hexdigest()
