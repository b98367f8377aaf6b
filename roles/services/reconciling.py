"""Finding out whether the mail server took a letter whose worker could not say so.

Between a server's "250 OK" and our commit lies a gap that no code of ours can close. A relay that
can be asked about a Message-ID closes it. Which one is asked is a setting, MAIL_RECONCILER.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

ANSWER_WITHIN = 5  # seconds


class Answer(Enum):
    TAKEN = "taken"
    NOT_TAKEN = "not taken"
    NOBODY_KNOWS = "nobody knows"


class Reconciler(Protocol):
    def ask(self, message_id: str) -> Answer:
        """Whether the relay ever took this message. Raises OSError where it does not answer."""
        ...


def reconciler() -> Reconciler:
    """The one that the settings name."""
    made: Reconciler = import_string(settings.MAIL_RECONCILER)()
    return made


class Nobody:
    """A plain SMTP server: it cannot be asked."""

    def ask(self, message_id: str) -> Answer:
        return Answer.NOBODY_KNOWS


class RelayOverHttp:
    """A relay with an address that tells of a message: GET MAIL_RECONCILER_URL?message_id=<...>.

    It answers 200 with {"taken": true} or {"taken": false}. For a relay with an interface of its
    own, write a class with the same `ask` and name it in MAIL_RECONCILER.
    """

    def ask(self, message_id: str) -> Answer:
        asked = urllib.parse.urlencode({"message_id": message_id})
        url = f"{settings.MAIL_RECONCILER_URL}?{asked}"
        try:
            with urllib.request.urlopen(url, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 -- from the settings
                taken = json.load(answer)["taken"]
        except (ValueError, KeyError, TypeError) as error:
            raise OSError(f"The relay's answer cannot be read: {error!r}") from error
        return Answer.TAKEN if taken is True else Answer.NOT_TAKEN
