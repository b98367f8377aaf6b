"""The demo as `make bench` measures it: its yardsticks more, and each answer tells its queries."""

import os

from tutoring_admin.settings.demo import *

BENCH = True
ROOT_URLCONF = "tutoring_admin.bench.urls"
MIDDLEWARE = ["tutoring_admin.bench.counting.QueryCount", *MIDDLEWARE]
if os.environ.get("BENCH_WITHOUT_WALL"):  # the second server of tutoring_admin.bench.walled
    MIDDLEWARE = [*MIDDLEWARE, "tutoring_admin.bench.walled.Lowered"]
if port := os.environ.get("BENCH_SMTP_PORT"):  # the benchmark's own word to its worker
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(port)
    EMAIL_USE_TLS = EMAIL_USE_SSL = False
