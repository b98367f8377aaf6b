"""The door to the warm process, for one worker process and all its threads."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roles.typesetting.sources import Sources
from roles.typesetting.wire import receive, send

PRODUCT = Path(__file__).resolve().parents[2]
START_SECONDS = 60  # a machine that has just started is slow
ANSWER_SECONDS = 30  # more than a job may take: longer means that the warm process hangs
TIDY_SECONDS = 2  # to end by itself and remove its copies of the fonts
MOST_TEXT = 1_000_000  # bytes of HTML, pictures that it brings along left out
MOST_PICTURES = 4_000_000
PICTURE = re.compile(r"data:image/[a-z+.-]{1,12};base64,[A-Za-z0-9+/=]*")
# what fonts and locale need; neither settings nor secrets
PASSED_ON = re.compile(
    r"(PATH|HOME|LANG|LC_\w+|TMPDIR|TEMP|FONTCONFIG_\w+|XDG_\w+|LD_LIBRARY_PATH|DYLD_\w+|PYTHON\w+)"
)
NO_GLYPH = re.compile(r'\.notdef glyph .*"(.+)" \(U\+')

TOO_LONG = (
    "The text is too large to set on pages: it has {kb} kB with its markup, and {most} kB are"
    " possible."
)
REASONS = {
    "time": "The text is too large or too complicated to set on pages (stopped after 5 s).",
    "memory": "The text is too large or too complicated to set on pages (it took 300 MB).",
    "crash": "The text is too large or too complicated to set on pages.",
    "layout": (
        "The text cannot be set on pages: a size in it, or how deep its parts are nested, is more"
        " than a page can hold."
    ),
}


@dataclass(frozen=True)
class Spent:
    """Bytes of memory at the most, seconds by the clock, and seconds of computing."""

    peak: int
    seconds: float
    computed: float


class CannotSet(Exception):
    """This document will not become pages, however often it is tried. Says why to its author.

    `detail` is for the log; `spent` says what it took, if it was begun.
    """

    def __init__(self, reason: str, detail: str = "", spent: Spent | None = None) -> None:
        super().__init__(reason)
        self.detail = detail
        self.spent = spent or Spent(0, 0, 0)


class PressGone(OSError):
    """The warm process went away or could not start. Nothing is wrong with the document."""


@dataclass(frozen=True)
class Printed:
    """A PDF, what it took, and what WeasyPrint had to say about it."""

    pdf: bytes
    spent: Spent
    complaints: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """Characters that no font on this machine has; a box stands where they should."""
        found = (NO_GLYPH.match(one) for one in self.complaints)
        return list(dict.fromkeys(match[1] for match in found if match))


class Press:
    """Starts its warm process with the first document and again whenever it is gone."""

    def __init__(self, sources: Sources, sheets: tuple[str, ...], *, cold: bool = False) -> None:
        order = {"static_url": sources.static_url, "roots": sources.roots, "sheets": sheets}
        self.order = json.dumps({**order, "cold": cold})
        self.hello: dict[str, Any] = {}
        self._turn = threading.Lock()
        self._warm: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._owner = os.getpid()

    @property
    def pid(self) -> int:
        """Of the warm process; 0 while there is none."""
        return self._warm.pid if self._warm else 0

    def set(self, html: str) -> Printed:
        """Raises CannotSet, or PressGone if the warm process is lost twice."""
        text = html.encode(errors="replace")
        _refuse_long(html, len(text))
        with self._turn:
            answer = self._ask(text) or self._ask(text)
        if answer is None:
            raise PressGone("The program that sets pages went away twice.")
        told, pdf = answer
        spent = Spent(told["peak"], told["seconds"], told["computed"])
        if told["reason"]:
            raise CannotSet(REASONS[told["reason"]], told["detail"], spent)
        return Printed(pdf, spent, tuple(told["complaints"]))

    def close(self) -> None:
        """End the warm process, if this process has started it."""
        if self._line is not None:
            self._line.close()
        if self._warm is not None and self._owner == os.getpid():
            try:
                self._warm.wait(TIDY_SECONDS)
            except subprocess.TimeoutExpired:
                self._warm.kill()
                self._warm.wait()
        self._line = self._warm = None

    def forget(self) -> None:
        """In a fork: leave the warm process to the one that has started it."""
        self._turn = threading.Lock()
        if self._warm is not None:
            self._warm.returncode = 0  # not ours to wait for
        self.close()
        self._owner = os.getpid()

    def _ask(self, text: bytes) -> tuple[dict[str, Any], bytes] | None:
        answer = None
        try:
            line = self._line or self._start()
            line.settimeout(ANSWER_SECONDS)
            with contextlib.suppress(ConnectionError, TimeoutError):
                send(line, {}, text)
                answer = receive(line)
        finally:
            if answer is None:  # also when a time limit interrupts: an answer may be under way
                self.close()
        return answer

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._warm = subprocess.Popen(  # noqa: S603 -- our own program and arguments
                [sys.executable, "-m", "roles.typesetting.warm", self.order, str(theirs.fileno())],
                cwd=PRODUCT,
                env={
                    name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the worker, which ends it
            )
        self._line = ours
        ours.settimeout(START_SECONDS)
        hello = receive(ours)
        if hello is None:
            self.close()
            raise PressGone("The program that sets pages could not start.")
        self.hello = hello[0]
        return ours


def _refuse_long(html: str, size: int) -> None:
    pictures = sum(len(found[0]) for found in PICTURE.finditer(html)) if "data:" in html else 0
    if size - pictures > MOST_TEXT:
        kb = (size - pictures) // 1000
        raise CannotSet(TOO_LONG.format(kb=f"{kb:,}", most=f"{MOST_TEXT // 1000:,}"))
    if pictures > MOST_PICTURES:
        raise CannotSet("The pictures are too large to set on pages: together more than 3 MB.")
