from django.urls import path

from tutoring_admin.dashboards import views
from tutoring_admin.dashboards.guide import views as guide

app_name = "dashboards"
urlpatterns = [
    path("", views.today, name="today"),
    path("home/", views.home_choose, name="home-choose"),
    path("brief/", views.champion, name="champion"),
    path("search/", views.search, name="search"),
    # The guide to section 3.1
    path("guide/", guide.guide, name="guide"),
    path("guide/before/add/", guide.add, name="beginning-add"),
    path("guide/before/suggested/", guide.take_up, name="beginning-take-up"),
    path("guide/before/<int:pk>/", guide.edit, name="beginning-edit"),
    path("guide/before/<int:pk>/settle/", guide.settle, name="beginning-settle"),
    path("guide/before/<int:pk>/move/", guide.move, name="beginning-move"),
    path("guide/before/<int:pk>/remove/", guide.remove, name="beginning-remove"),
]
