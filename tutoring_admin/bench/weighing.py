"""What visits transfer, in a real Chromium of a phone's size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from tutoring_admin.bench.visitor import SIGN_IN
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.engines.checking import find_chromium

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SCREEN = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Weight:
    """Bytes over the line, compressed as they came.

    `headers` of the answers come on top: HTTP/1.1 sends them in full, HTTP/2 packs them.
    """

    total: int
    script: int
    headers: int
    requests: int


@dataclass(frozen=True)
class Visits:
    """One person's home: on a first visit, and on the next."""

    name: str
    first: Weight
    again: Weight

    def line(self) -> str:
        return (
            f"{self.name}: {self.first.total / 1000:.1f} kB in {self.first.requests} answers on a"
            f" first visit, {self.again.total / 1000:.1f} kB on the next"
        )


def homes(slug: str, port: int, people: Mapping[str, str]) -> list[Visits]:
    """The homes of these people, by the words to call them and the first part of their address."""
    found = []
    for name, person in people.items():
        with phone(port) as context:
            sign_in(context, f"{person}@{slug}.example")
            first = weigh(context, f"/d/{slug}/")
            found.append(Visits(name, first, weigh(context, f"/d/{slug}/", first=False)))
    return found


@contextmanager
def phone(port: int) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=SCREEN)
        browser.close()


def sign_in(context: BrowserContext, email: str) -> None:
    """As one of the demo's people."""
    page = context.new_page()
    page.goto(SIGN_IN)
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/d/**")
    page.close()


def weigh(context: BrowserContext, path: str, *, first: bool = True) -> Weight:
    """A `first` visit has an empty cache; another one has what the browser kept."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    headers: Counter[str] = Counter()

    def told(event: dict[str, Any]) -> None:
        answer = event["response"]
        kinds[event["requestId"]] = event["type"]
        headers[event["requestId"]] += 0 if answer["fromDiskCache"] else answer["encodedDataLength"]

    def came(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    wire.send("Network.enable")
    if first:
        wire.send("Network.clearBrowserCache")
    wire.on("Network.responseReceived", told)
    wire.on("Network.loadingFinished", came)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.close()
    bodies = {key: size - headers[key] for key, size in sizes.items()}
    script = sum(size for key, size in bodies.items() if kinds.get(key) == "Script")
    total = sum(bodies.values())
    return Weight(total, script, headers.total(), len(sizes))
