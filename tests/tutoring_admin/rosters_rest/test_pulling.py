"""A roster comes page by page into a dry run, whatever happens on the way, and never a student."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.utils import timezone

from roles.access import Access
from roles.capabilities import Capability
from roles.models import (
    AuditEvent,
    Membership,
    Notice,
    OwedStatus,
    RosterEntry,
    RosterImport,
    RosterLine,
    RosterPull,
    RosterSource,
)
from roles.sealing import seal
from roles.wall import district_scope
from tests.factories.roles import DistrictFactory, UserFactory
from tests.tutoring_admin.rosters_rest.oneroster import (
    CLIENT,
    SCOPE,
    SECRET,
    busy,
    cut_off,
    maple,
    say,
    user,
    web_page,
)
from tutoring_admin.systems.rosters import applying, carrying
from tutoring_admin.systems.rosters.rest import nights, pulling, walk

pytestmark = pytest.mark.django_db

Kind, Outcome = RosterPull.Kind, RosterPull.Outcome
FORBIDDEN = ("Pupil", "Gil", "Relative", "k0000", "pw-", "555-0100", "g1@", "r1@")


def source_of(server, **changed):
    district = changed.pop("district", None) or DistrictFactory()
    made = {
        "name": "PowerSchool",
        "version": server.version,
        "base_address": server.base_address,
        "token_address": server.token_address,
        "client_id": CLIENT,
        "secret": seal(SECRET),
        "scopes": SCOPE if server.version == "1.2" else "",
        "changed_at": timezone.now() - dt.timedelta(days=30),
    }
    return RosterSource.objects.create(district=district, **{**made, **changed})


def pull_of(source, kind=Kind.NIGHTLY, **more):
    number = RosterPull.objects.count()
    return RosterPull.objects.create(
        district=source.district, source=source, kind=kind, key=f"{kind}:{number}", **more
    )


def run(pull, *, turns=12):
    """Workers take the pull up as often as it is due, and carry what it owes."""
    for _ in range(turns):
        RosterPull.objects.filter(pk=pull.pk).update(not_before=timezone.now())
        pulling.carry(pull.district_id, pull.pk)
        for roster in RosterImport.objects.filter(status=OwedStatus.WAITING):
            carrying.carry(roster.district_id, roster.pk)
        pull.refresh_from_db()
        if not pull.is_unfinished:
            break
    return pull


def lead_of(district):
    return Membership.objects.create(district=district, user=UserFactory(), level="district_lead")


def apply(pull):
    """As a person does who looked at it."""
    lead = lead_of(pull.district)
    access = Access.from_memberships(lead.user, pull.district, [lead])
    with district_scope(pull.district):
        applying.ask_to_apply(
            pull.roster, many_end=True, by=access.reach(Capability.SYSTEMS_MANAGE)
        )
    carrying.carry(pull.district_id, pull.roster_id)
    pull.roster.refresh_from_db()
    assert pull.roster.state == "applied"


def names(roster, kind="person", change=None):
    lines = RosterLine.objects.filter(roster=roster, kind=kind)
    return sorted(
        lines.filter(change=change).values_list("key", flat=True)
        if change
        else lines.values_list("key", flat=True)
    )


STAFF = ["p1", "t00000", "t00001", "t00002"]


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(walk, "PER_PAGE", 2)


def everything_written():
    """All text in every table, as the owner of the tables reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        text = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')  # noqa: S608 -- our own tables
            text += [row for (row,) in cursor.fetchall()]
    return "\n".join(text)


def test_a_night_brings_a_dry_run_that_waits_for_a_person(server):
    lead = lead_of(DistrictFactory())
    pull = run(pull_of(source_of(server, district=lead.district)))

    assert (pull.status, pull.outcome) == (OwedStatus.DONE, Outcome.WAITS)
    assert pull.roster.state == "ready"
    assert names(pull.roster) == STAFF
    assert names(pull.roster, "org") == ["d1", "s1", "s2"]
    assert len(names(pull.roster, "role")) == 4
    assert RosterEntry.objects.count() == 0
    assert [notice.reader for notice in Notice.objects.all()] == [lead.user]


@pytest.mark.parametrize("knows", [("filter", "sort", "fields"), ()])
def test_no_student_and_no_password_is_written_anywhere(server, knows):
    server.manner.knows = frozenset(knows)
    pull = run(pull_of(source_of(server)))
    apply(pull)

    written = everything_written()
    assert "t00001" in written
    assert [word for word in FORBIDDEN if word in written] == []
    assert SECRET not in written


def test_what_was_left_out_is_counted(server12):
    server12.manner.knows = frozenset()
    pull = run(pull_of(source_of(server12)))
    assert sum(rows for _, _, rows in pull.roster.left_out) == 7


def test_a_killed_worker_leaves_the_page_it_reached_to_the_next_one(
    server, small_pages, monkeypatch
):
    pull = pull_of(source_of(server))
    take, pages = pulling.staging.take, []

    class Killed(BaseException):
        pass

    def taken_away(*args):
        pages.append(args)
        if len(pages) == 4:
            raise Killed  # in the middle of the transaction that writes the fourth page
        return take(*args)

    monkeypatch.setattr(pulling.staging, "take", taken_away)
    with pytest.raises(Killed):
        pulling.carry(pull.district_id, pull.pk)
    pull.refresh_from_db()
    reached = walk.from_json(pull.position)
    asked = len(server.asked)
    assert (pull.status, reached.collection) == (OwedStatus.RUNNING, "users")
    RosterPull.objects.filter(pk=pull.pk).update(lease_until=timezone.now())

    run(pull)

    assert pull.status == OwedStatus.DONE
    assert names(pull.roster) == STAFF
    assert RosterImport.objects.count() == 1
    again = [path for path, _ in server.asked[asked:]]
    assert not [path for path in again if path.endswith(("/orgs", "/academicSessions"))]


def test_a_worker_that_lost_its_claim_writes_nothing_more(server, small_pages, monkeypatch):
    pull = pull_of(source_of(server))
    page = pulling.OneRoster.page

    def stopped_meanwhile(service, collection, query):
        found = page(service, collection, query)
        if collection == "users":
            RosterPull.objects.filter(pk=pull.pk).update(status=OwedStatus.CANCELLED)
        return found

    monkeypatch.setattr(pulling.OneRoster, "page", stopped_meanwhile)
    pulling.carry(pull.district_id, pull.pk)
    assert names(RosterImport.objects.get()) == []


def test_a_long_pull_lets_others_have_a_turn(server, small_pages, monkeypatch):
    monkeypatch.setattr(pulling, "AT_A_STRETCH", -1.0)
    pull = pull_of(source_of(server))
    pulling.carry(pull.district_id, pull.pk)
    pull.refresh_from_db()
    assert pull.status == OwedStatus.WAITING
    monkeypatch.setattr(pulling, "AT_A_STRETCH", 100.0)
    assert names(run(pull).roster) == STAFF


def test_a_busy_server_is_asked_again_when_it_said(server12):
    server12.next_answers(None, busy(600))
    pull = pull_of(source_of(server12))
    before = timezone.now()
    pulling.carry(pull.district_id, pull.pk)
    pull.refresh_from_db()
    assert pull.status == OwedStatus.WAITING
    assert 595 <= (pull.not_before - before).total_seconds() <= 660
    assert "asks us to wait" in pull.words
    assert names(run(pull).roster) == STAFF


@pytest.mark.parametrize("trouble", [busy(status=500), busy(status=503), cut_off])
def test_trouble_that_passes_is_waited_for_longer_each_time(server12, trouble):
    server12.next_answers(None, trouble, trouble, trouble)
    pull = pull_of(source_of(server12))
    waits = []
    for _ in range(3):
        before = timezone.now()
        RosterPull.objects.filter(pk=pull.pk).update(not_before=before)
        pulling.carry(pull.district_id, pull.pk)
        pull.refresh_from_db()
        waits.append(round((pull.not_before - before).total_seconds() / 30))
    assert waits[:2] == [1, 2]
    assert names(run(pull).roster) == STAFF


def test_trouble_that_lasts_ends_the_pull_and_somebody_hears_of_it(server12):
    lead = lead_of(DistrictFactory())
    server12.next_answers(*[busy(1)] * 40)
    pull = run(pull_of(source_of(server12, district=lead.district)), turns=30)
    assert pull.status == OwedStatus.FAILED
    assert "too many questions" in pull.words
    assert Notice.objects.get().reader == lead.user


def test_a_wrong_secret_ends_the_pull_at_once(server):
    pull = run(pull_of(source_of(server, secret=seal("another"))), turns=1)
    assert pull.status == OwedStatus.FAILED
    assert "does not accept this client ID and secret" in pull.words


def test_a_secret_that_cannot_be_opened_is_told(server, settings):
    source = source_of(server)
    settings.SECRET_KEY = "another-" + "y" * 40
    pull = run(pull_of(source), turns=1)
    assert pull.status == OwedStatus.FAILED
    assert "Enter the" in pull.words


def test_an_answer_in_the_middle_that_is_a_web_page_ends_it(server12):
    server12.next_answers(None, web_page)
    pull = run(pull_of(source_of(server12)), turns=1)
    assert (pull.status, pull.roster.state) == (OwedStatus.FAILED, "discarded")


def test_a_token_that_runs_out_in_the_middle_is_replaced(server, small_pages):
    server.next_answers(None, None, lambda h: (server.tokens.clear(), say(h, 401, {})))
    assert names(run(pull_of(source_of(server))).roster) == STAFF
    assert server.given == 2


def test_rows_that_move_while_we_read_begin_the_pull_anew(server, small_pages):
    server.manner.count_shift, server.manner.link = 1, False
    pull = run(pull_of(source_of(server)))
    assert names(pull.roster) == STAFF
    assert pull.outcome == Outcome.WAITS
    assert any("three times over" in remark for remark in pull.roster.remarks)
    assert RosterImport.objects.exclude(discarded_at=None).count() == 2


def test_a_server_without_school_years_ends_none(server12):
    pull = run(pull_of(source_of(server12)))
    apply(pull)
    without = lambda h: say(h, 404, {})  # noqa: E731 -- an answer
    server12.next_answers(None, without, without, without, without)
    pull = run(pull_of(pull.source))
    assert pull.counts["no_sessions"]
    assert names(pull.roster, "session", "ended") == []
    assert pull.outcome == Outcome.NOTHING


def first_roster(server, **changed):
    """A source whose first roster was applied by a person some days ago."""
    source = source_of(server, **changed)
    pull = run(pull_of(source))
    apply(pull)
    RosterPull.objects.filter(pk=pull.pk).update(began_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    return source


def test_a_night_without_changes_says_so(server):
    pull = run(pull_of(first_roster(server)))
    assert (pull.outcome, pull.words) == (Outcome.NOTHING, "Nothing changed.")


def test_changes_since_the_last_good_night_are_asked_for_and_a_role_that_is_gone_ends(server):
    maple(server, teachers=3)
    server.collections["users"][1] = user(
        server.version, "t00000", "Terry", "Teacher0", orgs=("s1", "s2")
    )
    source = first_roster(server)
    moved = user(server.version, "t00000", "Terry", "Moved", orgs=("s2",))
    server.collections["users"][1] = moved | {"dateLastModified": "2026-11-03T01:00:00.000Z"}
    gone = server.collections["users"][2]
    gone |= {"status": "tobedeleted", "dateLastModified": "2026-11-03T01:00:00.000Z"}

    pull = run(pull_of(source, since=nights.last_good(source)))

    assert pull.since == dt.datetime(2026, 11, 1, 23, 45, tzinfo=dt.UTC)
    assert names(pull.roster, change="changed") == ["t00000"]
    assert names(pull.roster, change="ended") == ["t00001"]
    assert len(names(pull.roster, "role", "ended")) == 2
    assert "t00002" not in names(pull.roster)


def test_a_server_that_knows_no_filter_is_asked_for_everything(server12):
    source = first_roster(server12)
    server12.manner.knows = frozenset()
    pull = run(pull_of(source, since=nights.last_good(source)))
    assert pull.since is None
    assert set(pull.roster.bulk) == {"org", "session", "person", "role"}
    assert pull.outcome == Outcome.NOTHING


def test_a_small_change_is_applied_by_itself_where_the_district_wants_that(server):
    maple(server, teachers=30)
    source = first_roster(server, applies_small=True, most_ended=5)
    del server.collections["users"][1]
    pull = run(pull_of(source))
    assert pull.outcome == Outcome.APPLIES
    pull.roster.refresh_from_db()
    assert pull.roster.state == "applied"
    assert RosterEntry.objects.get(kind="person", key="t00000").ended_on is not None
    assert AuditEvent.objects.filter(verb="roster.applies_itself", actor=None).exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["users"].__delitem__(slice(1, 4)), "3 people would end"),
        (lambda c: c["orgs"].pop(), "1 schools or offices would end"),
        (lambda c: c["users"][1].update(givenName="", familyName=""), "cannot be read"),
        (lambda c: [row.update(email="x@y.example") for row in c["users"][1:25]], "which is many"),
    ],
)
def test_what_is_not_small_waits_for_a_person(server12, change, words):
    maple(server12, teachers=30)
    source = first_roster(server12, applies_small=True, most_ended=5)
    change(server12.collections)
    pull = run(pull_of(source))
    assert pull.outcome == Outcome.WAITS
    assert words in pull.words


def test_a_first_roster_and_one_that_was_asked_by_hand_wait(server12):
    source = source_of(server12, applies_small=True)
    pull = run(pull_of(source))
    assert "first roster" in pull.words
    apply(pull)
    server12.collections["users"].append(user("1.2", "t9", "Ty", "New"))
    assert run(pull_of(source, Kind.ASKED)).outcome == Outcome.WAITS


def test_a_test_keeps_nothing_and_says_what_it_saw(server):
    pull = run(pull_of(source_of(server), Kind.TEST), turns=1)
    assert pull.status == OwedStatus.DONE
    assert pull.words.startswith("It works")
    assert RosterImport.objects.count() == 0


def test_a_test_of_a_web_page_says_so(server12):
    server12.next_answers(web_page)
    pull = run(pull_of(source_of(server12), Kind.TEST), turns=1)
    assert pull.status == OwedStatus.FAILED
    assert "web page" in pull.words


def test_the_walk_is_kept_as_json():
    step = walk.first("1.2", dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    assert walk.from_json(json.loads(json.dumps(step.as_json()))) == step
