"""The line to the mail server: one letter at a time, and what is known of it afterwards.

Knows nothing of rows. A process keeps one connection over many letters. What matters most is where
a letter stands when something goes wrong: before its last line was handed over no server can have
taken it; after that only the server's answer tells.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SLACK = 3.0  # seconds that a letter as a whole may take longer than one answer
BETWEEN_LOOKS, IDLE_LOOKS = 0.1, 50  # seconds between two looks at the clock; then the watch ends
FRESH_FOR = 5.0  # seconds; after that a kept connection is asked whether it still stands
LETTERS_PER_CONNECTION = 100  # servers hang up on those who never do
SERVICE_CLOSING = 421
FIRST_CODE = 200  # what smtplib makes of half an answer is less
END_OF_DATA = b"\r\n.\r\n"
# everything the network and smtplib raise is an OSError
TROUBLE = (OSError, SoftTimeLimitExceeded)


class End(Enum):
    """How one try ended."""

    TAKEN = "the server took it"
    REFUSED = "the server will never take it"
    LATER = "the server may take it later"
    ABSENT = "there is no server to talk to"
    UNKNOWN = "handed over, and no answer"


@dataclass(frozen=True)
class Outcome:
    """`words` are the server's, or the network's; "" when it was taken."""

    end: End
    words: str = ""


def hand_over(message: EmailMessage) -> Outcome:
    """Hand one letter with one recipient to the mail server, within EMAIL_TIMEOUT and SLACK.

    Raises what says that the letter itself cannot be sent by anybody (a line break in a header).
    """
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return _line().hand_over(message)
    try:
        get_connection().send_messages([message])
    except TROUBLE as error:
        return judge(error, handed_over=False)
    return Outcome(End.TAKEN)


def judge(error: BaseException, *, handed_over: bool) -> Outcome:
    """What an error says about the letter it happened to."""
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(code, said)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= FIRST_CODE:
        return _answered(error.smtp_code, error.smtp_error)
    if handed_over:
        return Outcome(End.UNKNOWN, words)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(End.REFUSED, words)
    return Outcome(End.LATER, words)


def _answered(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    end = End.REFUSED if 500 <= code < 600 else End.LATER
    if code == SERVICE_CLOSING:
        end = End.ABSENT
    return Outcome(end, f"{code} {' '.join(text.split())}")


class _Watch:
    """Cuts a connection that takes too long over one letter, at whatever it is just waiting for.

    A timeout of the socket ends one wait. A server that sends a byte a second never lets it pass.
    One thread looks at the clock as long as letters go out, and ends when none do: starting one for
    each letter takes longer than most letters.
    """

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.handed_over = False
        self.has_cut = False
        self._until: float | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def keep(self, raw: socket.socket) -> None:
        """A second handle to the connection, which stays ours when TLS takes over the first."""
        self.drop()
        self.socket = raw.dup()

    def drop(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    @contextlib.contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        with self._lock:
            self.has_cut, self._until = False, time.monotonic() + seconds
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._until = None

    def _look(self) -> None:
        idle = 0
        while idle < IDLE_LOOKS:
            time.sleep(BETWEEN_LOOKS)
            with self._lock:
                idle = 0 if self._until is not None else idle + 1
                if self._until is not None and time.monotonic() >= self._until:
                    self._cut()
                if idle >= IDLE_LOOKS:
                    self._thread = None

    def _cut(self) -> None:
        self.has_cut, self._until = True, None
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into smtplib's two classes: lets the watch have the connection, and notes the moment
    from which the server may have the letter.
    """

    watch: _Watch

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw: socket.socket = smtplib.SMTP._get_socket(self, host, port, timeout)  # type: ignore[attr-defined]
        self.watch.keep(raw)
        if isinstance(self, smtplib.SMTP_SSL):
            context: ssl.SSLContext = self.context
            return context.wrap_socket(raw, server_hostname=host)
        return raw

    def send(self, text: Any) -> None:
        super().send(text)  # type: ignore[misc]
        if isinstance(text, bytes) and text.endswith(END_OF_DATA):
            self.watch.handed_over = True


class _Smtp(_Watched, smtplib.SMTP):
    pass


class _SmtpSsl(_Watched, smtplib.SMTP_SSL):
    pass


class Line(EmailBackend):
    """Django's own way of opening a connection (TLS, sign-in), kept over several letters."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = _Watch()
        self.letters = 0
        self.used_at = 0.0

    @property
    def connection_class(self) -> Any:
        chosen: type[_Smtp | _SmtpSsl] = _SmtpSsl if self.use_ssl else _Smtp
        return type(chosen.__name__, (chosen,), {"watch": self.watch})

    def hand_over(self, message: EmailMessage) -> Outcome:
        sender, to, data = _as_sent(message)
        with self.watch.over(settings.EMAIL_TIMEOUT + SLACK):
            kept = self._still_there()
            outcome = self._try(sender, to, data, kept=kept)
            if outcome is None:  # it had been left by the server, before anything was said
                outcome = self._try(sender, to, data, kept=False)
        return outcome or Outcome(End.ABSENT, "The server hangs up at once.")

    def _try(self, sender: str, to: str, data: bytes, *, kept: bool) -> Outcome | None:
        """One try; None where a kept connection turned out to be gone."""
        self.watch.handed_over = False
        if not kept:
            self.hang_up()
            try:
                self.open()
            except TROUBLE as error:
                self.hang_up()
                return Outcome(End.ABSENT, judge(error, handed_over=False).words)
        connection: Any = self.connection
        try:
            connection.sendmail(sender, [to], data)
        except TROUBLE as error:
            outcome = judge(error, handed_over=self.watch.handed_over)
            answered = isinstance(error, smtplib.SMTPException) and outcome.end is not End.ABSENT
            if not answered or isinstance(error, smtplib.SMTPServerDisconnected):
                self.hang_up()
            gone = self.connection is None and not isinstance(error, TimeoutError)
            return None if kept and gone and not self.watch.handed_over else outcome
        if self.watch.has_cut:  # smtplib takes the half of an answer for the whole
            self.hang_up()
            return Outcome(End.UNKNOWN, "The answer of the server took too long.")
        self.letters += 1
        self.used_at = time.monotonic()
        return Outcome(End.TAKEN)

    def _still_there(self) -> bool:
        if self.connection is None or self.letters >= LETTERS_PER_CONNECTION:
            return False
        if time.monotonic() - self.used_at < FRESH_FOR:
            return True
        try:
            code, _ = self.connection.noop()
        except TROUBLE:
            return False
        return bool(code == 250)

    def hang_up(self) -> None:
        """Without a word: what answered slowly would be slow to say good-bye, too."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None
        self.letters = 0
        self.watch.drop()


_lines = threading.local()


def _line() -> Line:
    """This thread's line; a new one when the settings name another server."""
    address = (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)
    if getattr(_lines, "address", None) != address:
        _lines.address, _lines.line = address, Line()
    line: Line = _lines.line
    return line


def _as_sent(message: EmailMessage) -> tuple[str, str, bytes]:
    encoding = message.encoding or settings.DEFAULT_CHARSET
    sender = _clean(message.from_email, encoding)
    (to,) = (sanitize_address(each, encoding) for each in message.recipients())
    made: Any = message.message()  # Django's own kind, which knows of line ends
    return sender, to, made.as_bytes(linesep="\r\n")


@lru_cache(maxsize=8)
def _clean(sender: str, encoding: str) -> str:
    """Nearly every letter has the same sender, and this is a tenth of putting it together."""
    return sanitize_address(sender, encoding)
