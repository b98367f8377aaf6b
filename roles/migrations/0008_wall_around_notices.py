from django.db import migrations

from roles.wall import Wall


class Migration(migrations.Migration):
    dependencies = [("roles", "0007_notices_and_letters")]

    operations = [
        Wall("notice", "ladderrung", "mailpreference", "snooze", "feedtoken"),
        # A letter goes to a reader's notices through the district.
        Wall("letter"),
    ]
