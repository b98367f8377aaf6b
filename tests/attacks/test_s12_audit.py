"""S12: the audit trail under attack. Nobody may change it, and who goes around that is found."""

import contextlib
import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from roles.models import AuditEvent, AuditSeal, District
from roles.services import redacting, seals
from roles.services.verifying import verify
from roles.wall import district_scope
from tests.factories.roles import DistrictFactory, UserFactory

pytestmark = pytest.mark.django_db

EVENT = "UPDATE roles_auditevent SET verb = 'nothing.happened' WHERE id = {event}"
AS_WEB_ROLE = {
    "update an event": EVENT,
    "delete an event": "DELETE FROM roles_auditevent WHERE id = {event}",
    "change a seal": "UPDATE roles_auditseal SET hash = repeat('0', 64)",
    "make a seal": "INSERT INTO roles_auditseal (district_id, number, sealed_at, previous, links,"
    " hash) VALUES ({district}, 99, now(), '', '{{}}', '')",
    "name an exception, then update": "SELECT set_config('app.audit_exception', 'names', true);"
    + EVENT,
    "put a row over another": "INSERT INTO roles_auditevent (id, district_id, at, verb, subject,"
    " subject_pk, detail, salt, proof) VALUES ({event}, {district}, now(), 'x', 'x', '1', '{{}}',"
    " '', '{{}}') ON CONFLICT (id) DO UPDATE SET verb = 'nothing.happened'",
    "switch the triggers off": "SET LOCAL session_replication_role = replica;" + EVENT,
}
AS_OWNER = {
    "update an event": EVENT,
    "delete all events": "DELETE FROM roles_auditevent",
    "empty the table": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE roles_auditevent CASCADE",
    "delete a seal": "DELETE FROM roles_auditseal",
    "let go of a recent event": "SELECT set_config('app.audit_exception', 'old', true);"
    "DELETE FROM roles_auditevent WHERE id = {event}",
    "change the act under the name of a deletion": "SELECT"
    " set_config('app.audit_exception', 'names', true);" + EVENT,
    "delete with another district's exception": "SELECT"
    " set_config('app.audit_exception', 'district 0', true);"
    "DELETE FROM roles_auditevent WHERE id = {event}",
}


@pytest.fixture
def district():
    return DistrictFactory(slug="under-attack")


def happened(district, ago=0, verb="access.given", **detail):
    return AuditEvent.objects.create(
        district=district,
        actor=UserFactory(),
        verb=verb,
        subject="roles.membership",
        subject_pk="1",
        at=timezone.now() - dt.timedelta(minutes=ago),
        detail=detail or {"person": "Owen Baker", "level": "Coach", "place": "Oak ES"},
    )


@pytest.fixture
def event(district):
    made = [happened(district, ago) for ago in (9, 8, 7)][1]
    seals.seal(district.pk)
    return made


@contextlib.contextmanager
def triggers_off():
    """What a superuser of the server can do, and nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin")


def attack(sql, event):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(event=event.pk, district=event.district_id))


@pytest.mark.parametrize("attempt", AS_WEB_ROLE)
def test_who_works_behind_the_wall_changes_nothing(event, attempt):
    """Pages and workers both: they act as the same role."""
    with pytest.raises(DatabaseError), district_scope(event.district_id):
        attack(AS_WEB_ROLE[attempt], event)
    assert verify(event.district).holds


@pytest.mark.parametrize("attempt", AS_OWNER)
def test_the_owner_of_the_tables_changes_nothing(event, attempt):
    with pytest.raises(DatabaseError, match="append-only"):
        attack(AS_OWNER[attempt], event)
    assert verify(event.district).holds
    assert AuditEvent.objects.filter(pk=event.pk, verb="access.given").exists()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (EVENT, "was changed after it was sealed"),
        ("UPDATE roles_auditevent SET actor_id = NULL WHERE id = {event}", "was changed"),
        (
            "UPDATE roles_auditevent SET detail = jsonb_set(detail, '{{person}}', '\"Al\"')"
            " WHERE id = {event}",
            "was changed",
        ),
        ("DELETE FROM roles_auditevent WHERE id = {event}", "is gone"),
        ("UPDATE roles_auditseal SET links = jsonb_set(links, '{{events,1,1}}', '\"ff\"')", "Seal"),
        ("UPDATE roles_auditseal SET number = 2", "Seal 1 is gone"),
    ],
)
def test_what_a_superuser_changed_with_the_triggers_off_is_found_and_named(event, sql, told):
    with triggers_off() as cursor:
        cursor.execute(sql.format(event=event.pk))
    found = verify(event.district).problem
    assert told in found
    assert str(event.pk) in found or "Seal 1" in found


def test_an_event_that_was_put_in_later_is_found(district, event):
    happened(district, ago=5 * 24 * 60)
    assert "was put in later" in verify(district).problem
    seals.seal(district.pk)
    assert "was put in later" in verify(district).problem


def test_a_chain_written_anew_as_a_whole_is_found_by_a_hash_from_the_log(district, event):
    noted = AuditSeal.objects.get(district=district).hash
    with triggers_off() as cursor:
        cursor.execute("DELETE FROM roles_auditseal")
        cursor.execute(EVENT.format(event=event.pk))
    seals.seal(district.pk)
    assert verify(district).holds
    assert verify(district, [noted]).problem.startswith(f"Seal {noted} was noted")


def test_seals_follow_each_other_and_take_in_what_was_committed_late(district, event):
    late, *_ = [happened(district), happened(district)]
    pks = AuditEvent.objects.filter(district=district).values_list("pk", flat=True)
    with triggers_off() as cursor:  # its transaction was still open when the others were sealed
        cursor.execute("UPDATE roles_auditevent SET id = -1 WHERE id = %s", [late.pk])
    assert seals.seal(district.pk) == 2
    assert seals.seal(district.pk) == 0
    happened(district)
    assert seals.seal(district.pk) == 1
    verdict = verify(district)
    assert (verdict.holds, verdict.events, verdict.seals) == (True, len(pks), 3)


def test_a_name_leaves_an_event_and_the_seal_still_fits(district, event):
    assert redacting.take_out(district.pk, ["Owen Baker"]) == 3
    event.refresh_from_db()
    assert event.detail == {"person": "a former holder", "level": "Coach", "place": "Oak ES"}
    assert event.salt == ""
    verdict = verify(district)
    assert (verdict.holds, verdict.named_no_more) == (True, 3)
    assert redacting.take_out(district.pk, ["Oak ES"]) == 3
    assert verify(district).holds
    with triggers_off() as cursor:
        cursor.execute('UPDATE roles_auditevent SET detail = detail || \'{"level": "Lead"}\'')
    assert "was changed" in verify(district).problem


def test_a_whole_district_goes_with_the_exception_that_names_it(district, event):
    other = happened(DistrictFactory())
    with redacting.audit_exception(f"district {district.pk}"):
        AuditEvent.objects.filter(district=district).delete()
        AuditSeal.objects.filter(district=district).delete()
    assert list(AuditEvent.objects.all()) == [other]
    with pytest.raises(DatabaseError), transaction.atomic():
        other.delete()


def test_the_command_tells_the_first_event_that_does_not_fit_and_fails(event):
    out = StringIO()
    call_command("verify_audit", district="under-attack", stdout=out)
    assert "3 events in 1 seals are as they were sealed" in out.getvalue()
    with triggers_off() as cursor:
        cursor.execute(EVENT.format(event=event.pk))
    with pytest.raises(CommandError, match="not as it was sealed"):
        call_command("verify_audit", stdout=out)
    assert f"under-attack: Event {event.pk} (nothing.happened" in out.getvalue()
    with pytest.raises(CommandError, match="no district"):
        call_command("verify_audit", district="elsewhere")


def test_each_district_has_a_chain_of_its_own(event):
    elsewhere = DistrictFactory()
    happened(elsewhere)
    assert seals.seal_everywhere() == 1
    assert all(verify(each).holds for each in District.objects.all())
    assert {each.number for each in AuditSeal.objects.all()} == {1}
