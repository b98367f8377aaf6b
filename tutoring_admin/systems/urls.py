from django.urls import URLPattern, URLResolver, include, path

from tutoring_admin.systems import hub

app_name = "systems"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", hub.index, name="index"),
    path("rosters/", include("tutoring_admin.systems.rosters.urls")),
    path("roster-source/", include("tutoring_admin.systems.rosters.rest.urls")),
    path("sign-on/", include("tutoring_admin.systems.signon.urls")),
    path("webhooks/", include("tutoring_admin.systems.webhooks.urls")),
    path("tokens/", include("tutoring_admin.systems.tokens.urls")),
    path("support/", include("tutoring_admin.systems.support.urls")),
    path("privacy/", include("tutoring_admin.systems.privacy.urls")),
    path("moving/", include("tutoring_admin.systems.moving.urls")),
]
