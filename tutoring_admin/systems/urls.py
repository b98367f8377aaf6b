from django.urls import URLPattern, URLResolver, include, path

from tutoring_admin.systems import hub

app_name = "systems"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", hub.index, name="index"),
    path("sign-on/", include("tutoring_admin.systems.signon.urls")),
    path("webhooks/", include("tutoring_admin.systems.webhooks.urls")),
    path("tokens/", include("tutoring_admin.systems.tokens.urls")),
    path("support/", include("tutoring_admin.systems.support.urls")),
]
