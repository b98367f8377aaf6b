"""The second of two ratings is in: the one who rated first hears that they can compare."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from checklists.models import Checklist, RaterKind
from roles.access import Reach
from roles.services import letters

OTHER = {RaterKind.SELF: RaterKind.OBSERVER, RaterKind.OBSERVER: RaterKind.SELF}


def tell(form: Checklist, *, by: Reach) -> bool:
    """Owe the letter if the other rating was in already; nothing about the ratings is in it.

    Once for each pair, however often a form is opened again. True if the other one is in.
    """
    rated_first = (
        Checklist.objects.current()
        .submitted()
        .filter(
            window=form.window_id,
            position=form.position_id,
            holder=form.holder_id,
            rater_kind=OTHER[RaterKind(form.rater_kind)],
        )
    )
    first = rated_first.select_related("rater").first()
    if first is None:
        return False
    path = reverse("checklists:compare", args=[by.district.slug, first.pk])
    letters.write(
        district=by.district,
        key=f"checklist-both-in:{form.window_id}:{form.position_id}:{form.holder_id}",
        to=first.rater.email,
        subject=f"Compare and agree: {form.template.title}, {form.window.label}",
        template="checklists/both_in",
        words={
            "reader": first.rater,
            "other": by.user,
            "form": form,
            "district": by.district,
            "url": settings.SITE_URL.rstrip("/") + path,
        },
    )
    return True
