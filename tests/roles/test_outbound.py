"""Other servers are asked at public addresses only, and never for longer than said."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from django.test import override_settings

from roles import outbound
from roles.outbound import Unsafe, check_address


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/inside")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        if self.path == "/drips":
            with contextlib.suppress(OSError):
                while not self.server.over.wait(0.05):
                    self.wfile.write(b".")
                    self.wfile.flush()
            return
        self.wfile.write(b"x" * 5000)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.asked, made.over, made.daemon_threads = [], threading.Event(), True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{made.server_port}"
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "https://",
        "example.org",
        "https://[::1/",
        "https://example.org:99999/",
        "http://example.org/",
        "https://me:secret@example.org/",
        "https://10.0.0.1/",
        "https://172.16.9.9/",
        "https://192.168.1.1/",
        "https://100.100.100.200/",
        "https://169.254.169.254/latest/meta-data/",
        "https://168.63.129.16/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:0a00:0001::]/",
    ],
)
def test_an_address_inside_or_of_another_kind_is_refused(url):
    with pytest.raises(Unsafe):
        check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.9.9.9/",
        "https://localhost/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::ffff:127.0.0.1]/",
        "http://127.0.0.1/",
    ],
)
@override_settings(OUTBOUND_LOOPBACK=False)
def test_this_machine_is_refused_however_it_is_written(url):
    with pytest.raises(Unsafe):
        check_address(url)


def test_a_public_address_is_fine():
    assert check_address(" https://8.8.8.8/hook ") == "https://8.8.8.8/hook"


def test_a_name_that_leads_inside_is_refused_when_the_connection_is_made(server, monkeypatch):
    """The name server says something else after the form was checked (DNS rebinding)."""
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("127.0.0.1", server.server_port))]
    )
    with override_settings(OUTBOUND_LOOPBACK=False), outbound.session() as other:
        with pytest.raises(Unsafe):
            other.get(f"https://innocent.example:{server.server_port}/")
    assert server.asked == []


def test_a_redirect_is_an_answer(server):
    with outbound.session() as other:
        answer = other.get(f"{server.url}/elsewhere")
    assert answer.status_code == 302
    assert server.asked == ["/elsewhere"]


def test_only_the_beginning_of_an_answer_is_read(server):
    with outbound.session() as other, other.get(server.url, stream=True) as answer:
        assert outbound.beginning(answer, 300) == b"x" * 300


def test_a_server_that_drips_is_left_when_the_time_is_over(server):
    with outbound.session(seconds=0.3) as other:
        answer = other.get(f"{server.url}/drips", stream=True)
        with contextlib.suppress(OSError, requests.RequestException):
            assert len(outbound.beginning(answer, 10**6)) < 1000


def test_a_proxy_of_the_environment_is_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "")
    with outbound.session() as other:
        assert other.get(f"{server.url}/direct").status_code == 200


@override_settings(OUTBOUND_NETWORKS=["10.20.0.0/16", "169.254.0.0/16"])
def test_a_network_that_the_installation_names_is_called_and_nothing_beside_it():
    assert check_address("https://10.20.3.4/ims") == "https://10.20.3.4/ims"
    for inside in ("10.21.0.1", "169.254.169.254", "100.100.100.200", "[fd00:ec2::254]"):
        with pytest.raises(Unsafe):
            check_address(f"https://{inside}/")
