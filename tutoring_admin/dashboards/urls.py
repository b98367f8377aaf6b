from django.urls import path

from tutoring_admin.dashboards import chase, schools, views
from tutoring_admin.dashboards.about import views as about
from tutoring_admin.dashboards.guide import views as guide
from tutoring_admin.dashboards.search import views as search

app_name = "dashboards"
urlpatterns = [
    path("", views.today, name="today"),
    path("home/", views.home_choose, name="home-choose"),
    path("talk/", views.talk, name="talk"),
    path("brief/", views.champion, name="champion"),
    path("search/", search.search, name="search"),
    path("chase/", chase.chase, name="chase"),
    path("my-schools/", schools.my_schools, name="my-schools"),
    # One school, one department, one person
    path("schools/<int:pk>/", about.school, name="school"),
    path("departments/<int:pk>/", about.department, name="department"),
    path("people/<int:pk>/", about.person, name="person"),
    # The guide to section 3.1
    path("guide/", guide.guide, name="guide"),
    path("guide/before/add/", guide.add, name="beginning-add"),
    path("guide/before/suggested/", guide.take_up, name="beginning-take-up"),
    path("guide/before/<int:pk>/", guide.edit, name="beginning-edit"),
    path("guide/before/<int:pk>/settle/", guide.settle, name="beginning-settle"),
    path("guide/before/<int:pk>/move/", guide.move, name="beginning-move"),
    path("guide/before/<int:pk>/remove/", guide.remove, name="beginning-remove"),
]
