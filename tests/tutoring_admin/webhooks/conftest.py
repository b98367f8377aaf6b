"""A real receiver on this machine, and endpoints that point to it."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook

from roles.capabilities import Capability
from roles.models import WebhookDelivery, WebhookKind
from tests.factories.roles import DistrictFactory
from tests.reach import reach
from tutoring_admin.systems.webhooks import delivering, endpoints

ALL = [kind.value for kind in WebhookKind]


@dataclass
class Received:
    path: str
    headers: dict
    body: bytes

    @property
    def message(self):
        return json.loads(self.body)


@dataclass
class Receiver:
    """`answers` are (code, body) in turn, the last of them for ever; "hang" answers nothing."""

    url: str
    got: list = field(default_factory=list)
    answers: list = field(default_factory=lambda: [(204, b"")])
    over: threading.Event = field(default_factory=threading.Event)
    came: threading.Event = field(default_factory=threading.Event)

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["content-length"]))
        receiver.got.append(Received(self.path, dict(self.headers), body))
        receiver.came.set()
        answer = receiver.next_answer()
        if answer == "hang":
            receiver.over.wait(30)
            return
        code, words = answer
        self.send_response(code)
        if code in range(300, 400):
            self.send_header("Location", f"{receiver.url}elsewhere")
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.receiver = Receiver(f"http://127.0.0.1:{server.server_port}/")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.receiver
    server.receiver.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def lead():
    return reach(DistrictFactory(), capability=Capability.SYSTEMS_MANAGE)


@pytest.fixture
def added(receiver, lead):
    """(endpoint, secret) of an endpoint that is told everything."""
    return endpoints.add("Data warehouse", receiver.url, ALL, by=lead)


def deliver(delivery=None):
    """Carry one message, or the newest; gives it as it is afterwards."""
    found = delivery or WebhookDelivery.objects.order_by("pk").last()
    delivering.deliver(found.district_id, found.pk)
    found.refresh_from_db()
    return found


def checked(received, secret):
    """What a receiver's own library makes of a message."""
    return Webhook(secret).verify(received.body, received.headers)
