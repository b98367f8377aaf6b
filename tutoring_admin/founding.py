"""A new district, ready for its first person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from checklists.services.library import adopt_library
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import District, Invitation, School, SchoolYear, User
from roles.schooltime import year_label
from roles.services import invitations, library


@dataclass(frozen=True)
class Founding:
    """What is known of a district on its first day. Days are those students come."""

    slug: str
    name: str
    time_zone: str
    approach: str
    first_student_day: dt.date
    last_student_day: dt.date
    schools: Sequence[str]
    lead_email: str
    lead_first_name: str
    lead_last_name: str


@transaction.atomic
def found(wanted: Founding) -> Invitation:
    """Make a district with its calendar, schools and libraries, and invite its first lead.

    Raises ValidationError for a slug that is taken, an unknown time zone or days out of order.
    """
    district = District(
        slug=wanted.slug,
        name=wanted.name,
        time_zone=wanted.time_zone,
        approach=wanted.approach,
    )
    district.full_clean()
    district.save()
    _school_year(district, wanted)
    library.adopt(district)
    library.adopt_departments(district)
    adopt_library(district)
    School.objects.bulk_create(School(district=district, name=name) for name in wanted.schools)
    return _invite_lead(district, wanted)


def _school_year(district: District, wanted: Founding) -> None:
    first = wanted.first_student_day
    starts_on = dt.date(first.year if first.month >= 7 else first.year - 1, 7, 1)
    ends_on = starts_on.replace(year=starts_on.year + 1) - dt.timedelta(days=1)
    year = SchoolYear(
        district=district,
        label=year_label(starts_on.year),
        starts_on=starts_on,
        ends_on=ends_on,
        first_student_day=first,
        last_student_day=wanted.last_student_day,
    )
    year.full_clean()
    year.save()


def _invite_lead(district: District, wanted: Founding) -> Invitation:
    lead = User.objects.filter(email__iexact=wanted.lead_email).first()
    lead = lead or User.objects.create_user(
        wanted.lead_email, first_name=wanted.lead_first_name, last_name=wanted.lead_last_name
    )
    offer: invitations.Offer = {
        "email": lead.email,
        "first_name": wanted.lead_first_name,
        "last_name": wanted.lead_last_name,
        "level": AccessLevel.DISTRICT_LEAD,
        "school": None,
    }
    by = Reach(lead, district, Capability.PEOPLE_MANAGE, EVERYWHERE)
    return invitations.invite(offer, by=by)
