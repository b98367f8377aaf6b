from django.urls import path

from roadmap.views import adopt, board, calendar, feeds, milestones

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
    # School calendar
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/edit/", calendar.edit, name="calendar-edit"),
    # Calendars outside the product
    path("subscribe/", feeds.index, name="feeds"),
    path("subscribe/make/", feeds.make, name="feed-make"),
    path("subscribe/end/", feeds.end, name="feed-end"),
    path("subscribe/district/make/", feeds.make_for_district, name="district-feed-make"),
    path("subscribe/district/end/", feeds.end_for_district, name="district-feed-end"),
]
