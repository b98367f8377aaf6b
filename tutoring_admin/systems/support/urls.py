from django.urls import path

from tutoring_admin.systems.support import views

urlpatterns = [
    path("", views.index, name="support"),
    path("<int:pk>/allow/", views.allow, name="support-allow"),
    path("<int:pk>/decline/", views.decline, name="support-decline"),
    path("<int:pk>/end/", views.end, name="support-end"),
]
