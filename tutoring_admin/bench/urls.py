"""The product's addresses and those of the benchmark. Only its own settings name this module."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path

from tutoring_admin.bench import views
from tutoring_admin.urls import urlpatterns as of_the_product

if not getattr(settings, "BENCH", False):
    raise ImproperlyConfigured("The benchmark's addresses belong to its own settings.")
own = [
    path("bench/", views.bare, name="bare"),
    path("d/<slug:district>/bench/", views.bare_page, name="page"),
    path("d/<slug:district>/bench/write/", views.bare_write, name="write"),
]
urlpatterns = [path("", include((own, "bench"))), *of_the_product]
