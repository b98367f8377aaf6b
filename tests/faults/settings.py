"""The product as the fault tests run it: base settings, short leases, a sweep every second, and in
the short form little patience with a broker that does not answer.
"""

import datetime as dt
import os
from pathlib import Path

from django.utils import timezone

from tutoring_admin import watch
from tutoring_admin.settings.base import *

EMAIL_TIMEOUT = 30
LETTER_LEASE = 3
# Documents are set from our own static files, which no release has collected here.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["root"]["level"] = "WARNING"
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 1.0}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if name == "sweep-owed-work"
}

if os.environ.get("FAULTS") != "long":
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1}
    watch.LOOK_EVERY, watch.PATIENCE, watch.ROUND_EVERY = 0.5, 2.0, 3.0

# This machine's clock is so many seconds ahead of the database's as the file says.
CLOCK_FILE = Path(env.str("CLOCK_FILE"))
true_now = timezone.now
timezone.now = lambda: true_now() + dt.timedelta(seconds=float(CLOCK_FILE.read_text() or 0))
