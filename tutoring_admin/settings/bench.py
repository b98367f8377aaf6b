"""The demo as `make bench` measures it: its yardsticks more, and each answer tells its queries."""

from tutoring_admin.settings.demo import *

BENCH = True
ROOT_URLCONF = "tutoring_admin.bench.urls"
MIDDLEWARE = ["tutoring_admin.bench.counting.QueryCount", *MIDDLEWARE]
