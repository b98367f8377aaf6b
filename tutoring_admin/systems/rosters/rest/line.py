"""One question to a roster server, and its whole answer: bounded in time and size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from roles import outbound
from tutoring_admin.systems.rosters.rest.trouble import (
    NotAllowed,
    NotReached,
    NotTrusted,
    Refused,
    Trouble,
)

CONNECT = 10.0  # seconds
LATE = "{server} was not done answering after {seconds:.0f} seconds."
CERTIFICATES = {
    "expired": "has run out",
    "self-signed": "is signed by itself, so it proves nothing",
    "self signed": "is signed by itself, so it proves nothing",
    "ostname mismatch": "is for another server",
    "IP address mismatch": "is for another server",
    "unable to get local issuer": "is signed by somebody whom we do not know",
}


@dataclass(frozen=True)
class Limits:
    """`silence`: seconds without a byte; `whole`: seconds for one answer; `size`: its bytes."""

    silence: float = 30.0
    whole: float = 90.0
    size: int = 32 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(method: str, address: str, limits: Limits, **asked: Any) -> Answer:
    """`asked`: `params`, `data`, `headers`, `auth` as in `requests`.

    Raises a Trouble for whatever is no answer, and Refused for one that leads elsewhere. Each
    question has a connection of its own, so that its time can be told from that of others.
    """
    server, began = urlsplit(address).netloc, time.monotonic()
    try:
        with outbound.session(seconds=limits.whole) as other:
            answer = _answer(other, method, address, limits, asked)
    except outbound.Unsafe as unsafe:
        raise NotAllowed(str(unsafe)) from None
    except requests.exceptions.SSLError as error:
        raise NotTrusted(_certificate(server, error)) from None
    except (requests.exceptions.RequestException, HTTPError, OSError) as error:
        raise NotReached(_silence(server, error, time.monotonic() - began, limits)) from None
    if time.monotonic() - began >= limits.whole:  # we hung up, and it looks like an end
        raise NotReached(LATE.format(server=server, seconds=limits.whole))
    return answer


def _answer(
    other: requests.Session, method: str, address: str, limits: Limits, asked: dict[str, Any]
) -> Answer:
    patience = (CONNECT, limits.silence)
    found = other.request(method, address, stream=True, timeout=patience, **asked)
    with found:
        if found.is_redirect:
            raise Refused(_elsewhere(found), status=found.status_code)
        body = outbound.beginning(found, limits.size + 1)
    if len(body) > limits.size:
        most = limits.size // (1024 * 1024)
        raise Trouble(f"{urlsplit(address).netloc} answered with more than {most} MB at once.")
    return Answer(found.status_code, found.headers, body)


def _silence(server: str, error: Exception, took: float, limits: Limits) -> str:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"{server} did not answer within {CONNECT:.0f} seconds."
    if took >= limits.whole:
        return LATE.format(server=server, seconds=limits.whole)
    if isinstance(error, requests.exceptions.Timeout) or took >= limits.silence:
        return f"{server} was silent for {limits.silence:.0f} seconds."
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError):
        return f"{server} takes no connections. It may be off, or the port is another."
    return f"{server} hung up before its answer was complete."


def _certificate(server: str, error: Exception) -> str:
    told = str(error)
    for mark, words in CERTIFICATES.items():
        if mark in told:
            return f"The certificate of {server} {words}. Whoever runs it can put that right."
    return f"No safe connection to {server}: its certificate or its TLS version is not accepted."


def _elsewhere(found: requests.Response) -> str:
    here, target = urlsplit(found.url), urlsplit(urljoin(found.url, found.headers["Location"]))
    where = f"{target.scheme}://{target.netloc}"[:120]
    return f"{here.netloc} sends us on to {where}, where we do not follow. Enter the new address."
