"""S03: 25 things that injected SQL would try, as the web process, from inside a district.

The connection belongs to an owner that is no superuser, as docs/operations.md asks. An attack is
refused, or harmless (it ran, and the other district stays out of sight and unchanged), or it gets
through; none does. Three of them are refused by the gate before the database (roles/gate.py), which
alone would let them through: docs/decisions/0020. That list is held here word for word, too.
"""

import pytest
from django.db import DatabaseError, connection, transaction

from roles.models import School
from roles.wall import WALLED_ROLE, district_scope
from tests.factories.roles import SchoolFactory

pytestmark = pytest.mark.django_db
OWNER = "attacked_owner"
REFUSED, HARMLESS, THROUGH = "refused", "harmless", "through"

HAND_OVER = """
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT c.oid::regclass AS name, EXISTS (SELECT FROM pg_policy p
      WHERE p.polrelid = c.oid AND p.polname = 'owner') AS walled
    FROM pg_class c WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO {owner}', t.name);
    IF t.walled THEN EXECUTE format('ALTER POLICY owner ON %s TO {owner}', t.name); END IF;
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO {owner};
SET LOCAL SESSION AUTHORIZATION {owner};
"""

# name: (statements, what comes of them). {there} is the other district's number.
ATTACKS = {
    "read without a filter": (["SELECT * FROM roles_school"], HARMLESS),
    "ask for the other district": (
        ["SELECT name FROM roles_school WHERE district_id = {there} OR 1 = 1"],
        HARMLESS,
    ),
    "join through a table that all share": (
        [
            "SELECT s.name FROM roles_user u JOIN roles_membership m ON m.user_id = u.id"
            " JOIN roles_school s ON s.district_id = m.district_id AND s.district_id = {there}"
        ],
        HARMLESS,
    ),
    "write a row of the other district": (
        ["UPDATE roles_school SET name = 'taken' WHERE district_id = {there}"],
        HARMLESS,
    ),
    "delete the other district's rows": (
        ["DELETE FROM roles_school WHERE district_id = {there}"],
        HARMLESS,
    ),
    "give a row to the other district": (
        ["UPDATE roles_school SET district_id = {there}"],
        REFUSED,
    ),
    "find a row by its taken key": (
        [
            "INSERT INTO roles_school (id, district_id, name)"
            " SELECT id, {there}, 'x' FROM generate_series(1, 9) id"
        ],
        REFUSED,
    ),
    "turn policies off": (
        ["SET LOCAL row_security = off", "SELECT * FROM roles_school"],
        REFUSED,
    ),
    "take the policy away": (["DROP POLICY one_district ON roles_school"], REFUSED),
    "disable the wall": (["ALTER TABLE roles_school DISABLE ROW LEVEL SECURITY"], REFUSED),
    "empty a table": (["TRUNCATE roles_school CASCADE"], REFUSED),
    "become a superuser": (["SET LOCAL ROLE postgres"], REFUSED),
    "step around by attribute": (["ALTER ROLE tutoring_app BYPASSRLS"], REFUSED),
    "make a function of the owner": (
        [
            "CREATE FUNCTION public.spy() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT count(*) FROM roles_school'"
        ],
        REFUSED,
    ),
    "make a view": (["CREATE VIEW public.spy AS SELECT * FROM roles_school"], REFUSED),
    "shadow a table by a temporary one": (
        [
            "CREATE TEMP TABLE roles_school (id bigint, district_id bigint, name text)",
            "SET LOCAL search_path = pg_temp, public",
        ],
        REFUSED,
    ),
    "copy into a file": (["COPY roles_school TO '/tmp/spy.csv'"], REFUSED),
    "copy from a program": (["COPY roles_school (name) FROM PROGRAM 'id'"], REFUSED),
    "read a file of the server": (["SELECT pg_read_file('/etc/passwd')"], REFUSED),
    "import a file as a large object": (["SELECT lo_import('/etc/passwd')"], REFUSED),
    "call home by another connection": (
        ["CREATE EXTENSION IF NOT EXISTS dblink", "SELECT dblink_connect('host=127.0.0.1')"],
        REFUSED,
    ),
    "keep a statement for the next request": (
        ["PREPARE spy AS SELECT name FROM roles_school", "EXECUTE spy"],
        HARMLESS,
    ),
    "leave the role": (["RESET ROLE"], REFUSED),
    "leave the role inside a query": (["SELECT set_config('role', 'none', true)"], REFUSED),
    "set the other district": (
        ["SELECT set_config('app.district', '{there}', true)"],
        REFUSED,
    ),
}

ALONE = ("leave the role", "leave the role inside a query", "set the other district")
DISGUISED = (
    "SELECT 1; RESET ROLE; SELECT name FROM roles_school",
    "SELECT 'x'; SET LOCAL ROLE NONE",
    "SELECT 1;RESET ROLE--",
    r"SELECT E'\\'; RESET ROLE; --'",
    "SELECT 1 /* ' */; RESET ROLE; /* ' */",
    "SELECT 1 -- '\n; RESET ROLE; -- '",
    "SELECT $a$'$a$; RESET ROLE; SELECT $a$'$a$",
    "/* SELECT */ RESET ROLE",
    "reset role",
    "DO $$ BEGIN RESET ROLE; END $$",
    "COMMIT",
    "ROLLBACK",
    "DISCARD ALL",
    "CALL spy()",
    "SELECT \"set_config\"('role', 'none', true)",
    "SELECT SET_CONFIG ('role', 'none', true)",
    r"SELECT U&" + '"' + r"\0073et_config" + '"' + "('role', 'none', true)",
    "SELECT query_to_xml('SELECT set'||'_config(''role'',''none'',true)', true, true, '')",
    "PREPARE spy AS SELECT set_config('role', 'none', true)",
    "UPDATE pg_settings SET setting = '{there}' WHERE name = 'app.district'",
    "SET LOCAL plan_cache_mode = force_generic_plan; RESET ROLE",
    "SET LOCAL app.district = '{there}'",
)
PLAIN = (
    "SELECT 'a; b', \"name\" FROM roles_school;",
    "(SELECT name FROM roles_school) UNION (SELECT 'it''s; so')",
    "SELECT 1 -- a remark",
)


@pytest.fixture
def owner():
    """For the length of the test the tables belong to an owner that is no superuser."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS")
        cursor.execute(f"GRANT {WALLED_ROLE} TO {OWNER}")
        cursor.execute(HAND_OVER.replace("{owner}", OWNER))


@pytest.fixture
def districts():
    return SchoolFactory(name="Ours").district, SchoolFactory(name="Theirs").district


def verdict(here, there, statements, cursor_of=lambda: connection.cursor()):
    """Run an attack from inside `here`, then look whether `there` can be seen or was changed."""
    came = HARMLESS
    with pytest.raises(UndoneError), transaction.atomic(), district_scope(here):
        try:
            with transaction.atomic(), cursor_of() as cursor:
                for each in statements:
                    cursor.execute(each.replace("{there}", str(there.pk)))
                    if cursor.description and "Theirs" in str(cursor.fetchall()):
                        came = THROUGH
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SELECT count(*) FROM roles_school WHERE name = 'Theirs'")
                came = THROUGH if cursor.fetchone()[0] else came
        except DatabaseError:
            came = REFUSED
        raise UndoneError
    return came


class UndoneError(Exception):
    """Takes back what an attack has done."""


def test_s03_there_are_twenty_five():
    assert len(ATTACKS) == 25


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("name", ATTACKS)
def test_s03_an_attack_ends_as_the_threat_model_says(name, districts):
    here, there = districts
    statements, expected = ATTACKS[name]

    assert verdict(here, there, statements) == expected
    assert list(School.objects.order_by("pk").values_list("name", "district_id")) == [
        ("Ours", here.pk),
        ("Theirs", there.pk),
    ]


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("name", ALONE)
def test_s03_what_the_database_alone_would_let_through(name, districts):
    """Past the gate, by the driver's own cursor: the list may become shorter, never longer."""
    statements, _ = ATTACKS[name]

    assert verdict(*districts, statements, lambda: connection.connection.cursor()) == THROUGH


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("said", DISGUISED)
def test_s03_no_disguise_passes_the_gate(said, districts):
    assert verdict(*districts, [said]) == REFUSED


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("said", PLAIN)
def test_s03_what_only_looks_like_an_attack_is_asked(said, districts):
    assert verdict(*districts, [said]) == HARMLESS


@pytest.mark.usefixtures("owner")
def test_s03_what_was_set_dies_with_the_request(districts):
    """Whatever would get past the gate ends with its transaction: the next request starts clean."""
    here, there = districts
    with pytest.raises(UndoneError), transaction.atomic(), district_scope(here):
        with connection.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.district', %s, true)", [str(there.pk)])
        raise UndoneError
    with district_scope(here):
        assert list(School.objects.values_list("name", flat=True)) == ["Ours"]
