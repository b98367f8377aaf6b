"""The addresses of evidence by hand, each before the codes of indicators."""

from django.urls import path

from selfassessment.views import evidence
from selfassessment.views import evidence_acts as acts

urlpatterns = [
    path("evidence/", evidence.evidence_list, name="evidence-list"),
    path("evidence/add/", evidence.evidence_add, name="evidence-new"),
    path("evidence/files/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/edit/", evidence.evidence_edit, name="evidence-edit"),
    path("evidence/<int:pk>/renew/", acts.evidence_renew, name="evidence-renew"),
    path("evidence/<int:pk>/take-back/", acts.evidence_withdraw, name="evidence-withdraw"),
    path("evidence/<int:pk>/bring-back/", acts.evidence_bring_back, name="evidence-bring-back"),
    path("evidence/<int:pk>/hand-over/", acts.evidence_hand_over, name="evidence-hand-over"),
    path(
        "evidence/<int:pk>/indicators/",
        acts.evidence_indicators,
        name="evidence-indicators",
    ),
]
