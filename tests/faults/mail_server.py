"""A mail server that does what it is told: real SMTP by aiosmtpd, on loopback.

What it does with a letter stands in the local part of the recipient ("550-3@…" refuses with 550).
What it does with a connection stands in `manner`. It remembers whatever it accepted, and a small
HTTP address tells of it, as a relay that can be asked about a Message-ID.
"""

import asyncio
import contextlib
import json
import logging
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.ERROR)
AT_RCPT = {
    "421": "421 4.3.2 Closing",
    "450": "450 4.2.1 Mailbox busy",
    "451": "451 4.3.0 Try later",
    "452": "452 4.3.1 No room",
    "550": "550 5.1.1 No such mailbox",
}
AT_DATA = {
    "552": "552 5.2.2 Mailbox full",
    "554": "554 5.7.1 Not wanted",
    "442": "442 4.4.2 Try later",
}


@dataclass
class Accepted:
    """One letter that the server took, and when."""

    to: str
    message_id: str
    at: float
    message: Message = field(repr=False)


class MailServer:
    """`slow`: seconds over one letter, half of them after it was taken down."""

    def __init__(self, *, slow=0.0, port=0):
        self.port = port or free_port()
        self.forget()
        self.slow = slow
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.factory = lambda: _Talk(self, enable_SMTPUTF8=False, ident="test")
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self.controller.start()
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def forget(self):
        """Everything it took, and how slow it was told to be."""
        self.slow = 0.0
        self.accepted: list[Accepted] = []
        self.seen: Counter[str] = Counter()
        self.connections = 0
        self.greylist_until: dict[str, float] = {}

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        with contextlib.suppress(Exception):
            self.controller.stop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def asked_at(self):
        return f"http://127.0.0.1:{self.http.server_port}/messages"

    def ids(self):
        """How often each Message-ID was taken."""
        return Counter(each.message_id for each in list(self.accepted))

    def to(self, local):
        return [each for each in list(self.accepted) if each.to.startswith(f"{local}@")]

    def _answering(server):  # noqa: N805 -- the class inside has a self of its own
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = parse_qs(urlsplit(self.path).query)["message_id"][0]
                body = json.dumps({"taken": asked in server.ids()}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        return Answering

    # aiosmtpd's hooks
    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- aiosmtpd's name
        manner = address.partition("@")[0].partition("-")[0]
        self.seen[address] += 1
        if manner in AT_RCPT:
            if manner == "421":
                asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return AT_RCPT[manner]
        if manner == "grey":
            until = self.greylist_until.setdefault(address, time.monotonic() + 1)
            if time.monotonic() < until:
                return "451 4.7.1 Greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- same
        to = envelope.rcpt_tos[0]
        manner = to.partition("@")[0].partition("-")[0]
        if manner in AT_DATA:
            return AT_DATA[manner]
        await asyncio.sleep(self.slow / 2)
        if manner == "silent":  # it never says what became of the letter, and did not take it
            await asyncio.sleep(3600)
        if manner == "reset":
            server.transport.abort()
            await asyncio.sleep(0.01)
            return "250 OK"
        if manner == "dribble":
            for letter in b"250 taken so very slowly\r\n" * 40:
                server.transport.write(bytes([letter]))
                await asyncio.sleep(0.2)
        self.take(to, envelope.content)
        if manner == "takenreset":
            server.transport.abort()
            return "250 OK"
        if manner == "takensilent":
            await asyncio.sleep(3600)
        await asyncio.sleep(self.slow / 2)
        return "250 OK"

    def take(self, to, content):
        message = message_from_bytes(content)
        self.accepted.append(Accepted(to, message["Message-ID"].strip(), time.monotonic(), message))


class _Talk(SMTP):
    def connection_made(self, transport):
        self.event_handler.connections += 1
        super().connection_made(transport)


class Silent:
    """Listens and never says a word."""

    def __init__(self, port=0, greeting=b""):
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.greeting = greeting
        self.held = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                self.held.append(line)
                if self.greeting:
                    threading.Thread(target=self._dribble, args=(line,), daemon=True).start()

    def _dribble(self, line):
        with contextlib.suppress(OSError):
            for letter in self.greeting * 1000:
                line.sendall(bytes([letter]))
                time.sleep(0.2)

    def stop(self):
        self.socket.close()
        for line in self.held:
            line.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
