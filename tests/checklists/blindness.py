"""Walking every page of a district as one person, and reading whatever comes back."""

import io
import itertools
import re
import zipfile

from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader

from tests.guards.addresses import district_pages

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
CHANGES_BY_ITSELF = re.compile(
    r'(?:csrfmiddlewaretoken"\s+value="|data-csrf=")[^"]+"|"csrf[Tt]oken":\s*"[^"]+"'
    r'|name="(?:seed|save_id)" value="[^"]+"'
)
HEADERS = ("Location", "Content-Disposition", "Content-Type")


def addresses(district, numbers, names=("pdf", "xlsx", "csv")):
    """Every address under /d/<slug>/, with each number tried in each place."""
    for route, name, view in district_pages():
        wanted = [(kind, key) for kind, key in PARAMETER.findall(route) if key != "district"]
        choices = [numbers if kind == "int" else names for kind, _ in wanted]
        for values in itertools.product(*choices):
            kwargs = dict(zip((key for _, key in wanted), values, strict=True))
            yield view, reverse(name, kwargs={"district": district.slug, **kwargs})


def walk(client, district, numbers, *, methods=("GET", "POST")):
    """(method and address, what came back) of every page, each left as if it had not been asked."""
    for view, address in addresses(district, numbers):
        for method in [method for method in methods if method in view.methods]:
            client.cookies.pop("messages", None)  # what an earlier page had to say
            with transaction.atomic():
                response = getattr(client, method.lower())(address)
                said = words_of(response)
                transaction.set_rollback(True)
            head = [response.headers.get(name, "") for name in HEADERS]
            yield f"{method} {address}", "\n".join([str(response.status_code), *head, said])


def words_of(response):
    """What a response says, files unpacked; without what differs each time."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(
                packed.read(name).decode(errors="replace") for name in packed.namelist()
            )
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return CHANGES_BY_ITSELF.sub("", body.decode(errors="replace"))
