"""Which right opens which door, said a second time: asking for a weaker one shows here."""

from roles.capabilities import CATALOGUE, AccessLevel, Capability
from tests.guards.addresses import district_pages

# Reading, trying out and acting may share a right; what binds others has one of its own.
DOORS = {
    Capability.ASSESSMENT_RATE: {
        "GET selfassessment:note-add",
        "POST selfassessment:note-add",
        "POST selfassessment:rate",
        "GET selfassessment:round-close",
        "POST selfassessment:round-close",
        "GET selfassessment:round-open",
        "POST selfassessment:round-open",
    },
    Capability.ASSESSMENT_VIEW: {
        "GET selfassessment:index",
        "GET selfassessment:indicator",
        "GET selfassessment:round",
    },
    Capability.AUDIT_VIEW: {
        "GET roles:audit",
    },
    Capability.CHECKLIST_MANAGE: {
        "POST checklists:template-write",
        "POST checklists:template-change",
        "GET checklists:template-draft",
        "GET checklists:template-frame",
        "POST checklists:template-frame",
        "POST checklists:template-discard",
        "GET checklists:template-publish",
        "POST checklists:template-publish",
        "GET checklists:item-add",
        "POST checklists:item-add",
        "GET checklists:item-edit",
        "POST checklists:item-edit",
        "POST checklists:item-move",
        "POST checklists:item-retire",
        "POST checklists:item-bring-back",
        "POST checklists:proposal-answer",
        "GET checklists:scales",
        "GET checklists:scale-add",
        "POST checklists:scale-add",
        "GET checklists:scale-edit",
        "POST checklists:scale-edit",
        "POST checklists:scale-retire",
        "POST checklists:window-close",
        "GET checklists:window-create",
        "POST checklists:window-create",
        "GET checklists:window-edit",
        "POST checklists:window-edit",
    },
    Capability.CHECKLIST_VIEW: {
        "GET checklists:alignment",
        "GET checklists:window-detail",
    },
    Capability.CHECKLIST_WORK: {
        "GET checklists:fill",
        "POST checklists:fill",
        "POST checklists:rate",
        "GET checklists:result",
        "GET checklists:review",
        "POST checklists:submit",
    },
    Capability.DASHBOARD_VIEW: {
        "GET dashboards:champion",
    },
    Capability.DEPARTMENT_WORK: {
        "GET roles:need-answer",
        "POST roles:need-answer",
    },
    Capability.HOME_VIEW: {
        "GET checklists:library",
        "GET checklists:template",
        "GET checklists:index",
        "GET dashboards:search",
        "GET dashboards:today",
    },
    Capability.JOB_DESCRIPTION_APPROVE: {
        "POST roles:version-approve",
        "POST roles:version-return",
        "GET roles:version-review",
    },
    Capability.JOB_DESCRIPTION_EDIT: {
        "GET roles:version-send",
        "POST roles:version-send",
        "POST roles:version-edit-anyway",
        "POST roles:version-take-back",
        "POST roles:draft",
        "GET roles:version-edit",
        "POST roles:version-edit",
        "POST roles:version-discard",
        "POST roles:version-render-again",
    },
    Capability.JOB_DESCRIPTION_PUBLISH: {
        "GET roles:version-publish",
        "POST roles:version-publish",
    },
    Capability.PEOPLE_MANAGE: {
        "POST roles:invitation-resend",
        "POST roles:invitation-revoke",
        "GET roles:people-change",
        "POST roles:people-change",
        "GET roles:people-end",
        "POST roles:people-end",
        "GET roles:people-invite",
        "POST roles:people-invite",
        "POST roles:assign-invite",
    },
    Capability.PEOPLE_VIEW: {
        "GET roles:acknowledgements",
        "GET roles:acknowledgements-export",
        "GET roles:people",
        "GET roles:people-levels",
    },
    Capability.ROADMAP_MANAGE: {
        "POST roadmap:adopt",
        "GET roadmap:assign",
        "POST roadmap:assign",
        "GET roadmap:create",
        "POST roadmap:create",
        "GET roadmap:redate",
        "POST roadmap:redate",
        "GET roadmap:set-aside",
        "POST roadmap:set-aside",
    },
    Capability.ROADMAP_VIEW: {
        "GET roadmap:detail",
        "GET roadmap:index",
    },
    Capability.ROADMAP_WORK: {
        "GET roadmap:block",
        "POST roadmap:block",
        "GET roadmap:done",
        "POST roadmap:done",
        "GET roadmap:reopen",
        "POST roadmap:reopen",
        "POST roadmap:start",
    },
    Capability.ROLES_MANAGE: {
        "GET roles:library",
        "POST roles:library-answer",
        "POST roles:library-take-all",
        "POST roles:library-role",
        "GET roles:role-add",
        "POST roles:role-add",
        "GET roles:role-edit",
        "POST roles:role-edit",
        "GET roles:role-remove",
        "POST roles:role-remove",
        "POST roles:matrix-adopt",
        "GET roles:matrix-areas",
        "POST roles:matrix-areas",
        "GET roles:matrix-area",
        "POST roles:matrix-area",
        "POST roles:matrix-area-move",
        "GET roles:matrix-area-remove",
        "POST roles:matrix-area-remove",
        "GET roles:approach",
        "POST roles:approach",
        "GET roles:department-add",
        "POST roles:department-add",
        "GET roles:department-edit",
        "POST roles:department-edit",
        "GET roles:department-remove",
        "POST roles:department-remove",
        "GET roles:need-add",
        "POST roles:need-add",
        "GET roles:need-edit",
        "POST roles:need-edit",
        "GET roles:need-remove",
        "POST roles:need-remove",
        "GET roles:route",
        "POST roles:route-add",
        "POST roles:route-move",
        "POST roles:route-remove",
        "GET roles:assignment-end",
        "POST roles:assignment-end",
        "POST roles:assignment-stay",
        "POST roles:handover-ask",
        "POST roles:handover-again",
        "GET roles:letterhead",
        "POST roles:letterhead",
        "POST roles:letterhead-remove",
        "POST roles:acknowledgements-remind",
        "GET roles:not-needed",
        "POST roles:not-needed",
        "POST roles:needed",
        "GET roles:position-add",
        "POST roles:position-add",
        "GET roles:position-seat",
        "POST roles:position-seat",
        "GET roles:position-close",
        "POST roles:position-close",
        "POST roles:position-reopen",
        "GET roles:assign",
        "POST roles:assign",
        "POST roles:assignment-permanent",
    },
    Capability.ROLES_VIEW: {
        "GET roles:matrix",
        "GET roles:departments",
        "GET roles:compare",
        "GET roles:index",
        "GET roles:role",
        "GET roles:version",
        "POST roles:version-acknowledge",
        "GET roles:version-file",
        "GET roles:version-pdf",
        "GET roles:my-role",
        "GET roles:handover",
        "GET roles:handover-file",
        "GET roles:version-word",
        "GET roles:version-print",
        "GET roles:outline",
        "GET roles:outline-word",
        "GET roles:documents",
        "GET roles:archive",
        "POST roles:archive",
        "POST roles:archive-cancel",
        "GET roles:archive-file",
        "GET roles:logo",
        "GET roles:coverage",
        "GET roles:position",
        "GET roles:chart",
    },
}


def test_every_door_asks_for_the_right_that_is_written_here():
    asked = {}
    for _, name, view in district_pages():
        for method in getattr(view, "methods", ()):  # without @page: test_architecture names it
            asked.setdefault(view.requires, set()).add(f"{method} {name}")

    assert asked == DOORS


def test_an_auditor_holds_rights_to_read_and_no_other():
    grants = CATALOGUE[AccessLevel.AUDITOR].grants
    assert [right for right in grants if not right.endswith(".view")] == []


def test_no_level_but_the_district_lead_decides_for_others():
    binding = tuple(f".{act}" for act in ("manage", "publish", "rate"))
    holders = {
        level
        for level, spec in CATALOGUE.items()
        if any(right.endswith(binding) for right in spec.grants)
    }
    assert holders == {AccessLevel.DISTRICT_LEAD}
