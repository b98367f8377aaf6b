"""Addresses of a round's life: opened, its team, finished, signed, opened again."""

from django.urls import path

from selfassessment.views import rounds, signing, team

urlpatterns = [
    path("rounds/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/team/", team.round_team, name="round-team"),
    path("rounds/<int:pk>/team/add/", team.team_add, name="team-add"),
    path("rounds/<int:pk>/team/remove/", team.team_remove, name="team-remove"),
    path("rounds/<int:pk>/facilitator/", team.facilitator, name="round-facilitator"),
    path("rounds/<int:pk>/finish/", rounds.round_finish, name="round-finish"),
    path("rounds/<int:pk>/sign/", signing.round_sign, name="round-sign"),
    path("rounds/<int:pk>/reopen/", rounds.round_reopen, name="round-reopen"),
]
