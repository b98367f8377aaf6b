from django.urls import path

from tutoring_admin.systems.rosters.rest import views

urlpatterns = [
    path("", views.source, name="source"),
    path("set-up/", views.set_up, name="source-set-up"),
    path("test/", views.test, name="source-test"),
    path("ask/", views.ask, name="source-ask"),
    path("asked/<int:pk>/stop/", views.stop, name="source-stop"),
    path("take-away/", views.take_away, name="source-take-away"),
]
