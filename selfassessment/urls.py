from django.urls import path

from selfassessment.views import agreeing, evidence, readiness, rounds

app_name = "selfassessment"
urlpatterns = [
    path("", readiness.index, name="index"),
    path("rounds/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/<str:code>/rate/", agreeing.rate, name="rate"),
    # Codes come last: they could be any word.
    path("<str:code>/", readiness.indicator, name="indicator"),
    path("<str:code>/evidence/add/", evidence.evidence_add, name="evidence-add"),
]
