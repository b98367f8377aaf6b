"""A file that somebody handed in, as an answer: saved by the browser, never run by it."""

from __future__ import annotations

from django.core.files.base import File
from django.http import FileResponse, Http404


def handed_in(file: File, *, name: str, photo: str = "") -> FileResponse:
    """Serve it under the name it came with. Only photos, which we made ourselves, open in the
    browser: `photo` is their content type. 404 if the file is gone from the disk.
    """
    try:
        content = file.open()
    except FileNotFoundError as error:  # the database came back from a backup without its files
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=not photo,
        filename=name,
        content_type=photo or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
