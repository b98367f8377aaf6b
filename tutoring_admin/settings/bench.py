"""The demo as `make bench` measures it: its yardsticks more, and each answer tells its queries."""

from tutoring_admin.settings.demo import *

BENCH = True
ROOT_URLCONF = "tutoring_admin.bench.urls"
MIDDLEWARE = ["tutoring_admin.bench.counting.QueryCount", *MIDDLEWARE]
if BENCH_SMTP_PORT := env.int("BENCH_SMTP_PORT", 0):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = "127.0.0.1", BENCH_SMTP_PORT
    EMAIL_USE_TLS = EMAIL_USE_SSL = False
