"""Whether a member of the district has a second factor: that, and nothing of the factor itself.

The tables of allauth are not open from behind the wall; the function looks as their owner.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION roles_has_second_factor(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM roles_membership m
     WHERE m.user_id = person
       AND m.district_id = current_setting('app.district')::bigint
  ) AND EXISTS (
    SELECT FROM mfa_authenticator a
     WHERE a.user_id = person AND a.type IN ('totp', 'webauthn')
  )
$$;
REVOKE ALL ON FUNCTION roles_has_second_factor(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roles_has_second_factor(bigint) TO tutoring_app;
"""


class Migration(migrations.Migration):
    dependencies = [("roles", "0014_roster_sources"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION roles_has_second_factor(bigint)")]
