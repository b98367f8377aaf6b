from django.db import migrations

from roles.finding import DISTRICT, Findable, FindablePositions, MakeFolding

SCHOOLS = f"t.district_id = {DISTRICT} AND (only_at IS NULL OR t.id = ANY (only_at))"
PEOPLE = f"""(EXISTS (
    SELECT FROM roles_assignment a JOIN roles_position p ON p.id = a.position_id
     WHERE a.holder_id = t.id AND a.district_id = {DISTRICT}
       AND (only_at IS NULL OR p.school_id IS NULL OR p.school_id = ANY (only_at))
  ) OR EXISTS (
    SELECT FROM roles_membership m WHERE m.user_id = t.id AND m.district_id = {DISTRICT}
       AND (only_at IS NULL OR m.school_id = ANY (only_at))
  ))"""  # noqa: S608 -- constants


class Migration(migrations.Migration):
    dependencies = [("roles", "0004_homes_walls")]

    operations = [
        MakeFolding(),
        Findable("school", "t.name", SCHOOLS),
        Findable("user", "t.first_name || ' ' || t.last_name", PEOPLE),
        FindablePositions(),
    ]
