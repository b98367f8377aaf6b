from django.urls import path

from selfassessment import views

app_name = "selfassessment"
urlpatterns = [
    path("", views.index, name="index"),
    path("rounds/open/", views.round_open, name="round-open"),
    path("rounds/<int:pk>/", views.round_detail, name="round"),
    path("rounds/<int:pk>/close/", views.round_close, name="round-close"),
    path("rounds/<int:pk>/<str:code>/rate/", views.rate, name="rate"),
    path("<str:code>/", views.indicator, name="indicator"),
    path("<str:code>/evidence/add/", views.note_add, name="note-add"),
]
