"""The kit of parts as template tags. `{% load ui %}`; every part is shown on /kit/.

Markup lives in templates/ui/. The two tags a matrix calls hundreds of times,
`icon` and `status`, are composed here from cached pieces instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import lucide
from django import template
from django.contrib.messages import constants as message_levels
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles import yearstrip

register = template.Library()

# Round is moving or done; square has stopped; filled pine waits on the reader.
SHAPES = frozenset(
    [
        "check",
        "half",
        "ring",
        "dashed",
        "slashed",
        "triangle",
        "clock",
        "bar",
        "pencil",
        "info",
        "saved",
        "offline",
        "up",
        "down",
        "flat",
        "more",
    ]
)


@dataclass(frozen=True)
class State:
    shape: str
    tone: str  # the second class beside "st"; empty for the plain chip


def _states(shape: str, tone: str, *names: str) -> dict[str, State]:
    return dict.fromkeys(names, State(shape, f"st--{tone}" if tone else ""))


STATES: dict[str, State] = (
    _states("check", "good", "good", "done", "approved", "published", "ready", "closed", "filled")
    | _states("half", "good", "in-progress", "in-review", "open", "submitted")
    | _states("half", "mid", "developing", "mid", "partly", "interim")
    | _states("clock", "mid", "due-soon", "rendering")
    | _states("triangle", "mid", "at-risk")
    | _states("triangle", "low", "low", "needs-support", "failed")
    | _states("dashed", "none", "not-rated", "none", "vacant", "not-enough")
    | _states("ring", "", "not-started", "draft", "upcoming", "plain")
    | _states("slashed", "", "not-applicable", "superseded", "skipped", "ended")
    | _states("clock", "late", "late", "overdue")
    | _states("bar", "blocked", "blocked", "locked")
    | _states("pencil", "you", "you")
)

MESSAGE_LOOK = {
    message_levels.ERROR: ("triangle", "msg--err"),
    message_levels.WARNING: ("info", "msg--warn"),
    message_levels.SUCCESS: ("check", ""),
}


@lru_cache(maxsize=256)
def _drawn(name: str, extra: str) -> SafeString:
    """An SVG, safe because it comes from our own files or the installed icon package."""
    if name in SHAPES:
        svg = get_template(f"ui/shapes/{name}.svg").render().strip()
        return SafeString(svg.replace('class="i"', f'class="i{extra}"', 1))
    attributes = {"class": f"i{extra}", "aria-hidden": "true", "focusable": "false"}
    return SafeString(lucide._render_icon(name, None, **attributes))


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "flag" %}`: one of our shapes, or any Lucide icon; `size="l"` is 24 px.

    Decorative: hidden from assistive technology, so put a word beside it.
    Raises lucide.IconDoesNotExist for a name neither we nor Lucide draw.
    """
    return _drawn(str(name), f" i-{size}" if size else "")


@register.simple_tag
def status(kind: str, label: object = "") -> SafeString:
    """`{% status "late" "9 days late" %}`: word, shape and colour in one chip.

    Without a label the chip says its kind: "in_review" reads "In review".

    `kind` is a key of STATES ("in_review" finds "in-review"); anything else raises
    KeyError, because a state nobody drew would reach the page as colourless text.
    """
    return _chip(str(kind).replace("_", "-"), str(label or ""))


@lru_cache(maxsize=1024, typed=True)  # a page has a hundred, of a few kinds
def _chip(name: str, label: str) -> SafeString:
    state = STATES[name]
    label = label or name.replace("-", " ").capitalize()
    chip = f"st {state.tone}".rstrip()
    return format_html('<span class="{}">{}{}</span>', chip, _drawn(state.shape, ""), label)


@register.simple_tag
def trend(change: int | float, unit: str = "") -> SafeString:
    """`{% trend -5 "points" %}`: an arrow, its meaning for the ear, and the figure."""
    direction, word = ("up", "up") if change > 0 else ("down", "down")
    if change == 0:
        direction, word = "flat", "no change"
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return format_html(
        '<span class="trend trend--{}">{}<span class="visually-hidden">{} </span>{}{}{}</span>',
        direction, _drawn(direction, ""), word, sign, abs(change), f" {unit}" if unit else "",
    )  # fmt: skip


@register.inclusion_tag("ui/message.html")
def message(level: int, text: object) -> dict[str, object]:
    """One message of Django's message framework in our look; `level` as Django numbers it."""
    shape, tone = MESSAGE_LOOK.get(level, ("info", ""))
    return {"shape": shape, "tone": tone, "text": text, "is_error": level >= message_levels.ERROR}


@register.inclusion_tag("ui/meter.html")
def meter(label: str, value: int, maximum: int = 100, *, second: bool = False) -> dict[str, Any]:
    """A labelled progress bar. Done and at standard are two bars; `second=True` is ochre."""
    text = f"{value}%" if maximum == 100 else f"{value} of {maximum}"
    return {"label": label, "value": value, "max": maximum, "text": text, "second": second}


@register.inclusion_tag("ui/steps.html")
def steps(done: int, total: int, here: int = 0) -> dict[str, Any]:
    """Segments of a round or wizard; silent, so say "Step 3 of 5" in words beside it."""
    return {"steps": [(n <= done, n == here) for n in range(1, total + 1)]}


@register.inclusion_tag("ui/spark.html")
def spark(points: Sequence[float], label: str, *, bad: bool = False) -> dict[str, Any]:
    """A small trend line, 144 by 48. `label` says the finding; `bad` marks the end in clay."""
    low, high = min(points), max(points)
    reach = (high - low) or 1
    gap = 132 / max(len(points) - 1, 1)
    line = [(4 + n * gap, 42 - (point - low) / reach * 34) for n, point in enumerate(points)]
    return {
        "label": label,
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in line),
        "first": points[0],
        "first_y": f"{line[0][1] - 8:.1f}",
        "end": (f"{line[-1][0]:.1f}", f"{line[-1][1]:.1f}"),
        "bad": bad,
    }


@register.inclusion_tag("ui/save_state.html")
def save_state(state: str = "", at: str = "") -> dict[str, str]:
    """The one line of autosave: state is "", "saving", "saved" (give `at`) or "offline"."""
    return {"state": state, "at": at}


@register.inclusion_tag("ui/yearstrip.html", takes_context=True)
def year_strip(context: Context) -> dict[str, Any]:
    """The ruler on top of each district page.

    The calendar comes from the shell; a page may hand in `windows`, a list of
    `(start, end, label)`, to replace those the shell found.
    """
    shell: Any = context.get("shell")
    calendar = getattr(shell, "calendar", None)
    if calendar is None:
        return {"strip": None}
    given = context.get("windows")
    windows = shell.windows if given is None else [yearstrip.Period(*window) for window in given]
    return {"strip": yearstrip.strip(calendar, timezone.localdate(), windows)}


@register.inclusion_tag("ui/crumbs.html")
def crumbs(*trail: str) -> dict[str, Any]:
    """`{% crumbs "Roles" roles_url "Lincoln ES" school_url %}`: label, address, label, address."""
    return {"crumbs": list(zip(trail[::2], trail[1::2], strict=True))}


@register.inclusion_tag("ui/cover.html")
def cover() -> dict[str, yearstrip.Cover]:
    """The pine board of the sign-in page."""
    return {"cover": yearstrip.cover(timezone.localdate())}


# In this order: each later browser also claims to be the ones before it.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip
DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
           ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """ "Chrome on Chromebook" out of what the browser says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    place = next((name for mark, name in DEVICES if mark in user_agent), "an unknown device")
    return f"{browser} on {place}"


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "") -> str:
    """A sheet, only for what can be opened or filled. `tone="ask"` is a decision asked of you."""
    return render_to_string("ui/card.html", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag
def section(content: str, title: str, id: str, note: str = "", level: int = 2) -> str:
    """A titled part of a page; `id` is its anchor, `note` stands at the right."""
    parts = {"content": content, "title": title, "id": id, "note": note, "level": level}
    return render_to_string("ui/section.html", parts)


@register.simple_block_tag
def empty_state(content: str, title: str, level: int = 2) -> str:
    """What will be here, and the shortest way to it. The block holds a `<p>` and `.acts`."""
    parts = {"content": content, "title": title, "level": level}
    return render_to_string("ui/empty_state.html", parts)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    """For a step that binds. Open it with `<button type="button" data-dialog="id">`.

    The block holds what follows and who is told, then a form whose buttons
    stand in `.dialog__acts`.
    """
    return render_to_string("ui/dialog.html", {"content": content, "id": id, "title": title})


@register.simple_block_tag
def figure(content: str, number: object, of: object = "", unit: str = "") -> str:
    """A figure and the sentence it belongs to; goes inside `<ol class="figures">`."""
    parts = {"content": content, "number": number, "of": of, "unit": unit}
    return render_to_string("ui/figure.html", parts)
