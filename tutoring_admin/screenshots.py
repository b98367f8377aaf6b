"""`make screenshots`: pictures of the running demo for the README, into docs/screenshots/."""

from __future__ import annotations

import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tutoring_admin.bench.programs import free_port, running
from tutoring_admin.engines.checking import find_chromium
from tutoring_admin.engines.trouble import Trouble

FOLDER = Path("docs/screenshots")
DISTRICT = "maple-valley"
READY_WITHIN = 240  # seconds; the demo is made first
MOST_BYTES = 250_000
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@dataclass(frozen=True)
class View:
    """A screen in CSS pixels, and how many real ones make one of them."""

    width: int
    height: int
    scale: int = 1


DESK, PHONE = View(1366, 900), View(360, 740, scale=2)


def see(page: Page, path: str) -> None:
    page.goto(path)


def see_own_checklist(page: Page) -> None:
    """Begun: the first answers given."""
    page.goto(f"/d/{DISTRICT}/checklists/")
    page.locator("main a.btn-primary[href*='/checklists/']").first.click()
    page.wait_for_url(re.compile(r"/checklists/\d+/$"))
    answers = page.locator("main fieldset")
    for number in (1, 2):
        answers.nth(number - 1).locator("label").first.click()
        page.get_by_text(re.compile(rf"^\s*{number} of \d+ rated")).first.wait_for()
    page.get_by_text(re.compile("Saving")).first.wait_for(state="hidden")
    answers.nth(1).evaluate("item => scrollTo(0, item.offsetTop - 160)")


def see_job_description(page: Page) -> None:
    """With its PDF, which the worker makes in the demo's first minute."""
    page.goto(f"/d/{DISTRICT}/roles/")
    page.get_by_role("link", name="Tutoring Project Manager").first.click()
    page.locator("a[href$='/pdf/']").first.wait_for(timeout=90_000)


def see_open_decision(page: Page) -> None:
    """The first that waits on who looks: the question, what there is to choose from."""
    page.goto(f"/d/{DISTRICT}/roadmap/decisions/")
    page.locator("main .tasks a.tasks__name").first.click()
    page.wait_for_url(re.compile(r"/decisions/\d+/$"))


def see_packet(page: Page) -> None:
    page.goto(f"/d/{DISTRICT}/packets/")
    page.locator("main a[href*='/packets/']").filter(has_text="Board packet").first.click()
    page.wait_for_url(re.compile(r"/packets/\d+/$"))


@dataclass(frozen=True)
class Shot:
    """A picture: its file, who looks (nobody is signed in for ""), how to get there."""

    name: str
    person: str
    go: Callable[[Page], None]
    view: View = DESK


def _inside(path: str) -> Callable[[Page], None]:
    return partial(see, path=f"/d/{DISTRICT}/{path}")


SHOTS = (
    Shot("sign-in", "", partial(see, path="/accounts/login/")),
    Shot("home-manager", "pm", _inside("")),
    Shot("home-champion", "champion", _inside("#five")),
    Shot("decision", "champion", see_open_decision, PHONE),
    Shot("checklist", "site", see_own_checklist, PHONE),
    Shot("guide", "pm", _inside("guide/#leadership")),
    Shot("roadmap", "pm", _inside("roadmap/")),
    Shot("indicator", "lead", _inside("self-assessment/6b.1/")),
    Shot("job-description", "pm", see_job_description),
    Shot("packet", "champion", see_packet),
)


def main() -> int:
    """The exit code: 0, or 1 with a sentence on standard error."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with demo() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
            for shot in SHOTS:
                size = store(shot.name, take(browser, address, shot))
                sys.stdout.write(f"{FOLDER / shot.name}.png  {size // 1000} kB\n")
            browser.close()
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n")
        return 1
    return 0


@contextmanager
def demo() -> Iterator[str]:
    """The whole product as `make run` starts it, in a folder that is thrown away: its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="tutoring-screenshots-") as folder:
        engines = [sys.executable, "-m", "tutoring_admin.engines", "--stop-with-parent"]
        command = [*engines, "run", "--port", str(port), "--data-dir", folder]
        with running(command, folder, partial(is_well, port), READY_WITHIN):
            yield f"http://127.0.0.1:{port}"


def is_well(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3).close()
    except OSError:  # not there yet, or a part of it is not
        return False
    return True


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """What this person sees, as PNG."""
    view = shot.view
    context = browser.new_context(
        base_url=address,
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=view.scale,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="America/New_York",  # where the district is
    )
    page = context.new_page()
    if shot.person:
        _sign_in(page, f"{shot.person}@{DISTRICT}.example")
    shot.go(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    picture: bytes = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return picture


def _sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator(f"form:has(input[value='{email}']) button").click()
    page.wait_for_url("**/d/**")


def store(name: str, picture: bytes) -> int:
    """Write the picture; returns its bytes. Raises Trouble if it is too large for a page."""
    if len(picture) > MOST_BYTES:
        raise Trouble(f"{name}.png would have {len(picture)} bytes, more than {MOST_BYTES}.")
    return (FOLDER / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    sys.exit(main())
