from django.urls import path

from roadmap.views import adopt, board, milestones

app_name = "roadmap"
urlpatterns = [
    path("", board.index, name="index"),
    path("new/", milestones.create, name="create"),
    path("adopt/", adopt.adopt, name="adopt"),
    path("<int:pk>/", milestones.detail, name="detail"),
    path("<int:pk>/start/", milestones.start, name="start"),
    path("<int:pk>/done/", milestones.done, name="done"),
    path("<int:pk>/block/", milestones.block, name="block"),
    path("<int:pk>/reopen/", milestones.reopen, name="reopen"),
    path("<int:pk>/set-aside/", milestones.set_aside, name="set-aside"),
    path("<int:pk>/redate/", milestones.redate, name="redate"),
    path("<int:pk>/assign/", milestones.assign, name="assign"),
]
