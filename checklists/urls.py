"""Addresses under /d/<slug>/checklists/."""

from django.urls import path

from checklists.views import (
    actions,
    evidence,
    filling,
    proposals,
    result,
    rhythm,
    scales,
    template_items,
    templates,
    topics,
    windows,
)

app_name = "checklists"
urlpatterns = [
    path("", windows.index, name="index"),
    path("windows/new/", windows.create, name="window-create"),
    path("windows/<int:pk>/", windows.detail, name="window-detail"),
    path("windows/<int:pk>/edit/", windows.edit, name="window-edit"),
    path("windows/<int:pk>/close/", windows.close, name="window-close"),
    path("actions/", actions.index, name="actions"),
    path("actions/<int:pk>/", actions.detail, name="action"),
    path("actions/<int:pk>/done/", actions.finish, name="action-finish"),
    path("actions/<int:pk>/move/", actions.move, name="action-move"),
    path("actions/<int:pk>/drop/", actions.drop, name="action-drop"),
    path("library/", templates.library, name="library"),
    path("library/roles/<int:pk>/write/", templates.write_first, name="template-write"),
    path("library/<int:pk>/", templates.template, name="template"),
    path("library/<int:pk>/change/", templates.start, name="template-change"),
    path("library/<int:pk>/draft/", templates.draft, name="template-draft"),
    path("library/<int:pk>/draft/settings/", templates.frame, name="template-frame"),
    path("library/<int:pk>/draft/discard/", templates.discard, name="template-discard"),
    path("library/<int:pk>/draft/publish/", templates.publish, name="template-publish"),
    path("library/<int:pk>/draft/items/", template_items.add, name="item-add"),
    path("library/<int:pk>/draft/items/<slug:key>/", template_items.edit, name="item-edit"),
    path("library/<int:pk>/draft/items/<slug:key>/move/", template_items.move, name="item-move"),
    path(
        "library/<int:pk>/draft/items/<slug:key>/retire/", template_items.retire, name="item-retire"
    ),
    path(
        "library/<int:pk>/draft/items/<slug:key>/back/",
        template_items.bring_back,
        name="item-bring-back",
    ),
    path("library/<int:pk>/proposals/", proposals.answer, name="proposal-answer"),
    path("alignment/", proposals.alignment, name="alignment"),
    path("scales/", scales.index, name="scales"),
    path("scales/new/", scales.add, name="scale-add"),
    path("scales/<int:pk>/", scales.edit, name="scale-edit"),
    path("scales/<int:pk>/retire/", scales.retire, name="scale-retire"),
    path("topics/", topics.index, name="topics"),
    path("topics/<int:pk>/items/<int:item>/", topics.take_up, name="topic-take-up"),
    path("rhythm/", rhythm.index, name="rhythm"),
    path("rhythm/positions/<int:pk>/", rhythm.answer, name="rhythm-answer"),
    path("rhythm/<int:pk>/end/", rhythm.end, name="rhythm-end"),
    path("<int:pk>/", filling.fill, name="fill"),
    path("<int:pk>/items/<int:item>/rate/", filling.rate, name="rate"),
    path("<int:pk>/review/", filling.review, name="review"),
    path("<int:pk>/submit/", filling.submit, name="submit"),
    path("<int:pk>/items/<int:item>/evidence/", evidence.evidence, name="evidence"),
    path("<int:pk>/evidence/<int:evidence>/", evidence.evidence_file, name="evidence-file"),
    path(
        "<int:pk>/evidence/<int:evidence>/remove/",
        evidence.evidence_remove,
        name="evidence-remove",
    ),
    path("<int:pk>/result/", result.result, name="result"),
]
