from django.db import migrations

# What a closed round says stays: not a rating, not a vote, not a cause comes, changes or goes.
# Closing sets the state last, and reopening sets it first.
REFUSE = """
CREATE FUNCTION selfassessment_refuse_when_closed() RETURNS trigger AS $$
DECLARE
  changed record;
  held bigint;
BEGIN
  -- An update may not move a row into a closed round either.
  FOR changed IN SELECT * FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) AS said (line)
                  WHERE line IS NOT NULL LOOP
    held := CASE WHEN TG_TABLE_NAME = 'selfassessment_indicatorrating'
      THEN (changed.line ->> 'round_id')::bigint
      ELSE (SELECT round_id FROM selfassessment_indicatorrating
             WHERE id = (changed.line ->> 'rating_id')::bigint) END;
    IF EXISTS (SELECT FROM selfassessment_round WHERE id = held AND state = 'closed') THEN
      RAISE EXCEPTION 'round % is closed: it is read only', held
        USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
"""
OF_A_ROUND = (
    "selfassessment_indicatorrating",
    "selfassessment_vote",
    "selfassessment_ratingcause",
)
LOCK = "".join(
    f"CREATE TRIGGER closed_round_is_read_only BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION selfassessment_refuse_when_closed();\n"
    for table in OF_A_ROUND
)
UNLOCK = "".join(f"DROP TRIGGER closed_round_is_read_only ON {table};\n" for table in OF_A_ROUND)


class Migration(migrations.Migration):
    dependencies = [("selfassessment", "0005_notes_become_evidence")]

    operations = [
        migrations.RunSQL(
            REFUSE + LOCK, UNLOCK + "DROP FUNCTION selfassessment_refuse_when_closed();"
        ),
    ]
