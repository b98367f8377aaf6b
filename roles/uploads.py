"""A bound on every file that comes in: what is beyond it is read past and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.urls import Resolver404, resolve

MOST_BYTES = 10_000_000
_larger: dict[str, int] = {}


def allow(view_name: str, most_bytes: int) -> None:
    """Let one page take larger files in. Called when apps are ready."""
    _larger[view_name] = most_bytes


def most_bytes_at(path: str) -> int:
    """How large a file that is sent to this address may be."""
    try:
        return _larger.get(resolve(path).view_name, MOST_BYTES)
    except Resolver404:
        return MOST_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Stands before Django's own handlers. A file that grows beyond the bound counts as not sent,
    and `refused_files(request)` names its field, so that the form can say why.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0
        self._most = most_bytes_at(self.request.path_info) if self.request else MOST_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > self._most:
            refused_files(self.request).append(self.field_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""


def refused_files(request: Any) -> list[str]:
    """The names of the fields whose files were too large to be taken in."""
    names: list[str] = request.__dict__.setdefault("_refused_files", [])
    return names
