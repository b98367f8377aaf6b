"""Asking other servers, at addresses that people typed in: https to public hosts, nothing else.

    with outbound.session() as other:
        answer = other.post(url, data=body)     # raises Unsafe before anything is sent
        words = outbound.beginning(answer, 4096)

A name is resolved when the connection is made, and the connection goes to the very address that
was looked at: what a name server says a moment later changes nothing. Redirects are answers, not
followed. Proxies of the environment are not used.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

SECONDS = 10.0  # for a whole exchange, however slowly the other side drips
CHUNK = 4096
IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NOT_AN_ADDRESS = "This is not a web address. It begins with https://."
ONLY_HTTPS = "Only addresses that begin with https:// are called: others can be read on the way."
NO_SECRETS = "A name and password do not belong into an address."
NOT_FOUND = "No server answers to the name {host}."
NOT_PUBLIC = "{host} is inside this network or on this machine. Only public servers are called."

# Public by number, yet the inside of a cloud: it hands out what its machines may do.
_INSIDE = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unsafe(ValueError):
    """An address that is not called; its text says why, in words for whoever typed it."""


def check_address(url: str) -> str:
    """The address, stripped, if it may be called now. Raises Unsafe otherwise.

    For forms: what is called later is looked at again when the connection is made.
    """
    parts = _split(url)
    _addresses(str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80))
    return url.strip()


def session(*, seconds: float | None = SECONDS, **headers: str) -> requests.Session:
    """A session that checks each address and refuses others with Unsafe.

    `seconds` bounds the life of each connection; None leaves the 10 s for each single read, for
    those who fetch much in many pages.
    """
    made: requests.Session = guarded(requests.Session(), seconds=seconds, **headers)
    return made


def guarded(made: Any, *, seconds: float | None = SECONDS, **headers: str) -> Any:
    """The same for a session of another kind, such as one that signs in by OAuth."""
    made.trust_env = False
    made.get_redirect_target = lambda _: None
    made.headers.update({"User-Agent": "tutoring-leadership", **headers})
    made.mount("https://", _Guard(seconds))
    made.mount("http://", _Guard(seconds))
    return made


def beginning(answer: requests.Response, at_most: int) -> bytes:
    """The first bytes of an answer that was asked for with `stream=True`, and no more of it."""
    parts: list[bytes] = []
    while at_most > 0 and (part := answer.raw.read(min(CHUNK, at_most), decode_content=True)):
        parts.append(part)
        at_most -= len(part)
    return b"".join(parts)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as trouble:
        raise Unsafe(NOT_AN_ADDRESS) from trouble
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unsafe(NOT_AN_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise Unsafe(NO_SECRETS)
    if parts.scheme == "http" and not _only_here(parts.hostname):
        raise Unsafe(ONLY_HTTPS)
    return parts


def _only_here(host: str) -> bool:
    """Whether plain http is let through: to this machine, where settings say so (demo, tests)."""
    if not settings.OUTBOUND_LOOPBACK:
        return False
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(host: str, port: int) -> list[str]:
    """Where a name leads. Raises Unsafe if one of the addresses is no public one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as trouble:
        raise Unsafe(NOT_FOUND.format(host=host)) from trouble
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_is_public(address) for address in addresses):
        raise Unsafe(NOT_PUBLIC.format(host=host))
    return addresses


def _is_public(address: str) -> bool:
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_loopback:
        return bool(settings.OUTBOUND_LOOPBACK)
    if ip.is_link_local or _is_in(ip, _INSIDE):
        return False
    if _is_in(ip, map(ipaddress.ip_network, settings.OUTBOUND_NETWORKS)):
        return True
    return ip.is_global and not ip.is_multicast


def _is_in(ip: IP, networks: Iterable[Network]) -> bool:
    return any(ip in network for network in networks if network.version == ip.version)


def _meant(ip: IP) -> IP:
    """The older address that is wrapped in a newer one: it is where the packets go."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


class _Guard(HTTPAdapter):
    """Looks at each address before it is asked, and connects to what it looked at."""

    def __init__(self, seconds: float | None) -> None:
        self.clocks: list[_Clock] = []
        self._seconds = seconds
        super().__init__(max_retries=0)

    def init_poolmanager(self, *sizes: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*sizes, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._pool(HTTPConnectionPool, HTTPConnection),
            "https": self._pool(HTTPSConnectionPool, HTTPSConnection),
        }

    def _pool(self, pool: type[Any], kind: type[Any]) -> type[Any]:
        bounds = {"seconds": self._seconds, "clocks": self.clocks}
        made = type(f"Checked{kind.__name__}", (_Checked, kind), bounds)
        return type(f"Checked{pool.__name__}", (pool,), {"ConnectionCls": made})

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        _split(request.url or "")
        kwargs["timeout"] = kwargs.get("timeout") or SECONDS
        kwargs["proxies"] = None
        # certificates are always looked at, by the installation's own list where it has one
        kwargs["verify"] = settings.OUTBOUND_CA_FILE or True
        return super().send(request, *args, **kwargs)

    def close(self) -> None:
        super().close()
        while self.clocks:
            self.clocks.pop().stop()


class _Checked:
    """A connection to an address that was looked at, ended when its time is over.

    The name stays what the certificate is held against.
    """

    seconds: float | None
    clocks: list[_Clock]
    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        named = self._dns_host
        self._dns_host = _addresses(named, self.port)[0]
        try:
            line: socket.socket = super()._new_conn()  # type: ignore[misc]
        finally:
            self._dns_host = named
        if self.seconds is not None:
            self.clocks.append(_Clock(self.seconds, line))
        return line


class _Clock:
    """Hangs up when the time is over, through a second handle that TLS does not take away."""

    def __init__(self, seconds: float, line: socket.socket) -> None:
        self._handle = line.dup()
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # it is over already
            self._handle.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._timer.cancel()
        self._handle.close()
