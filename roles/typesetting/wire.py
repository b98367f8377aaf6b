"""How `press` and `warm` talk: a line of JSON and a body, each with its length before it."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!IQ")


def send(to: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    said = json.dumps(head).encode()
    to.sendall(LENGTHS.pack(len(said), len(body)) + said + body)


def receive(of: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next message; None if the other side is gone."""
    try:
        lengths = _exactly(of, LENGTHS.size)
        if lengths is None:
            return None
        head, body = (_exactly(of, length) for length in LENGTHS.unpack(lengths))
    except ConnectionError:
        return None
    return None if head is None or body is None else (json.loads(head), body)


def _exactly(of: socket.socket, length: int) -> bytes | None:
    got = bytearray()
    while len(got) < length:
        chunk = of.recv(min(length - len(got), 1 << 20))
        if not chunk:
            return None
        got += chunk
    return bytes(got)
