"""The files that prove milestones: where they are kept, and what they are served as."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db.models.fields.files import FieldFile

from checklists import stored_files
from checklists.evidence_files import Taken
from roadmap.models import Milestone


def kept(file: Taken | None) -> AbstractContextManager[stored_files.Kept]:
    """Store a checked file for as long as the block takes, and for good if it says `wanted`."""
    return stored_files.kept(file, "proofs")


def fields(file: stored_files.Kept) -> dict[str, str]:
    """A stored file as a milestone's fields name it; nothing for none."""
    return {"proof_file": file.name, "proof_file_name": file.called} if file.name else {}


def stored(name: str) -> FieldFile:
    """A proof by its name on disk, not opened yet; of a milestone that was opened again."""
    return FieldFile(None, Milestone._meta.get_field("proof_file"), name)  # type: ignore[arg-type]
