"""The files that prove milestones: where they are kept, and what they are served as."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile

from checklists.evidence_files import Taken
from roadmap.models import Milestone


@dataclass
class Kept:
    """A stored file as a milestone's fields name it, or none. It stays if `wanted`."""

    fields: dict[str, str] = field(default_factory=dict)
    wanted: bool = False


@contextmanager
def kept(file: Taken | None) -> Iterator[Kept]:
    """Store a checked file for as long as the block takes, and for good if it says `wanted`.

    The name on disk says nothing of what is in the file.
    """
    if file is None:
        yield Kept()
        return
    name = default_storage.save(f"proofs/{uuid.uuid4().hex}{file.ending}", file.content)
    stored = Kept({"proof_file": name, "proof_file_name": file.name})
    try:
        yield stored
    except BaseException:
        stored.wanted = False
        raise
    finally:
        if not stored.wanted:
            default_storage.delete(name)


def stored(name: str) -> FieldFile:
    """A proof by its name on disk, not opened yet; of a milestone that was opened again."""
    return FieldFile(None, Milestone._meta.get_field("proof_file"), name)  # type: ignore[arg-type]
