from django.urls import path

from selfassessment import evidence_urls, outside_urls, round_urls
from selfassessment.views import agreeing, audit, comparing, evidence, gaps, readiness, voting
from selfassessment.views.outputs import (
    binder_file,
    output_state,
    outputs,
    sheet_csv,
    sheet_xlsx,
)

app_name = "selfassessment"
urlpatterns = [
    path("", readiness.index, name="index"),
    path("audit/", audit.auditor, name="audit"),
    path("rounds/compare/", comparing.compare, name="compare"),
    *round_urls.urlpatterns,
    path("rounds/<int:pk>/<str:code>/rate/", agreeing.rate, name="rate"),
    path("rounds/<int:pk>/room/", voting.room, name="room"),
    path("rounds/<int:pk>/room/live/", voting.room_live, name="room-live"),
    path("rounds/<int:pk>/room/<str:code>/vote/", voting.vote, name="vote"),
    path("rounds/<int:pk>/room/<str:code>/open/", voting.voting_open, name="voting-open"),
    path("rounds/<int:pk>/room/<str:code>/show/", voting.voting_reveal, name="voting-reveal"),
    path("rounds/<int:pk>/room/<str:code>/again/", voting.voting_again, name="voting-again"),
    path("rounds/<int:pk>/room/<str:code>/later/", voting.voting_later, name="voting-later"),
    path("rounds/<int:pk>/room/<str:code>/agree/", agreeing.agree, name="agree"),
    path("gaps/", gaps.gap_list, name="gaps"),
    path("gaps/<int:pk>/", gaps.gap_detail, name="gap"),
    path("gaps/<int:pk>/story/", gaps.gap_story, name="gap-story"),
    path("gaps/<int:pk>/explain/", gaps.gap_explain, name="gap-explain"),
    path("gaps/<int:pk>/take/", gaps.gap_take, name="gap-take"),
    path("gaps/<int:pk>/plan/", gaps.gap_plan, name="gap-plan"),
    path("gaps/<int:pk>/new/", gaps.gap_new_milestone, name="gap-new-milestone"),
    path("gaps/<int:pk>/milestones/<int:milestone_pk>/off/", gaps.gap_unplan, name="gap-unplan"),
    path("gaps/<int:pk>/drop/", gaps.gap_drop, name="gap-drop"),
    path("rounds/<int:pk>/outputs/", outputs, name="outputs"),
    path("rounds/<int:pk>/outputs/<str:kind>/", output_state, name="output-state"),
    path("binders/<int:pk>/file/", binder_file, name="binder-file"),
    path("sheets/ratings.xlsx", sheet_xlsx, name="sheet-xlsx"),
    path("sheets/ratings.csv", sheet_csv, name="sheet-csv"),
    *evidence_urls.urlpatterns,
    *outside_urls.urlpatterns,
    # Codes come last: they could be any word.
    path("<str:code>/", readiness.indicator, name="indicator"),
    path("<str:code>/evidence/add/", evidence.evidence_add, name="evidence-add"),
]
