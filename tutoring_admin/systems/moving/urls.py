from django.urls import path

from tutoring_admin.systems.moving import views

urlpatterns = [
    path("", views.index, name="moving"),
    path("export/", views.export, name="moving-export"),
    path("delete/", views.remove, name="moving-remove"),
    path("delete/call-off/", views.call_off, name="moving-call-off"),
]
