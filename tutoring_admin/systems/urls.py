from django.urls import URLPattern, URLResolver, path

from tutoring_admin.systems import hub

app_name = "systems"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", hub.index, name="index"),
]
