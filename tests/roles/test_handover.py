"""The hand-over pack: asked for, made by a worker, fetched by those it is for."""

import datetime as dt
import io

import pikepdf
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from roles import documents
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, HandoverPack, OwedStatus
from roles.services import handovers, sweep
from tests.factories.checklists import form_with_items
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    DutyFactory,
    HandoverPackFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory(name="Northside ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def term(school):
    role = RoleFactory(district=school.district, key="SITE_LEAD", title="Site Tutoring Lead")
    position = PositionFactory(district=school.district, role=role, school=school)
    holder = UserFactory(first_name="Lucia", last_name="Ferro")
    return AssignmentFactory(district=school.district, position=position, holder=holder)


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


@pytest.fixture
def by(school, lead):
    return Reach(lead, school.district, Capability.ROLES_MANAGE, EVERYWHERE)


def today(term):
    return term.district.today()


def milestone(term, days, **fields):
    phase = PhaseFactory(district=term.district, school_year=term.district_year, key=f"P{days}")
    return MilestoneFactory(
        district=term.district,
        phase=phase,
        owner=term.position,
        due_on=today(term) + dt.timedelta(days=days),
        **fields,
    )


def with_year(term):
    term.district_year = SchoolYearFactory._meta.model.objects.get(district=term.district)
    return term


def text_of(pack):
    pack.refresh_from_db()
    reader = pypdf.PdfReader(pack.file.open())
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def made(term, by):
    pack = handovers.ask(term, by=by)
    assert handovers.make(term.district_id, pack.pk)
    pack.refresh_from_db()
    return pack


def file_of(client, who, pack):
    client.force_login(who)
    kwargs = {"district": pack.district.slug, "pk": pack.pk}
    return client.get(reverse("roles:handover-file", kwargs=kwargs)).status_code


def test_asked_for_twice_it_is_owed_once_until_it_is_made(term, by):
    first, second = handovers.ask(term, by=by), handovers.ask(term, by=by)
    handovers.make(term.district_id, first.pk)

    assert first == second
    assert handovers.ask(term, by=by) != first


def test_the_pack_tells_the_duties_what_is_due_and_what_comes_later(term, by):
    with_year(term)
    job = JobDescriptionFactory(district=term.district, role=term.position.role)
    version = VersionFactory(district=term.district, job_description=job, number=3)
    ResponsibilityFactory(district=term.district, version=version, text="Greet every tutor.")
    type(version).objects.filter(pk=version.pk).update(
        status="published", published_at=timezone.now(), published_by=by.user
    )
    milestone(term, 5, title="Room ready")
    milestone(term, -4, title="Lists printed")
    milestone(term, 90, title="Year closed")

    text = text_of(made(term, by))

    assert "Site Tutoring Lead, Northside ES" in text
    assert "Greet every tutor." in text
    assert text.index("Lists printed") < text.index("Room ready") < text.index("Open after that")
    assert text.index("Open after that") < text.index("Year closed")
    assert "late" in text


def test_without_a_published_text_the_duties_of_the_role_stand_in_it(term, by):
    DutyFactory(district=term.district, role=term.position.role, text="Check attendance daily.")

    text = text_of(made(term, by))

    assert "No job description is published for this role." in text
    assert "Check attendance daily." in text


def test_a_checklist_is_in_it_with_its_date_and_no_rating(term, by):
    form = form_with_items(
        2,
        ratings=(1, 0),
        district=term.district,
        position=term.position,
        school=term.position.school,
        holder=term.holder,
    )
    form.ratings.update(note="Fell short in week three")

    text = text_of(made(term, by))

    assert form.template.title in text
    assert "Fell short" not in text


def test_it_names_the_people_to_ask_and_says_vacant_where_nobody_is(term, by):
    above = RoleFactory(district=term.district, title="Principal")
    term.position.role.reports_to = above
    term.position.role.save()
    office = PositionFactory(district=term.district, role=above, school=term.position.school)
    james = UserFactory(first_name="James", last_name="Thornton", email="james@d.example")
    AssignmentFactory(district=term.district, position=office, holder=james)
    PositionFactory(
        district=term.district,
        role=RoleFactory(district=term.district, title="Legal Partner", level="department"),
    )

    text = text_of(made(term, by))

    assert "James Thornton" in text
    assert "james@d.example" in text
    assert "Legal Partner" in text
    assert "vacant" in text


def test_the_pdf_is_tagged_titled_and_in_a_language(term, by):
    pdf = pikepdf.open(io.BytesIO(made(term, by).file.read()))

    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    assert "Hand-over: Site Tutoring Lead, Northside ES" in str(pdf.docinfo["/Title"])
    assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()


def test_names_with_markup_are_words_on_paper(term, by):
    term.holder.last_name = "<b>Ferro</b> & Söhne"
    term.holder.save()

    assert "<b>Ferro</b> & Söhne" in text_of(made(term, by))


def test_a_pack_that_cannot_be_set_says_why_and_is_made_when_tried_again(
    term, by, monkeypatch, settings
):
    pack = handovers.ask(term, by=by)
    real = documents.to_pdf

    def refuse(html):
        raise documents.CannotSet("time")

    monkeypatch.setattr(documents, "to_pdf", refuse)
    assert handovers.make(term.district_id, pack.pk) is False
    pack.refresh_from_db()
    failed = (pack.status, bool(pack.last_error))
    monkeypatch.setattr(documents, "to_pdf", real)

    assert failed == (OwedStatus.FAILED, True)
    assert handovers.ask_again(pack, by=by)
    assert handovers.make(term.district_id, pack.pk)
    assert handovers.ask_again(pack, by=by) is False


def test_two_workers_make_it_once(term, by):
    pack = handovers.ask(term, by=by)

    assert [handovers.make(term.district_id, pack.pk) for _ in range(2)] == [True, False]


def test_the_sweep_knows_who_carries_packs():
    assert sweep.CARRIERS[HandoverPack] == "roles.make_handover_pack"


@pytest.fixture
def pack(term):
    pack = HandoverPackFactory(
        district=term.district, assignment=term, status="done", done_at=timezone.now()
    )
    pack.file.save("pack.pdf", ContentFile(b"%PDF-1.7"))
    return pack


def test_who_left_fetches_it_while_their_access_lasts(client, term, pack, school):
    assert file_of(client, term.holder, pack) == 404
    member(AccessLevel.SITE_LEADER, at=school, user=term.holder)
    assert file_of(client, term.holder, pack) == 200


def test_who_comes_next_fetches_it_and_others_of_the_school_do_not(client, term, pack, school):
    day = today(term)
    Assignment.objects.filter(pk=term.pk).update(ends_on=day)
    next_one = member(AccessLevel.SITE_LEADER, at=school)
    AssignmentFactory(
        district=term.district,
        position=term.position,
        holder=next_one,
        starts_on=day + dt.timedelta(days=3),
    )

    assert file_of(client, next_one, pack) == 200
    assert file_of(client, member(AccessLevel.SITE_LEADER, at=school), pack) == 404


def test_who_answers_for_the_vacant_position_fetches_it(client, term, pack, school):
    above = RoleFactory(district=term.district, title="Principal")
    term.position.role.reports_to = above
    term.position.role.save()
    office = PositionFactory(district=term.district, role=above, school=school)
    principal = member(AccessLevel.SITE_LEADER, at=school)
    AssignmentFactory(district=term.district, position=office, holder=principal)

    held = file_of(client, principal, pack)
    Assignment.objects.filter(pk=term.pk).update(ends_on=today(term) - dt.timedelta(days=1))

    assert (held, file_of(client, principal, pack)) == (404, 200)


def test_the_state_asks_again_by_itself_only_while_it_is_being_made(client, term, pack, lead):
    client.force_login(lead)
    address = reverse("roles:handover", kwargs={"district": term.district.slug, "pk": pack.pk})
    seen = {}
    for status in ("waiting", "running", "done", "failed"):
        HandoverPack.objects.filter(pk=pack.pk).update(status=status)
        seen[status] = client.get(address).content.decode()

    asks = {status for status, page in seen.items() if "hx-trigger" in page}
    assert asks == {"waiting", "running"}
    assert "Try again" in seen["failed"]
    assert "Hand-over pack, PDF" in seen["done"]


def test_tried_again_without_a_reload_the_answer_is_the_state(client, term, pack, lead):
    HandoverPack.objects.filter(pk=pack.pk).update(status="failed")
    client.force_login(lead)
    kwargs = {"district": term.district.slug, "pk": pack.pk}
    address = reverse("roles:handover-again", kwargs=kwargs)

    answer = client.post(address, headers={"HX-Request": "true"}, follow=True)

    assert "Queued" in answer.content.decode()
    assert "<html" not in answer.content.decode()
