"""A table that somebody made for a moment must not stand before ours for a function of the owner."""

from django.db import migrations

FUNCTION = "ALTER FUNCTION roles_has_second_factor(bigint) SET search_path = public, pg_temp"


class Migration(migrations.Migration):
    dependencies = [("roles", "0015_second_factors")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
