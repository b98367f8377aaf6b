"""Addresses of what comes from elsewhere: standards read in, results of the official assessment."""

from django.urls import path

from selfassessment.views import official, standards

urlpatterns = [
    path("standards/", standards.index, name="standards"),
    path("standards/import/", standards.take_in, name="standards-import"),
    path("standards/template/<str:kind>/", standards.template_file, name="standards-template"),
    path("standards/library/<str:kind>/", standards.library_file, name="standards-library"),
    path("standards/<int:pk>/", standards.detail, name="standards-set"),
    path("standards/<int:pk>/retire/", standards.retire, name="standards-retire"),
    path("standards/<int:pk>/file/<str:kind>/", standards.set_file, name="standards-file"),
    path("official/", official.index, name="official"),
    path("official/add/", official.add, name="official-add"),
    path("official/<int:pk>/", official.correct, name="official-correct"),
    path("official/<int:pk>/take-back/", official.take_back, name="official-take-back"),
    path("official/<int:pk>/bring-back/", official.bring_back, name="official-bring-back"),
    path("official/<int:pk>/file/", official.report, name="official-file"),
]
