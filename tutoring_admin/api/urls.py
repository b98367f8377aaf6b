"""Under /api/v1/. Each answer passes through `shielded`, whatever gave it."""

from django.urls import URLPattern, path, re_path

from tutoring_admin.api import reference, shield
from tutoring_admin.api.routes import api

found, _, _ = api.urls
served = [
    path(f"v1/{entry.pattern}", shield.shielded(entry.callback), name=f"api-{entry.name}")
    for entry in found
    if entry.name != "api-root"
]
urlpatterns: list[URLPattern] = [
    path("v1/openapi.json", reference.document, name="api-document"),
    path("v1/reference", reference.page, name="api-reference"),
    *served,
    re_path("", shield.nothing_here, name="api-none"),
]
