"""Addresses of the plan of learning, below learning/."""

from django.urls import path

from roadmap.views import learning, learning_attendance, learning_people, learning_sessions

urlpatterns = [
    path("", learning.index, name="learning"),
    path("adopt/", learning.adopt, name="learning-adopt"),
    path("lines/new/", learning.line_add, name="learning-line-add"),
    path("lines/<int:pk>/", learning.line, name="learning-line"),
    path("lines/<int:pk>/edit/", learning.line_edit, name="learning-line-edit"),
    path("lines/<int:pk>/end/", learning.line_end, name="learning-line-end"),
    path("lines/<int:pk>/schedule/", learning.schedule, name="learning-schedule"),
    path("lines/<int:pk>/session/", learning_sessions.add, name="learning-session-add"),
    path("sessions/<int:pk>/", learning_sessions.detail, name="learning-session"),
    path("sessions/<int:pk>/edit/", learning_sessions.move, name="learning-session-move"),
    path("sessions/<int:pk>/cancel/", learning_sessions.cancel, name="learning-session-cancel"),
    path("sessions/<int:pk>/reopen/", learning_sessions.reopen, name="learning-session-reopen"),
    path("sessions/<int:pk>/topic/", learning_sessions.topic, name="learning-session-topic"),
    path("sessions/<int:pk>/attendance/", learning_attendance.sheet, name="learning-attendance"),
    path("sessions/<int:pk>/attendance/add/", learning_attendance.guest, name="learning-guest"),
    path("sessions/<int:pk>/attendance/file/", learning_attendance.file, name="learning-file"),
    path("sessions/<int:pk>/takeaway/", learning_attendance.takeaway, name="learning-takeaway"),
    path("hours/", learning_people.people, name="learning-people"),
    path("hours/file/", learning_people.people_file, name="learning-people-file"),
    path("mine/", learning_people.mine, name="learning-mine"),
    path("coaching/", learning_people.log, name="coaching"),
    path("coaching/new/", learning_people.talk, name="coaching-add"),
    path("coaching/<int:pk>/edit/", learning_people.correct, name="coaching-edit"),
]
