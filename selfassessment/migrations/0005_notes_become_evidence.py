from django.db import migrations

COPY = """
INSERT INTO selfassessment_handevidence
  (id, district_id, owner_id, added_by_id, added_at, withdrawn_why)
  SELECT id, district_id, added_by_id, added_by_id, added_at, ''
  FROM selfassessment_evidencenote;
INSERT INTO selfassessment_evidenceuse (district_id, evidence_id, code, kind)
  SELECT district_id, id, code, kind FROM selfassessment_evidencenote;
INSERT INTO selfassessment_evidencerevision
  (district_id, evidence_id, number, is_current, label, text, link, file, file_name,
   content_type, size, sha256, dated_on, added_by_id, added_at)
  SELECT district_id, id, 1, true, label, text, link, '', '', '', 0, '', dated_on, added_by_id,
         added_at
  FROM selfassessment_evidencenote;
SELECT setval(
  pg_get_serial_sequence('selfassessment_handevidence', 'id'),
  (SELECT coalesce(max(id), 0) + 1 FROM selfassessment_handevidence), false);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """A note was for one indicator; evidence by hand may be for several, and has revisions."""

    dependencies = [("selfassessment", "0004_team_walls")]

    operations = [
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.DeleteModel(name="EvidenceNote"),
    ]
