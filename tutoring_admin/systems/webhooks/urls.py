from django.urls import path

from tutoring_admin.systems.webhooks import views

urlpatterns = [
    path("", views.index, name="webhooks"),
    path("add/", views.add, name="webhook-add"),
    path("<int:pk>/", views.detail, name="webhook"),
    path("<int:pk>/edit/", views.edit, name="webhook-edit"),
    path("<int:pk>/switch/", views.switch, name="webhook-switch"),
    path("<int:pk>/example/", views.example, name="webhook-example"),
    path("<int:pk>/secret/", views.renew, name="webhook-renew"),
    path("<int:pk>/remove/", views.remove, name="webhook-remove"),
    path("<int:pk>/again/", views.all_again, name="webhook-all-again"),
    path("messages/<int:pk>/", views.delivery, name="webhook-delivery"),
    path("messages/<int:pk>/again/", views.again, name="webhook-again"),
]
