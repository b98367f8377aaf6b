from django.urls import URLPattern, URLResolver, path

from tutoring_admin.systems.signon import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="signon"),
    path("add/<slug:kind>/", views.add, name="signon-add"),
    path("require/", views.enforce, name="signon-enforce"),
    path("relax/", views.relax, name="signon-relax"),
    path("people/", views.people, name="signon-people"),
    path("people/<int:pk>/unlink/", views.unlink, name="signon-unlink"),
    path("<int:pk>/", views.detail, name="signon-provider"),
    path("<int:pk>/edit/", views.edit, name="signon-edit"),
    path("<int:pk>/remove/", views.remove, name="signon-remove"),
    path("<int:pk>/switch/", views.switch, name="signon-switch"),
    path("<int:pk>/try/", views.try_it, name="signon-try"),
    path("<int:pk>/trial/", views.trial, name="signon-trial"),
]
