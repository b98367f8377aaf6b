"""S04: the catalogue of the database, read for doors in the wall.

`tests/guards/test_wall.py` asks for the policies and keys of each table. Here stands what else
could lead around them: views, functions, policies of other shapes, grants, the walled role itself.
"""

import pytest
from django.db import connection

from roles.wall import WALLED_ROLE

pytestmark = pytest.mark.django_db

# Functions that act as the owner, each with the reason. Anything else fails.
DEFINERS = {
    "roles_signed_in": "people of the set district only: where they are signed in",
    "roles_works_elsewhere": "answers yes or no about a person of the set district",
    "roles_sign_out": "ends sessions of a person of the set district alone",
    "roles_has_second_factor": "answers yes or no about a lead of the set district",
    "roles_told_until": "a time; reads no rows",
}
# Searches, which need the index that a policy would keep them from: each holds its rows to the
# set district in its own words.
SEARCHES = {
    f"{table}_{how}"
    for table in (
        "checklists_checklisttemplate",
        "checklists_observation",
        "roadmap_milestone",
        "roles_jobdescriptionversion",
        "roles_leadershiprole",
        "roles_position",
        "roles_school",
        "roles_user",
        "selfassessment_indicator",
    )
    for how in ("found", "found_roughly")
}
# Tables without a district that the walled role reads.
SHARED = {("roles_user", "SELECT")}


EXPRESSION = "(%s = ( SELECT (current_setting('app.district'::text))::bigint AS current_setting))"


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params[0] if params and isinstance(params[0], dict) else params)
        return cursor.fetchall()


def test_s04_each_table_of_a_district_has_its_two_policies_and_no_third():
    """A further policy would widen the first: permissive policies are joined by OR."""
    odd = rows(
        """
        SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE NOT (
          p.polcmd = '*' AND p.polpermissive AND CASE p.polname
            WHEN 'one_district' THEN p.polroles = ARRAY[%(role)s::regrole::oid]
              AND pg_get_expr(p.polqual, p.polrelid) = format(%(expression)s,
                CASE c.relname WHEN 'roles_district' THEN 'id' ELSE 'district_id' END)
            WHEN 'owner' THEN p.polroles = ARRAY[c.relowner]
            ELSE false END)
        """,
        {"role": WALLED_ROLE, "expression": EXPRESSION},
    )
    assert odd == []


def test_s04_a_policy_that_checks_what_is_read_checks_what_is_written():
    """Without an expression of its own, WITH CHECK is the USING expression."""
    weaker = rows(
        "SELECT polrelid::regclass::text FROM pg_policy"
        " WHERE polname = 'one_district' AND polwithcheck IS NOT NULL"
    )
    assert weaker == []


def test_s04_every_view_looks_with_the_eyes_of_who_asks():
    lenient = rows(
        """
        SELECT relname FROM pg_class
        WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
          AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
        """
    )
    assert lenient == []


def test_s04_no_table_is_a_copy_that_the_wall_does_not_cover():
    assert (
        rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('m', 'f')"
            " AND relnamespace = 'public'::regnamespace"
        )
        == []
    )


def test_s04_functions_that_act_as_their_owner_are_these_with_a_pinned_path():
    found = rows(
        """
        SELECT p.proname, (
          SELECT said FROM unnest(p.proconfig) AS said WHERE said LIKE 'search_path=%%'
        ) FROM pg_proc p
        WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        """
    )
    assert {name for name, _ in found} - set(DEFINERS) - SEARCHES == set()
    # Without its name at the end, temporary tables of whoever asks would be looked at first.
    assert [name for name, path in found if not (path or "").endswith("pg_temp")] == []


def test_s04_the_walled_role_belongs_to_no_other_role():
    assert (
        rows(
            "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole",
            WALLED_ROLE,
        )
        == []
    )


def test_s04_the_walled_role_cannot_make_anything_in_the_schema():
    assert rows(
        "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
        " has_database_privilege(%s, current_database(), 'CREATE')",
        WALLED_ROLE,
        WALLED_ROLE,
    ) == [(False, False)]


def test_s04_the_walled_role_may_not_empty_tables_or_hang_triggers_on_them():
    """TRUNCATE and REFERENCES look past row-level policies."""
    granted = rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee IN (%s, 'PUBLIC') AND table_schema = 'public'"
        " AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')",
        WALLED_ROLE,
    )
    assert granted == []


def test_s04_nothing_in_the_schema_is_open_to_everybody():
    assert (
        rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
        )
        == []
    )


def test_s04_sessions_factors_and_passwords_of_all_districts_are_out_of_its_sight():
    outside = {
        table
        for (table,) in rows(
            """
            SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')
              AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'roles_district'
              AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                              AND a.attname = 'district_id' AND NOT a.attisdropped)
            """
        )
    }
    readable = {
        (table, right)
        for table, right in rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s",
            WALLED_ROLE,
        )
        if table in outside
    }
    assert readable == SHARED
    assert {"django_session", "mfa_authenticator", "account_emailaddress"} <= outside
