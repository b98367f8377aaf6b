from django.urls import path

from tutoring_admin.systems.tokens import views

urlpatterns = [
    path("", views.index, name="token-list"),
    path("new/", views.new, name="token-new"),
    path("<int:pk>/end/", views.revoke, name="token-end"),
]
