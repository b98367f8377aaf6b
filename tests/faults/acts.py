"""What the fault tests do as the product, each in a process of its own."""

import datetime as dt
import json
import random
import signal
import sys

from celery import current_task
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection

from checklists.models import Checklist, Rating
from checklists.services import filling
from checklists.services.filling import Clash, Given, Seen
from roles import making
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import District
from roles.services import holding, letters
from roles.services import making as files
from roles.services.sweep import ring_for_owed_work
from roles.wall import district_scope
from selfassessment.models import Round
from selfassessment.services import binders
from tests.factories.checklists import form_with_items
from tests.factories.roles import member
from tests.factories.selfassessment import RatingFactory, RoundFactory
from tests.faults import stock


def district(slug):
    return District.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def owe(slug, prefix, many, *to):
    """Owe letters `prefix:0` … to `to`, by turns, or to addresses of their own."""
    place = district(slug)
    with district_scope(place):
        for number in range(int(many)):
            letters.owe(
                district=place,
                key=f"{prefix}:{number}",
                to=to[number % len(to)] if to else f"{prefix}-{number}@{slug}.example",
                subject=f"Due Nov 5: {prefix} {number}",
                body="One thing is due.\n" * 10,
            )


def owe_one_by_one(slug, prefix):
    """Owe letter after letter, each in a transaction of its own; tells each that was committed."""
    place = district(slug)
    number = 0
    while True:
        try:
            with district_scope(place):
                letters.owe(
                    district=place,
                    key=f"{prefix}:{number}",
                    to=f"{prefix}-{number}@{slug}.example",
                    subject="Saved",
                    body="Saved.",
                )
        except (DatabaseError, InterfaceError):
            connection.close()
            continue
        sys.stdout.write(f"{prefix}:{number}\n")
        number += 1


def owe_stock(many):
    """Control: a Celery task for each letter."""
    stock.owe(int(many))


def forms(many):
    """So many checklists of three items; tells their keys."""
    for _ in range(int(many)):
        sys.stdout.write(f"{form_with_items(3).pk}\n")


def ask_for_binders(slug):
    """Ask for the binder of an open round with one rating, as a PDF and as a ZIP."""
    place = district(slug)
    who = member(AccessLevel.DISTRICT_LEAD, at=place)
    rating = RatingFactory(district=place, round=RoundFactory(district=place))
    by = Reach(who, place, Capability.ASSESSMENT_VIEW, EVERYWHERE)
    with district_scope(place):
        for kind in ("pdf", "zip"):
            binders.ask(Round.objects.get(pk=rating.round_id), kind, by=by)


def save(writer, times, blindly, *forms):
    """Save answers to these checklists, as a page does that may be behind: with the version that
    it saw. Tells each save as "form item version", each conflict as "clash".
    """
    luck = random.Random(writer)  # noqa: S311 -- an order, not a secret
    found = list(Checklist.objects.filter(pk__in=forms).select_related("district", "rater"))
    for number in range(int(times)):
        form = luck.choice(found)
        item = luck.choice(list(form.template.items.order_by("pk")))
        seen = Rating.objects.filter(checklist=form, item=item).first()
        version = seen.version if seen else 0
        given = Given(luck.choice([0, 1, 2]), note=f"{writer}-{number}")
        by = Reach(form.rater, form.district, Capability.CHECKLIST_WORK, EVERYWHERE)
        try:
            with district_scope(form.district):
                saw = None if blindly == "blindly" else Seen(version)
                saved = filling.save_rating(form, item, given, by=by, seen=saw)
        except Clash:
            sys.stdout.write("clash\n")
        else:
            over = saved.version - 1 - version  # answers that nobody had seen
            sys.stdout.write(f"saved {form.pk} {item.pk} {saved.version} {over}\n")


def ask_for_file(slug, maker, arguments="{}"):
    """Have a district lead ask for a file."""
    place = district(slug)
    lead = member(AccessLevel.DISTRICT_LEAD, at=place)
    with district_scope(place):
        by = Reach(lead, place, Capability.AUDIT_VIEW, EVERYWHERE)
        files.ask(maker, json.loads(arguments), "Everything", "everything.csv", by=by)


def tell_file(name):
    """Tell what stands in a stored file, and take it away."""
    with default_storage.open(name) as file:
        sys.stdout.write(file.read().decode("utf-8-sig"))
    default_storage.delete(name)


def sweep():
    """What beat has done every now and then."""
    ring_for_owed_work()


def _half_way_at_first(work):
    """Stays half way for as long as its first worker lives; the next one makes it."""
    work.step(1, 2)
    while work.made.tries == 1:
        signal.pause()
    return b"made"


making.register("half-way-at-first", _half_way_at_first)


def _for_hours_at_first(work):
    """Never says how far it is, for as long as its first worker lives; then tells who makes it."""
    while work.made.tries == 1:
        signal.pause()
    return current_task.name.encode()


making.register("for-hours-at-first", _for_hours_at_first, takes_long=True)
holding.EVERY = dt.timedelta(seconds=0.2)
