"""How the audit trail is chained. Pure: values in, digests out.

An event's digest covers the event, and the digest of the event before it. A value of its detail
goes in as a digest of its own, salted for its key alone, so that a name can later leave the event
while what it was sealed with stays: `without` says how.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

START = "0" * 64
FORMER = "a former holder"
Links = list[list[Any]]  # [event, digest], in their order


class Told(Protocol):
    """What an audit event says of itself, as far as it is sealed."""

    pk: Any
    district_id: int
    actor_id: int | None
    at: Any
    verb: str
    subject: str
    subject_pk: str
    detail: dict[str, Any]
    salt: str
    proof: dict[str, Any]


def digest(previous: str, event: Told) -> str:
    """The digest of an event that follows one whose digest is `previous`."""
    told = [
        event.pk,
        event.district_id,
        event.actor_id,
        event.at.timestamp(),
        event.verb,
        event.subject,
        event.subject_pk,
        sorted(_leaves(event)),
    ]
    return _sha(previous, told)


def seal_hash(number: int, previous: str, sealed_at: float, links: dict[str, Any]) -> str:
    """The hash of a seal: over its number, its moment, its links and the seal before it."""
    return _sha(previous, [number, sealed_at, links])


def chained(previous: str, events: Iterable[Told]) -> Links:
    links: Links = []
    for event in events:
        previous = digest(previous, event)
        links.append([event.pk, previous])
    return links


def without(
    event: Told, change: Callable[[Any], Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The detail with its values changed, and the proof that keeps the digest; None where `change`
    changes nothing. The event's salt must go with it: nobody can then guess what stood there.
    """
    detail = {key: change(value) for key, value in event.detail.items()}
    changed = {key for key, value in detail.items() if value != event.detail[key]}
    if not changed:
        return None
    gone = {**event.proof.get("gone", {})}
    gone |= {key: leaf for key, leaf in _leaves(event) if key in changed}
    salts = {key: _salt(event, key) for key in detail if key not in gone}
    return detail, {"gone": gone, "salts": salts}


def spoken(value: Any, words: Sequence[str], instead: str = FORMER) -> Any:
    """A value of a detail, however deep, with each of these words replaced."""
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, instead)
        return value
    if isinstance(value, list):
        return [spoken(each, words, instead) for each in value]
    if isinstance(value, dict):
        return {key: spoken(each, words, instead) for key, each in value.items()}
    return value


def _leaves(event: Told) -> list[tuple[str, str]]:
    gone: dict[str, str] = event.proof.get("gone", {})
    kept = [key for key in event.detail if key not in gone]
    leaves = [(key, _sha(_salt(event, key), [event.detail[key]])) for key in kept]
    return [*leaves, *gone.items()]


def _salt(event: Told, key: str) -> str:
    if event.salt:
        return _sha(event.salt, [key])
    salt: str = event.proof.get("salts", {}).get(key, "")
    return salt


def _sha(salt: str, told: list[Any]) -> str:
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()
