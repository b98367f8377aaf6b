"""That a district is to be removed: asked for by its name, called off, done when it is due."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Certificate, DistrictRemoval, Membership, User
from roles.services import letters
from roles.services.audit import record
from roles.services.refusal import Refused
from tutoring_admin.systems.moving.removing import delete_files, remove

NOT_ITS_NAME = "Type the name of the district exactly as it stands here: {}."
STANDS = "The removal of this district was asked for already. Nothing has changed."


def standing(by: Reach) -> DistrictRemoval | None:
    """The removal that was asked for and not called off."""
    found = DistrictRemoval.objects.reachable(by).standing().select_related("asked_by")
    return found.first()


@transaction.atomic
def ask(typed: str, *, by: Reach) -> DistrictRemoval:
    """Have the district removed after the days of waiting. All its leads get a letter.

    Raises Refused for another name than the district's, and if it was asked for already.
    """
    if " ".join(typed.split()) != " ".join(by.district.name.split()):
        raise Refused(NOT_ITS_NAME.format(by.district.name))
    due_at = timezone.now() + dt.timedelta(days=settings.DISTRICT_REMOVAL_DAYS)
    try:
        with transaction.atomic():
            asked = DistrictRemoval.objects.create(
                district=by.district, asked_by_id=by.user.pk, due_at=due_at
            )
    except IntegrityError as error:
        raise Refused(STANDS) from error
    record(by, "district.removal_asked", by.district, day=str(due_at.date()))
    _tell_leads(asked, by, "removal_asked", f"{by.district} will be deleted on {_day(asked)}")
    return asked


@transaction.atomic
def call_off(*, by: Reach) -> bool:
    """Leave the district as it is. True if this call did it."""
    found = DistrictRemoval.objects.reachable(by).standing().select_for_update(of=("self",)).first()
    if found is None:
        return False
    found.called_off_at, found.called_off_by = timezone.now(), by.user
    found.save(update_fields=["called_off_at", "called_off_by"])
    record(by, "district.removal_called_off", by.district)
    _tell_leads(found, by, "removal_called_off", f"{by.district} stays: its deletion is called off")
    return True


def _tell_leads(asked: DistrictRemoval, by: Reach, template: str, subject: str) -> None:
    leads = User.objects.filter(
        memberships__in=Membership.objects.filter(
            district=by.district, level=AccessLevel.DISTRICT_LEAD
        ),
        is_active=True,
    )
    site = settings.SITE_URL
    for reader in leads.distinct():
        letters.write(
            district=by.district,
            key=f"{template.replace('_', '-')}:{asked.pk}:{reader.pk}",
            to=reader.email,
            subject=subject,
            template=f"systems/{template}",
            words={
                "district": by.district,
                "reader": reader,
                "who": by.user,
                "asked": asked,
                "link": site + reverse("systems:moving", args=[by.district.slug]),
                "certificate": site + reverse("removal-certificate", args=[asked.number]),
            },
        )


def _day(asked: DistrictRemoval) -> str:
    day = timezone.localdate(asked.due_at, timezone=asked.district.zone)
    return f"{day:%B} {day.day}"


def carry_out_due() -> int:
    """Remove what is due, and delete files that a removal left. How many districts went.

    Runs outside the wall, for all districts. Doing it twice at once removes each once.
    """
    gone = 0
    for asked in DistrictRemoval.objects.standing().filter(due_at__lte=timezone.now()):
        done = remove(
            asked.district_id,
            way=Certificate.Way.PAGE,
            asked_at=asked.asked_at,
            number=asked.number,
            by=asked,
        )
        gone += done is not None
    for certificate in Certificate.objects.exclude(files_owed=[]):
        delete_files(certificate)
    return gone


def state(access: Access) -> str:
    """How it stands, for the page of systems."""
    asked = standing(access.reach(Capability.SYSTEMS_MANAGE))
    if asked is None:
        return "Nothing leaves by itself."
    return f"This district will be deleted on {_day(asked)}."
