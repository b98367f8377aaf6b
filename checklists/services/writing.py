"""Letters about a window: their keys, whom they can reach, and how their words are put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from checklists.ladder import Quiet
from checklists.models import Checklist, RaterKind, Window
from roles.models import District, Letter, Membership, OwedStatus
from roles.schooltime import is_quiet
from roles.services import letters
from roles.services.calendar import closures_of

PEOPLE = 200  # written to in one round; the next one goes on
MORE = 30  # forms named in one letter, see `lines_of`


def quiet_days(district: District) -> Quiet:
    """Whether nobody is written to on a day. The demo has no quiet days: it is shown on any."""
    if not settings.QUIET_DAYS:
        return _never
    closures = closures_of(district)
    return lambda day: is_quiet(day, closures)


def _never(day: dt.date) -> bool:
    return False


def key_of(window: Window, kind: str, detail: object, reader_pk: int) -> str:
    """The key of a letter; it ends in its reader, see `readers`."""
    return f"{about(window)}{kind}:{detail}:{reader_pk}"


def about(window: Window) -> str:
    """How the keys of all letters about a window begin."""
    return f"checklist_window:{window.pk}:"


def letters_about(window: Window) -> QuerySet[Letter]:
    return Letter.objects.filter(district=window.district_id, key__startswith=about(window))


def readers(found: QuerySet[Letter]) -> set[int]:
    """Primary keys of the people these letters about a window went to."""
    return {int(key.rpartition(":")[2]) for key in found.values_list("key", flat=True)}


def waiting_forms(district: District) -> QuerySet[Checklist]:
    """Forms not submitted whose raters can be written to: with an open account and access here."""
    member = Membership.objects.filter(district=district, user=OuterRef("rater"))
    forms = Checklist.objects.filter(district=district, submitted_at=None).current()
    unfinished = forms.exclude(rater_kind=RaterKind.AGREED)
    return unfinished.filter(Exists(member), rater__is_active=True)


def with_names(forms: QuerySet[Checklist]) -> QuerySet[Checklist]:
    return forms.select_related(
        "template", "rater", "holder", "position__role", "position__school", "position__department"
    )


def by_rater(forms: Iterable[Checklist]) -> dict[int, list[Checklist]]:
    """The forms of each rater: their own first, then those they rate as observers."""
    found: dict[int, list[Checklist]] = {}
    for form in sorted(forms, key=lambda form: (form.rater_kind == RaterKind.OBSERVER, form.pk)):
        found.setdefault(form.rater_id, []).append(form)
    return found


def write(window: Window, forms: Sequence[Checklist], *, template: str, key: str) -> Letter:
    """One letter to one person about all these forms of theirs in this window.

    It is worth sending until the window closes.
    """
    district, reader = window.district, forms[0].rater
    today = district.today()
    call = _call(window, today, begins=template == "told")
    words = {
        "district": district,
        "reader": reader,
        "window": window,
        "call": call,
        "is_last_day": today == window.closes_on,
        "lines": lines_of(district, forms),
        "more": max(0, len(forms) - MORE),
        "observes": any(form.rater_kind == RaterKind.OBSERVER for form in forms),
        "url": address(district, "index") if len(forms) > 1 else form_address(district, forms[0]),
    }
    return letters.write(
        district=district,
        key=key,
        to=reader.email,
        subject=f"{call}: {window.label}",
        template=f"checklists/{template}",
        words=words,
        expires_at=end_of(window),
    )


def _call(window: Window, today: dt.date, *, begins: bool) -> str:
    """The action and the date, as a subject begins."""
    if today == window.closes_on:
        return f"Submit today, {date_format(today, 'M j')}"
    verb = "Fill in" if begins else "Submit"
    return f"{verb} by {date_format(window.closes_on, 'D, M j')}"


def lines_of(district: District, forms: Sequence[Checklist]) -> list[dict[str, Any]]:
    """A form for each line, with the link to exactly that form."""
    return [
        {
            "form": form,
            "is_observer": form.rater_kind == RaterKind.OBSERVER,
            "url": form_address(district, form),
        }
        for form in forms[:MORE]
    ]


def form_address(district: District, form: Checklist) -> str:
    return address(district, "fill", pk=form.pk)


def address(district: District, name: str, **more: int) -> str:
    path = reverse(f"checklists:{name}", kwargs={"district": district.slug, **more})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def end_of(window: Window) -> dt.datetime:
    """The midnight after its last day, in the district."""
    day = window.closes_on + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time.min, tzinfo=window.district.zone)


def start_of(day: dt.date, district: District) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=district.zone)


def unsent(window: Window) -> QuerySet[Letter]:
    """The letters about a window that no worker has begun to send."""
    return letters_about(window).filter(status=OwedStatus.WAITING)
