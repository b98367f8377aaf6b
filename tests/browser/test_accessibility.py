"""The main pages of a small district in a real browser: axe, widths, and the keyboard alone."""

import pytest
from playwright.sync_api import expect

from checklists.models import Action, Checklist, ChecklistTemplate, Observation, RaterKind, Window
from roles.models import JobDescriptionVersion, LeadershipRole, User
from tests.browser.complaints import complaints
from tutoring_admin.demo import (
    checklists,
    jobs,
    reviews,
    roadmap,
    roles,
    selfassessment,
    succession,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG, FILLED = "cedar-falls", "maple-valley"
PAGES = [
    "",
    "brief/",
    "roles/",
    "roadmap/",
    "roadmap/subscribe/",
    "roadmap/templates/",
    "roadmap/templates/save/",
    "roadmap/templates/import/",
    "roadmap/import/",
    "self-assessment/6b.2/",
    "roles/coverage/positions/",
    "roles/matrix/",
    "roles/library/",
    "roles/approach/?to=partner_provider",
    "roles/people/",
    "roles/documents/",
    "roles/documents/letterhead/",
    "roles/mail/",
    "roles/letters/",
    "roles/ladder/",
    "roles/tables/",
    "roles/files/",
    "roles/my-role/print/",
    "search/?q=a",
    "systems/sign-on/",
    "systems/sign-on/add/microsoft/",
    "systems/sign-on/add/saml/",
    "systems/sign-on/require/",
    "systems/sign-on/people/",
    "systems/moving/",
    "systems/moving/export/",
    "systems/moving/delete/",
    "systems/privacy/",
    "systems/privacy/own/",
    "systems/privacy/retention/",
    "systems/privacy/people/",
    "systems/tokens/",
    "systems/tokens/new/",
    "systems/rosters/",
    "systems/roster-source/",
    "systems/roster-source/set-up/",
    "systems/roster-source/take-away/",
    "systems/rosters/add/",
    "systems/rosters/proposals/",
    "systems/rosters/people/",
]


@pytest.fixture
def visit(page, live_server, client):
    """`visit(person)`: sign that person in to the small demo district; gives what opens a path."""
    return visitor(page, live_server, client, SLUG)


@pytest.fixture
def visit_filled(page, live_server, client):
    """The same in the large one, in which checklists have been filled in for months."""
    return visitor(page, live_server, client, FILLED)


def visitor(page, live_server, client, slug):
    world = roles.found(slug, "a-password-hash")
    for app in (succession, jobs, reviews, checklists, roadmap, selfassessment):
        app.build(world)

    def as_person(person):
        client.force_login(User.objects.get(email=f"{person}@{slug}.example"))
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.set_default_timeout(20_000)
        page.emulate_media(reduced_motion="reduce")
        return lambda path: page.goto(f"{live_server.url}/d/{slug}/{path}")

    return as_person


def test_the_main_pages_break_no_accessibility_rule_and_fit_a_phone(page, visit):
    go = visit("pm")
    role = LeadershipRole.objects.get(district__slug=SLUG, key="EXEC_CHAMPION")
    wrong = []
    for path in [*PAGES, f"roles/{role.pk}/"]:
        go(path)
        wrong += complaints(page, path)
    page.get_by_role("button", name="Edit job description").click()
    page.wait_for_url("**/edit/")
    wrong += complaints(page, "edit")

    assert wrong == []


def test_the_pages_of_approving_break_no_accessibility_rule_and_fit_a_phone(page, visit):
    go = visit("pm")
    waiting = JobDescriptionVersion.objects.get(district__slug=SLUG, status="in_review")
    draft = JobDescriptionVersion.objects.get(district__slug=SLUG, status="draft")
    version, role = f"roles/versions/{waiting.pk}", waiting.job_description.role_id
    wrong = []
    for path in (
        "roles/route/",
        f"roles/{role}/compare/",
        f"{version}/",
        f"{version}/edit/",
        f"roles/versions/{draft.pk}/send/",
    ):
        go(path)
        wrong += complaints(page, path)
    go = visit("champion")
    go(f"{version}/review/")
    page.get_by_text("Return with a reason").click()
    page.get_by_role("button", name="Return to the authors").click()
    wrong += complaints(page, "review")

    assert wrong == []


def test_a_checklist_in_the_middle_of_the_work_breaks_no_accessibility_rule(page, visit):
    go = visit("site")
    form = Checklist.objects.get(rater__email=f"site@{SLUG}.example", submitted_at=None)
    go(f"checklists/{form.pk}/")
    for item in range(3):
        page.locator("[data-item]").nth(item).locator("label.answer").nth(item).click()
    expect(page.get_by_text("3 of 10 rated")).to_be_visible()

    assert complaints(page, "checklist") == []


def pages_of_the_manager():
    """Every page of checklists that the project manager meets, in its fullest state."""
    windows = Window.objects.filter(opened_at__isnull=False).order_by("opens_on")
    last, now = list(windows)[-2:]
    template = ChecklistTemplate.objects.published().get(key="FC_SITE")
    draft = ChecklistTemplate.objects.drafts().first()
    seat = Observation.objects.filter(window=now).first().position_id
    closed = Checklist.objects.filter(window=last, rater_kind=RaterKind.AGREED).submitted().first()
    form = Checklist.objects.self_rated().submitted().filter(window=now).first()
    found = [f"windows/{now.pk}/{rest}" for rest in ("", "edit/", "observers/")]
    found += [f"windows/{last.pk}/{rest}" for rest in ("", "report/")]
    found += [f"windows/{now.pk}/observers/draws/{now.draws.get().pk}/"]
    found += [f"windows/{now.pk}/observers/{seat}/", f"{closed.pk}/result/", f"{form.pk}/reopen/"]
    found += [f"library/{template.pk}/", f"library/{draft.pk}/draft/"]
    found += [f"library/{draft.pk}/draft/publish/", "results/schools/?role=FC_SITE"]
    found += ["", "windows/new/", "windows/year/", "practice/", "results/", "actions/", "topics/"]
    found += ["rhythm/", "library/", "alignment/", "scales/", "scales/new/"]
    return [*found, "results/schools/?role=FC_SITE&show=low"]


def test_the_managers_pages_of_checklists_break_no_accessibility_rule_and_fit_a_phone(
    page, visit_filled
):
    go = visit_filled("pm")
    wrong = []
    for path in pages_of_the_manager():
        answer = go(f"checklists/{path}")
        assert answer.status == 200, path
        wrong += complaints(page, f"checklists/{path}")

    assert wrong == []


def test_the_raters_pages_of_checklists_break_no_accessibility_rule_and_fit_a_phone(
    page, visit_filled
):
    go = visit_filled("site")
    mine = Checklist.objects.self_rated().filter(rater__email=f"site@{FILLED}.example")
    form = mine.get(submitted_at=None)
    before = mine.submitted().order_by("-window__opens_on").first()
    action = Action.objects.open().filter(owner=form.rater).first()
    item = form.template.items.first().pk
    wrong = []
    for path in (
        "",
        "checklists/",
        f"checklists/{form.pk}/",
        f"checklists/{form.pk}/review/",
        f"checklists/{form.pk}/items/{item}/evidence/",
        f"checklists/{before.pk}/result/",
        f"checklists/{before.pk}/compare/",
        "checklists/actions/",
        f"checklists/actions/{action.pk}/",
        "checklists/results/",
    ):
        assert go(path).status == 200, path
        wrong += complaints(page, path)
    go = visit_filled("principal")
    half_way = Checklist.objects.get(rater_kind=RaterKind.AGREED, submitted_at=None)
    for path in (f"checklists/{half_way.pk}/agree/", "checklists/", ""):
        assert go(path).status == 200, path
        wrong += complaints(page, path)

    assert wrong == []


def test_an_item_is_found_and_rated_with_the_keyboard_alone(page, visit):
    visit("site")("")
    tab_to(page, "Site Tutoring Lead checklist")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checklists/*/")
    tab_to(page, "value-")
    page.keyboard.press("Space")

    expect(page.get_by_text("1 of 10 rated")).to_be_visible()
    page.reload()
    expect(page.locator("input[type=radio]:checked")).to_have_count(1)


def tab_to(page, wanted):
    """Press Tab until the focus is on what bears these words or this name, and can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(e => [e.name || e.innerText, (e.closest('.answer') || e).checkVisibility(),"
            " getComputedStyle(e.closest('.answer') || e).outlineStyle])(document.activeElement)"
        )
        if wanted in focus[0]:
            assert focus[1:] == [True, "solid"], f"no visible focus on {wanted}"
            return
    pytest.fail(f"Tab never reaches {wanted}")
