"""A OneRoster service, 1.1 or 1.2: a token by client credentials, then pages of collections.

    service = OneRoster(Door(...))
    page = service.page("users", {"limit": "500", "offset": "0"})
    page.rows, page.total, page.onward

The address that a page comes from is always ours: of a `Link` to the next page only the query is
taken, so a server cannot lead us anywhere.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from requests.auth import HTTPBasicAuth
from requests.utils import parse_header_links

from tutoring_admin.systems.rosters.rest.line import Answer, Limits, ask
from tutoring_admin.systems.rosters.rest.trouble import (
    NotNow,
    NotOneRoster,
    NotReached,
    Refused,
    Trouble,
)

BASE = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}
SCOPE = {"1.1": "", "1.2": "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly"}
LONGEST_WAIT = dt.timedelta(hours=2)
USUAL_LIFE = 3600.0  # seconds, of a token that does not say
EARLY = 30.0  # seconds before its end in which a token is not used any more


@dataclass(frozen=True)
class Door:
    """Where the service is and how we get in."""

    base_address: str
    token_address: str
    client_id: str
    secret: str = field(repr=False)
    scopes: str = ""
    version: str = "1.2"


@dataclass(frozen=True)
class Page:
    """Rows of a collection. `total` is what the server says there are in all; `onward` the query
    of the next page by the server's word, None where it says there is none or says nothing.
    """

    rows: list[dict[str, Any]]
    total: int | None
    onward: dict[str, str] | None
    speaks_of_next: bool


class OneRoster:
    """For one thread. Holds a token while it lasts, in memory only."""

    def __init__(self, door: Door, limits: Limits | None = None) -> None:
        self.door = door
        self.limits = limits or Limits()
        self._token = ""
        self._until = 0.0

    def page(self, collection: str, query: dict[str, str]) -> Page:
        """One page. Raises a Trouble whose words say what happened.

        A token that has run out is replaced once; one that is new and not taken is Refused.
        """
        address = f"{self.door.base_address.rstrip('/')}/{collection}"
        was_held = self._is_held()
        answer = self._get(address, query)
        if answer.status == 401 and was_held:
            self._token = ""
            answer = self._get(address, query)
        _complain(answer, self.server, collection)
        return _page(answer, self.server, collection)

    @property
    def server(self) -> str:
        return urlsplit(self.door.base_address).netloc

    def sign_in(self) -> None:
        """Get a token unless there is one that lasts."""
        if not self._is_held():
            self._take_token()

    def _is_held(self) -> bool:
        return bool(self._token) and time.monotonic() < self._until

    def _get(self, address: str, query: dict[str, str]) -> Answer:
        self.sign_in()
        told = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return ask("GET", address, self.limits, params=query, headers=told)

    def _take_token(self) -> None:
        """By HTTP Basic, as the standard has it; servers that want it in the form get it there."""
        answer = self._ask_token(in_form=False)
        if answer.status in {400, 401} and _error(answer) in {
            "",
            "invalid_client",
            "invalid_request",
        }:
            answer = self._ask_token(in_form=True)
        server = urlsplit(self.door.token_address).netloc
        if answer.status >= 400:
            raise _no_token(answer, server, self.door)
        told = _object(answer)
        token, kind = told.get("access_token"), str(told.get("token_type", "bearer"))
        if not isinstance(token, str) or not token or kind.lower() != "bearer":
            raise NotOneRoster(
                f"{server} gave no token: its answer is something else. Check the token address."
            )
        if re.search(r"[^\x21-\x7e]", token):
            raise NotOneRoster(f"{server} gave a token that cannot be sent.")
        self._token = token
        self._until = time.monotonic() + _life(told) - EARLY

    def _ask_token(self, *, in_form: bool) -> Answer:
        door = self.door
        form = {"grant_type": "client_credentials"}
        if door.scopes:
            form["scope"] = " ".join(door.scopes.split())
        if in_form:
            form |= {"client_id": door.client_id, "client_secret": door.secret}
        pair = HTTPBasicAuth(quote(door.client_id, safe=""), quote(door.secret, safe=""))
        return ask(
            "POST",
            door.token_address,
            self.limits,
            data=form,
            auth=None if in_form else pair,
            headers={"Accept": "application/json"},
        )


def _life(told: dict[str, Any]) -> float:
    try:
        return min(max(float(told.get("expires_in", USUAL_LIFE)), EARLY + 1), 86_400.0)
    except (TypeError, ValueError):
        return USUAL_LIFE


def _no_token(answer: Answer, server: str, door: Door) -> Trouble:
    status, error = answer.status, _error(answer)
    if busy := _busy(answer, server):
        return busy
    if error in {"invalid_scope", "access_denied"}:
        asked = door.scopes or "no scope"
        return Refused(
            f"{server} does not give this client what we ask for: {asked}.", status=status
        )
    if error == "unsupported_grant_type":
        words = f"{server} does not know sign-in by client credentials. OneRoster needs it."
        return Refused(words, status=status)
    if status in {400, 401, 403}:
        words = f"{server} does not accept this client ID and secret (it answered {status})."
        return Refused(f"{words} Ask whoever runs it for the right pair.", status=status)
    if status == 404:
        return Refused(f"{server} has nothing at the token address (404).", status=404)
    return Refused(f"{server} answered {status} when asked for a token.", status=status)


def _complain(answer: Answer, server: str, collection: str) -> None:
    status = answer.status
    if status < 300:
        return
    if busy := _busy(answer, server):
        raise busy
    reasons: dict[int, str] = {
        401: "does not accept the token that it was given for. The token address may belong to"
        " another service",
        403: f"does not let this client read {collection}. Whoever runs it can allow that",
        404: f"answers, but has no {collection} there. The base address may be wrong: it usually"
        " ends in /ims/oneroster/v1p1 or /ims/oneroster/rostering/v1p2",
    }
    words = reasons.get(status, f"refused our question for {collection}")
    raise Refused(f"{server} {words} (it answered {status}).", status=status)


def _busy(answer: Answer, server: str) -> NotNow | None:
    if answer.status == 429:
        return NotNow(f"{server} asks us to wait: too many questions.", wait=_wait(answer))
    if answer.status >= 500 or answer.status == 408:
        words = f"{server} has trouble of its own (it answered {answer.status})."
        return NotNow(words, wait=_wait(answer))
    return None


def _wait(answer: Answer) -> dt.timedelta | None:
    """What `Retry-After` says, in seconds or as a date; never more than two hours."""
    told = answer.headers.get("Retry-After", "").strip()
    try:
        if told.isdigit():
            wait = dt.timedelta(seconds=int(told[:6]))
        else:
            wait = parsedate_to_datetime(told) - dt.datetime.now(dt.UTC)
    except (TypeError, ValueError):
        return None
    return min(max(wait, dt.timedelta()), LONGEST_WAIT)


def _page(answer: Answer, server: str, collection: str) -> Page:
    rows = _object(answer, server).get(collection)
    if not isinstance(rows, list):
        raise NotOneRoster(
            f"{server} answered, but not with OneRoster: no list called {collection} is in it."
        )
    link = answer.headers.get("Link", "")
    return Page(
        rows=[row for row in rows if isinstance(row, dict)],
        total=_number(answer.headers.get("X-Total-Count", "")),
        onward=_onward(link),
        speaks_of_next=bool(link),
    )


def _onward(link: str) -> dict[str, str] | None:
    for each in parse_header_links(link):
        if "next" in str(each.get("rel", "")).lower().split():
            return dict(parse_qsl(urlsplit(str(each["url"])).query, keep_blank_values=True))
    return None


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) < 12 else None


def _object(answer: Answer, server: str = "The server") -> dict[str, Any]:
    """The JSON object. An answer that only begins like one was cut off on its way."""
    text = answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")
    try:
        told = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        if text.startswith(b"{") and not text.rstrip().endswith(b"}"):
            raise NotReached(f"{server} hung up before its answer was complete.") from None
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()[:40]
        what = "a web page" if kind == "text/html" else (kind or "something else")
        raise NotOneRoster(f"{server} answered with {what}, not with OneRoster's JSON.") from None
    if not isinstance(told, dict):
        raise NotOneRoster(f"{server} answered with JSON that is not OneRoster's.")
    return told


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _error(answer: Answer) -> str:
    """The OAuth error code, if the answer has one."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, str) else ""
