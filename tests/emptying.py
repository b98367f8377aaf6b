"""Tables are emptied row by row: a test leaves few rows in few, and TRUNCATE makes new files
for every table and index of the product, which takes seconds.
"""

from django.core.management.commands import flush

SEEDED = ("django_migrations", "django_content_type", "auth_permission")  # by migrations
# Nothing is left over, so no key has to be looked at, and append-only tables give in as well.
EMPTY = f"""
DO $$
DECLARE filled regclass;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR filled IN
    SELECT oid::regclass FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN {SEEDED}
  LOOP
    EXECUTE 'DELETE FROM ' || filled;
  END LOOP;
END $$
"""  # noqa: S608 -- our own names


def empty_quickly(connection):
    """Have Django empty tables so, where the user of this connection may do that. For all
    connections: each thread has one of its own, and append-only tables refuse TRUNCATE.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() == ("on",):
            type(connection.ops).sql_flush = lambda *_, **__: [EMPTY]
            flush.emit_post_migrate_signal = lambda *_, **__: None  # what it makes is still there
