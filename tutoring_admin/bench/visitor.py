"""One person's session over one kept connection."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlencode

from tutoring_admin.bench.counting import HEADER
from tutoring_admin.engines.trouble import Trouble

SIGN_IN = "/accounts/login/"
Timed = TypeVar("Timed")


@dataclass(frozen=True)
class Answer:
    """One page as it came: from the first byte sent to the last one read, in milliseconds."""

    took_ms: float
    queries: int
    size: int


@dataclass(frozen=True)
class Reply:
    """What came back for something that was sent, in milliseconds; `body` is the JSON in it."""

    took_ms: float
    queries: int
    body: dict[str, Any]


class Visitor:
    """Keeps cookies and its connection; a connection that the server closed is opened anew."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Time one page. Raises Trouble for anything but status 200."""
        return self._once_more(lambda: self._time(path))

    def post(self, path: str, fields: Mapping[str, str]) -> Reply:
        """Send a form as the pages' scripts do. Raises Trouble for anything but status 200."""
        typed = {**fields, "csrfmiddlewaretoken": self._cookies["csrftoken"]}
        began = time.perf_counter()
        status, body, queries = self._ask("POST", path, urlencode(typed))
        took_ms = (time.perf_counter() - began) * 1000
        if status != http.client.OK:
            raise Trouble(f"{path} answered with status {status}.")
        return Reply(took_ms, queries, json.loads(body))

    def send(self, path: str, fields: Mapping[str, str], expected: int) -> tuple[float, int]:
        """Send a form as a browser does, without following where it leads: milliseconds and
        queries. Raises Trouble for any other status than the expected one.
        """
        typed = {**fields, "csrfmiddlewaretoken": self._cookies["csrftoken"]}

        def time_it() -> tuple[float, int]:
            began = time.perf_counter()
            status, _, queries = self._ask("POST", path, urlencode(typed))
            took_ms = (time.perf_counter() - began) * 1000
            if status != expected:
                raise Trouble(f"{path} answered with status {status}.")
            return took_ms, queries

        return self._once_more(time_it)

    def sign_in(self, email: str, password: str) -> None:
        """By the form. Raises Trouble if it does not let this person in."""
        self.get(SIGN_IN)
        token = self._cookies["csrftoken"]
        typed = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        status, _, _ = self._ask("POST", SIGN_IN, urlencode(typed))
        if status != http.client.FOUND:
            raise Trouble(f"{email} cannot sign in (status {status}).")

    def _once_more(self, act: Callable[[], Timed]) -> Timed:
        """Do it, and again over a new connection where the server had closed the old one."""
        try:
            return act()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            return act()

    def _time(self, path: str) -> Answer:
        began = time.perf_counter()
        status, body, queries = self._ask("GET", path)
        took_ms = (time.perf_counter() - began) * 1000
        if status != http.client.OK:
            raise Trouble(f"{path} answered with status {status}.")
        return Answer(took_ms, queries, len(body))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes, int]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {key: m.value for key, m in SimpleCookie(line).items()}
        return response.status, content, int(response.headers.get(HEADER, "0"))
