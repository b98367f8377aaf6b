from django.urls import path

from tutoring_admin.packets import views

app_name = "packets"
urlpatterns = [
    path("", views.index, name="index"),
    path("publish/<slug:kind>/", views.publish, name="publish"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/pdf/", views.pdf, name="pdf"),
    path("<int:pk>/xlsx/", views.xlsx, name="xlsx"),
    path("<int:pk>/guests/", views.guests, name="guests"),
    path("<int:pk>/guests/<int:link>/end/", views.guest_end, name="guest-end"),
]
