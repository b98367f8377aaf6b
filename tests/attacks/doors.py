"""Every address of a district, how to knock at it, and arguments that name no row."""

import re
import uuid

from django.urls import reverse

from tests.guards.addresses import district_pages
from tests.guards.test_reach import CASES, KNOWN, PAGES

UNKNOWN = 987_654_321  # the number of no row
SECRETS = re.compile(rb'(csrfmiddlewaretoken" value="|data-csrf="|"X-CSRFToken": ?")[^"]+')
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROW_DOORS = [door for door in KNOWN if CASES[door].kwargs]


def places(district):
    """(name, address) of every page, with arguments that name no row."""
    for route, name, _ in district_pages():
        filled = re.sub(r"<int:\w+>", str(UNKNOWN), route.replace("<slug:district>", district.slug))
        yield name, "/" + re.sub(r"<\w+:\w+>", "x", filled)


def declared(name):
    """The methods that a page says it answers to."""
    return {method for method in METHODS if f"{method} {name}" in PAGES}


def address(door, district, kwargs):
    return reverse(door.split()[1], kwargs={"district": district.slug, **kwargs})


def ask(client, door, where, data):
    return getattr(client, door.split()[0].lower())(where, data)


def data_of(door, kwargs):
    data = CASES[door].data
    return data(kwargs) if callable(data) else data


def of_no_row(kwargs):
    """The same arguments with numbers and keys that no row has."""
    return {key: _unknown(value) for key, value in kwargs.items()}


def _unknown(value):
    if isinstance(value, int):
        return UNKNOWN
    return uuid.UUID(int=UNKNOWN) if isinstance(value, uuid.UUID) else value


def body(answer, own):
    """What an answer says, without what is new in each: CSRF tokens and its own address."""
    return SECRETS.sub(rb"\1", answer.content).replace(own.encode(), b"-")
