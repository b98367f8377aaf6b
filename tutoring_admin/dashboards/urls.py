from django.urls import path

from tutoring_admin.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.today, name="today"),
    path("home/", views.home_choose, name="home-choose"),
    path("brief/", views.champion, name="champion"),
    path("search/", views.search, name="search"),
]
