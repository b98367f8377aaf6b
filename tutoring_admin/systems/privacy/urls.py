from django.urls import path

from tutoring_admin.systems.privacy import views

urlpatterns = [
    path("", views.inventory, name="privacy"),
    path("retention/", views.retention, name="privacy-retention"),
    path("people/", views.people, name="privacy-people"),
    path("people/<int:pk>/", views.person, name="privacy-person"),
    path("people/<int:pk>/data/", views.person_data, name="privacy-person-data"),
    path("people/<int:pk>/delete/", views.delete, name="privacy-delete"),
    path("own/", views.own, name="privacy-own"),
]
