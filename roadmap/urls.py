from django.urls import path

from roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("adopt/", views.adopt, name="adopt"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/done/", views.done, name="done"),
    path("<int:pk>/block/", views.block, name="block"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/set-aside/", views.set_aside, name="set-aside"),
    path("<int:pk>/redate/", views.redate, name="redate"),
    path("<int:pk>/assign/", views.assign, name="assign"),
]
