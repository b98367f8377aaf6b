"""The demo districts on this machine: known passwords, mail into a folder. Loopback or nothing."""

import ipaddress

from django.core.exceptions import ImproperlyConfigured

from tutoring_admin.settings.base import *

DEMO = True
OUTBOUND_LOOPBACK = True  # to show deliveries without leaving the machine
QUIET_DAYS = False  # the demo is looked at on Sundays too
HOST = env.str("HOST", "127.0.0.1")
if not (HOST == "localhost" or ipaddress.ip_address(HOST).is_loopback):
    raise ImproperlyConfigured(
        f"The demo has known passwords and runs on this machine only: HOST={HOST} is refused."
    )
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env.str("MAIL_DIR", str(BASE_DIR / "var" / "mail"))
