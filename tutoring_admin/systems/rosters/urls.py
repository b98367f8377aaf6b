from django.urls import URLPattern, path

from tutoring_admin.systems.rosters.views import adding, proposing, showing

urlpatterns: list[URLPattern] = [
    path("", showing.index, name="rosters"),
    path("add/", adding.add, name="roster-add"),
    path("add/list/", adding.take_list, name="roster-list"),
    path("add/sample.csv", adding.sample, name="roster-sample"),
    path("proposals/", proposing.index, name="roster-proposals"),
    path("people/", proposing.people, name="roster-people"),
    path("people/<int:pk>/", proposing.person, name="roster-person"),
    path("<int:pk>/", showing.detail, name="roster"),
    path("<int:pk>/rejects.csv", showing.rejects, name="roster-rejects"),
    path("<int:pk>/apply/", showing.apply, name="roster-apply"),
    path("<int:pk>/undo/", showing.undo, name="roster-undo"),
    path("<int:pk>/discard/", showing.discard, name="roster-discard"),
    path("<int:pk>/again/", showing.again, name="roster-again"),
]
