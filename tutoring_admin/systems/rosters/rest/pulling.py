"""The worker's side of a pull: page after page into an import, from wherever the last worker was.

Each page's records and the step to the next page are written in one transaction. A worker that is
killed leaves a lease to run out; the next one asks for the page that was not written.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from cryptography.fernet import InvalidToken
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from roles.models import OwedStatus, RosterImport, RosterPull, RosterSource
from roles.services.refusal import Refused as NotTaken
from roles.tasks import ring_on_commit
from roles.wall import district_scope
from tutoring_admin.systems.rosters import staging
from tutoring_admin.systems.rosters.records import Kind, Origin, Record, Remark, Route, Source
from tutoring_admin.systems.rosters.rest import deciding, reading, walk
from tutoring_admin.systems.rosters.rest.client import OneRoster, Page
from tutoring_admin.systems.rosters.rest.sources import door_of
from tutoring_admin.systems.rosters.rest.tasks import pull_roster
from tutoring_admin.systems.rosters.rest.testing import test
from tutoring_admin.systems.rosters.rest.trouble import NotNow, Refused, Trouble
from tutoring_admin.systems.rosters.rest.walk import Step
from tutoring_admin.systems.rosters.staff import Sieve

log = logging.getLogger(__name__)
AT_A_STRETCH = 180.0  # seconds, then another worker may have a turn
LONGEST = dt.timedelta(hours=20)  # the next night begins anew
MOST_FAILURES = 9  # questions in a row without an answer: with the waits between, four hours
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=1)
LOOK_AGAIN = dt.timedelta(seconds=10)
COMPARING = {"comparing": True}
WORSE_THAN_THE_QUESTION = 2  # failures of a first page, after which it is asked in plainer words
NOT_UNDERSTOOD = frozenset({400, 404, 405, 406, 414, 422, 501})
LOST_SECRET = (
    "The client secret cannot be opened any more: this installation's key was changed. Enter the"  # noqa: S105 -- words
    " secret again."
)
OUR_FAULT = "Something went wrong on our side. It is in the log of the worker."
FULL = frozenset({Kind.ORG, Kind.SESSION, Kind.PERSON, Kind.ROLE})


def carry(district_pk: int, pull_pk: int) -> bool:
    """Do what is owed for one pull, for three minutes at most. True if it is over by then."""
    with district_scope(district_pk):
        pull: RosterPull | None = RosterPull.objects.claim(pull_pk)
        if pull is None:
            return False
        source = RosterSource.objects.get(pk=pull.source_id)
    try:
        return _carry(pull, source)
    except (DatabaseError, SoftTimeLimitExceeded):
        raise  # the lease runs out, and the next worker goes on
    except Exception:
        log.exception("Pull %s of district %s failed", pull.pk, district_pk)
        return _fail(pull, OUR_FAULT)


def _carry(pull: RosterPull, source: RosterSource) -> bool:
    try:
        service = OneRoster(door_of(source))
    except InvalidToken:
        return _fail(pull, LOST_SECRET)
    if pull.is_test:
        return test(pull, service)
    until = time.monotonic() + AT_A_STRETCH
    with district_scope(pull.district_id):
        if not pull.position and not _begin(pull, source, walk.first(source.version, pull.since)):
            return False
    while pull.position != COMPARING:
        if time.monotonic() > until:
            return _let_another(pull)
        try:
            _one_page(pull, source, service)
        except _NotOurs:
            return False
        except (Trouble, NotTaken) as trouble:
            return _not_answered(pull, trouble)
    return _decide(pull, source)


class _NotOurs(Exception):
    """The claim is lost: the pull was stopped, or another worker has it."""


def origin_of(source: RosterSource, pull: RosterPull) -> Origin:
    """Where its records come from; of a pull of changes nothing is complete."""
    bulk = frozenset() if pull.since else FULL
    if pull.counts.get("no_sessions"):
        bulk -= {Kind.SESSION}
    return Origin(Source.ONEROSTER, Route.REST, source.name, source.version, bulk)


@transaction.atomic
def _begin(pull: RosterPull, source: RosterSource, step: Step) -> bool:
    """An empty import, and the first page to ask for. What an earlier beginning read is dropped."""
    if pull.roster_id:
        _drop(pull.roster_id)
    origin = origin_of(source, pull)
    roster = staging.begin(origin, district=pull.district, actor=pull.asked_by)
    began = pull.began_at or timezone.now()
    return pull.keep(roster=roster, began_at=began, position=step.as_json(), counts={})


def _drop(roster_pk: int) -> None:
    rows = RosterImport.objects.filter(pk=roster_pk, task=RosterImport.Task.READ)
    rows.update(discarded_at=timezone.now(), status=OwedStatus.CANCELLED)


def _one_page(pull: RosterPull, source: RosterSource, service: OneRoster) -> None:
    """Ask for one page and write it. Raises what the server did, and _NotOurs."""
    step = walk.from_json(pull.position)
    try:
        page = service.page(step.collection, step.query())
        following = walk.after(step, page)
    except walk.Shifted as shifted:
        log.info("Pull %s begins anew: %s", pull.pk, shifted)
        with district_scope(pull.district_id):
            _ours(_begin(pull, source, walk.over_again(step)))
        return
    except Refused as refused:
        _ask_otherwise(pull, source, step, refused)
        return
    except NotNow as busy:
        plainer = step.plainer()
        if plainer is None or busy.wait is not None or pull.failures < WORSE_THAN_THE_QUESTION:
            raise
        _keep(pull, position=plainer.as_json(), failures=0)
        return
    with district_scope(pull.district_id):
        _write(pull, source, step, page, following)


def _ask_otherwise(pull: RosterPull, source: RosterSource, step: Step, refused: Refused) -> None:
    """A server may know fewer questions than the standard: ask in plainer words, for everything
    instead of changes, or without its school years. Raises `refused` where nothing is left.
    """
    may_be_the_words = refused.status in NOT_UNDERSTOOD
    if may_be_the_words and (plainer := step.plainer()):
        _keep(pull, position=plainer.as_json())
    elif may_be_the_words and step.since and not step.got:
        pull.since = None
        with district_scope(pull.district_id):
            plain = replace(walk.first(source.version), manner=len(walk.MANNERS) - 1)
            _ours(pull.keep(since=None) and _begin(pull, source, plain))
    elif step.collection == "academicSessions" and not step.got:
        _skip_sessions(pull, source, step)
    else:
        raise refused


def _skip_sessions(pull: RosterPull, source: RosterSource, step: Step) -> None:
    """School years are worth having, and no reason to go without people."""
    users = replace(
        walk.first(source.version), collection="users", since=step.since, again=step.again
    )
    counts = {**pull.counts, "no_sessions": True}
    with district_scope(pull.district_id):
        _ours(pull.keep(position=users.as_json(), counts=counts))
        origin = origin_of(source, pull)
        _rosters(pull).update(bulk=sorted(origin.bulk))
        words = "The server gives no school years, so those that are known stay as they are."
        _take(pull, source, [Remark(words)])


def _write(
    pull: RosterPull, source: RosterSource, step: Step, page: Page, following: Step | None
) -> None:
    counts = dict(pull.counts)
    counts[step.collection] = step.got + len(page.rows)
    told: list[Record] = []
    leaves = following is None or following.collection != step.collection
    if leaves and page.total is not None and counts[step.collection] < page.total:
        counts["short"] = True
        told.append(
            Remark(
                f"The server spoke of {page.total:,} rows of {step.collection} and gave"
                f" {counts[step.collection]:,}, three times over."
            )
        )
    position = COMPARING if following is None else following.as_json()
    _ours(pull.keep(position=position, counts=counts, failures=0, words=""))
    sieve = Sieve()
    found = reading.records(step.collection, page.rows, step.got, sieve)
    _take(pull, source, [*found, *sieve.told(), *told])
    if following is None:
        staging.ready(_rosters(pull).get())


def _rosters(pull: RosterPull) -> QuerySet[RosterImport]:
    """The one that the pull fills; none where it was taken away since."""
    if pull.roster_id is None:
        return RosterImport.objects.none()
    return RosterImport.objects.filter(pk=pull.roster_id)


def _take(pull: RosterPull, source: RosterSource, records: Iterable[Record]) -> None:
    roster = _rosters(pull).get()
    staging.take(roster, origin_of(source, pull), records)


def _keep(pull: RosterPull, **fields: Any) -> None:
    with district_scope(pull.district_id):
        _ours(pull.keep(**fields))


def _ours(kept: bool) -> None:  # noqa: FBT001 -- the answer of `keep`
    if not kept:
        raise _NotOurs


def _let_another(pull: RosterPull) -> bool:
    with district_scope(pull.district_id):
        if pull.give_back(dt.timedelta(), failures=0, words=""):
            ring_on_commit(pull_roster, pull.district_id, pull.pk)
    return False


def _not_answered(pull: RosterPull, trouble: Trouble | NotTaken) -> bool:
    """Wait as long as the server asks, or longer each time; or end it, and say why."""
    passes = isinstance(trouble, Trouble) and trouble.passes
    failures = pull.failures + 1
    is_old = pull.owed_at < timezone.now() - LONGEST
    if not passes or failures > MOST_FAILURES or is_old:
        return _fail(pull, str(trouble))
    asked = trouble.wait if isinstance(trouble, Trouble) else None
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)) if asked is None else asked
    with district_scope(pull.district_id):
        pull.give_back(wait, failures=failures, words=str(trouble))
    return False


def _fail(pull: RosterPull, words: str) -> bool:
    with district_scope(pull.district_id):
        if not pull.finish(OwedStatus.FAILED, error=words):
            return False
        RosterPull.objects.filter(pk=pull.pk).update(words=words[:500])
        if pull.roster_id:
            _drop(pull.roster_id)
        if not pull.is_test:
            deciding.tell_of_failure(pull)
    return True


def _decide(pull: RosterPull, source: RosterSource) -> bool:
    """Once the dry run is made: apply what is small, leave the rest to a person and tell them."""
    with district_scope(pull.district_id):
        roster = _rosters(pull).first()
        if roster is not None and roster.is_busy:
            pull.give_back(LOOK_AGAIN, failures=0, words="")
            return False
        if roster is not None and roster.state == "failed":
            words = roster.last_error or OUR_FAULT
        else:
            return deciding.decide(pull, source, roster)
    return _fail(pull, words)
