"""Fields in which a person is chosen: a filled position, by the name of who holds it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch

from roadmap.forms.shared import seats
from roles.access import Reach
from roles.models import Assignment, User


class Person(forms.ModelChoiceField):
    """A filled position, named by who holds it: `offer_people` fills it with `filled_seats`."""

    def label_from_instance(self, obj: Any) -> str:
        holder = obj.in_force[0].holder if obj.in_force else ""
        return f"{holder}, {obj}"


def filled_seats(reach: Reach, *, but: User | None = None) -> Any:
    """Positions that someone holds today, other than this person, with who it is."""
    now = Assignment.objects.reachable(reach).in_force(reach.district.today())
    holders = now.filter(position=OuterRef("pk"))
    holders = holders.exclude(holder=but) if but else holders
    in_force = Prefetch("assignments", now.select_related("holder"), to_attr="in_force")
    return seats(reach).filter(Exists(holders)).prefetch_related(in_force)


def offer_people(form: forms.Form, name: str, people: Any) -> None:
    """Fill a `Person` field, which starts empty."""
    field: Any = form.fields[name]
    field.queryset = people
