"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutoring_admin.settings.production")
application = get_wsgi_application()
# Reads all addresses and their views, once for all processes that share this one. Otherwise the
# first visitor of each process would wait for it.
resolve("/healthz")
