from django.urls import path

from selfassessment.views import agreeing, evidence, readiness, rounds
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
    path("rounds/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/<str:code>/rate/", agreeing.rate, name="rate"),
    path("rounds/<int:pk>/outputs/", outputs, name="outputs"),
    path("rounds/<int:pk>/outputs/<str:kind>/", output_state, name="output-state"),
    path("binders/<int:pk>/file/", binder_file, name="binder-file"),
    path("sheets/ratings.xlsx", sheet_xlsx, name="sheet-xlsx"),
    path("sheets/ratings.csv", sheet_csv, name="sheet-csv"),
    # Codes come last: they could be any word.
    path("<str:code>/", readiness.indicator, name="indicator"),
    path("<str:code>/evidence/add/", evidence.evidence_add, name="evidence-add"),
]
