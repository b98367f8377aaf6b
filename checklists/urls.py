"""Addresses under /d/<slug>/checklists/."""

from django.urls import path

from checklists.views import evidence, filling, result, windows

app_name = "checklists"
urlpatterns = [
    path("", windows.index, name="index"),
    path("windows/new/", windows.create, name="window-create"),
    path("windows/<int:pk>/", windows.detail, name="window-detail"),
    path("windows/<int:pk>/edit/", windows.edit, name="window-edit"),
    path("windows/<int:pk>/close/", windows.close, name="window-close"),
    path("<int:pk>/", filling.fill, name="fill"),
    path("<int:pk>/items/<int:item>/rate/", filling.rate, name="rate"),
    path("<int:pk>/review/", filling.review, name="review"),
    path("<int:pk>/submit/", filling.submit, name="submit"),
    path("<int:pk>/items/<int:item>/evidence/", evidence.evidence, name="evidence"),
    path("<int:pk>/evidence/<int:evidence>/", evidence.evidence_file, name="evidence-file"),
    path(
        "<int:pk>/evidence/<int:evidence>/remove/",
        evidence.evidence_remove,
        name="evidence-remove",
    ),
    path("<int:pk>/result/", result.result, name="result"),
]
