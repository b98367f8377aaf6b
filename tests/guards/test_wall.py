"""The second lock: PostgreSQL itself keeps districts apart."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from roles.models import District, Membership, Position, School
from roles.scoping import DistrictOwned
from roles.wall import WALLED_ROLE, DistrictKey, WrongScope, district_scope
from tests.factories.roles import PositionFactory, RoleFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

DISTRICT_TABLES = sorted(
    m._meta.db_table for m in apps.get_models() if issubclass(m, DistrictOwned)
)


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_every_table_with_a_district_stands_behind_the_wall():
    bare = rows(
        """
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'district_id'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
            SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
              AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = %s)]))
        """,
        WALLED_ROLE,
    )
    assert bare == []


def test_the_catalogue_and_the_models_name_the_same_tables():
    found = rows(
        """SELECT DISTINCT table_name FROM information_schema.columns
        WHERE column_name = 'district_id' AND table_schema = 'public'"""
    )
    assert sorted(name for (name,) in found) == DISTRICT_TABLES


def test_no_key_between_two_district_tables_leaves_the_district_out():
    plain = rows(
        """
        SELECT conname FROM pg_constraint k WHERE contype = 'f'
          AND EXISTS (SELECT FROM pg_attribute
                      WHERE attrelid = k.conrelid AND attname = 'district_id')
          AND EXISTS (SELECT FROM pg_attribute
                      WHERE attrelid = k.confrelid AND attname = 'district_id')
          AND NOT (SELECT attnum FROM pg_attribute
                   WHERE attrelid = k.conrelid AND attname = 'district_id') = ANY (k.conkey)
        """
    )
    assert plain == []


def test_every_key_between_two_district_models_has_its_composite_constraint():
    wanted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if issubclass(model, DistrictOwned)
        for field in model._meta.local_fields
        if field.is_relation and issubclass(field.related_model, DistrictOwned)
    }
    found = rows(
        """
        SELECT conrelid::regclass::text, a.attname FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
        WHERE contype = 'f' AND array_length(conkey, 1) = 2 AND a.attname <> 'district_id'
        """
    )
    assert wanted - set(found) == set()


def test_every_key_to_a_district_model_is_a_district_key():
    plain = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, DistrictOwned)
        for field in model._meta.local_fields
        if field.is_relation
        and issubclass(field.related_model, DistrictOwned)
        and not isinstance(field, DistrictKey)
    ]
    assert plain == []


def test_the_walled_role_owns_nothing_and_may_not_step_around():
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = %s", WALLED_ROLE) == []
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles"
        " WHERE rolname = %s",
        WALLED_ROLE,
    ) == [(False, False, False, False)]


def test_behind_the_wall_people_are_read_and_nothing_else_outside_the_district():
    granted = rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = %s",
        WALLED_ROLE,
    )
    inside = {*DISTRICT_TABLES, District._meta.db_table}
    assert [grant for grant in granted if grant[0] not in inside] == [("roles_user", "SELECT")]


def test_an_unfiltered_query_inside_a_scope_sees_one_district():
    here, elsewhere = SchoolFactory(), SchoolFactory()

    with district_scope(here.district):
        seen = list(School.objects.all())
        districts = list(District.objects.all())

    assert seen == [here]
    assert districts == [here.district]
    assert elsewhere.district != here.district


def test_a_forgotten_scope_fails_loudly_instead_of_answering_nothing():
    SchoolFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true)", [WALLED_ROLE])
        School.objects.count()


def test_writing_into_another_district_is_refused():
    here, elsewhere = SchoolFactory(), SchoolFactory()

    with pytest.raises(DatabaseError, match="row-level security"), district_scope(here.district):
        School.objects.create(district=elsewhere.district, name="Smuggled")


def test_a_key_cannot_point_into_another_district():
    here, elsewhere = SchoolFactory(), SchoolFactory()
    role = RoleFactory(district=here.district)

    with pytest.raises(DatabaseError, match="in_district"), district_scope(here.district):
        Position.objects.create(
            district=here.district, role=role, school=elsewhere, opened_on="2026-07-01"
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_owner_is_held_to_the_same_keys():
    position, elsewhere = PositionFactory(), SchoolFactory()

    with pytest.raises(DatabaseError, match="in_district"), transaction.atomic():
        Position.objects.filter(pk=position.pk).update(school=elsewhere)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_scope_inside_another_district_is_refused():
    here, elsewhere = SchoolFactory(), SchoolFactory()

    with district_scope(here.district), pytest.raises(WrongScope):
        with district_scope(elsewhere.district):
            pass


def test_a_scope_leaves_nothing_behind():
    here = SchoolFactory()

    with district_scope(here.district):
        pass

    assert rows("SELECT current_user <> %s, current_setting('app.district')", WALLED_ROLE) == [
        (True, "")
    ]


def test_the_audit_trail_cannot_be_changed_from_behind_the_wall():
    school, user = SchoolFactory(), UserFactory()
    Membership.objects.create(district=school.district, user=user, level="auditor")

    for act in ("UPDATE roles_auditevent SET verb = 'x'", "DELETE FROM roles_auditevent"):
        with pytest.raises(DatabaseError, match="permission denied"):
            with district_scope(school.district), connection.cursor() as cursor:
                cursor.execute(act)
