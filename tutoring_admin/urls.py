"""All addresses. What belongs to a district stands under /d/<slug>/."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tutoring_admin import health, kit, views

district_patterns: list[URLPattern | URLResolver] = [
    path("", include("tutoring_admin.dashboards.urls")),
    path("roles/", include("roles.urls")),
    path("checklists/", include("checklists.urls")),
    path("roadmap/", include("roadmap.urls")),
    path("self-assessment/", include("selfassessment.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("d/<slug:district>/", include(district_patterns)),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("kit/", kit.kit, name="kit")]
