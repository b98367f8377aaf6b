"""A person is deleted: the name goes everywhere, the history of the positions stays."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse

from checklists.models import Rating
from roadmap.models import CoachingEntry
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, AuditEvent, Letter, Membership, OwedStatus, PersonRemoval, User
from roles.services import seals
from roles.services.audit import record_for
from roles.services.verifying import verify
from tests.factories.checklists import ChecklistFactory, RatingFactory
from tests.factories.roadmap_learning import CoachingEntryFactory
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    LetterFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tutoring_admin.systems.privacy import removing

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Owen Baker", "owen@district.example"


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def by(district, lead):
    return Reach(lead, district, Capability.SYSTEMS_MANAGE, EVERYWHERE)


@pytest.fixture
def owen(district):
    owen = UserFactory(first_name="Owen", last_name="Baker", email=ADDRESS)
    member(AccessLevel.AUDITOR, at=district, user=owen)
    AssignmentFactory(district=district, holder=owen, starts_on="2024-07-01", ends_on="2025-06-30")
    rating = RatingFactory(
        district=district, checklist=ChecklistFactory(district=district, holder=owen), note="Late."
    )
    form = rating.checklist
    type(form).objects.filter(pk=form.pk).update(
        submitted_at="2025-01-10T10:00Z", score=50, coverage=100, band="strong"
    )
    CoachingEntryFactory(district=district, coached_person=owen, takeaway="He was upset.")
    LetterFactory(district=district, reader=owen, to=ADDRESS, status=OwedStatus.DONE)
    EmailAddress.objects.create(user=owen, email=ADDRESS, verified=True, primary=True)
    record_for(district, owen, "access.given", owen, person=NAME, level="Auditor", place="X")
    seals.seal(district.pk)
    return owen


def everywhere_said(word):
    """The tables in which a word still stands, asked of the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{name}" t WHERE t::text ILIKE %s)',  # noqa: S608
                [f"%{word}%"],
            )
            found += [name] if cursor.fetchone()[0] else []
    return found


def test_the_name_goes_from_every_table_and_the_positions_stay(district, by, owen):
    assert "roles_user" in everywhere_said("baker")
    removal = removing.ask(owen, by=by)
    assert removing.carry_out(district.pk, removal.pk)

    assert everywhere_said("baker") == []
    assert everywhere_said(ADDRESS) == []
    held = Assignment.objects.get(holder=owen.pk)
    assert str(held.holder) == "A former holder"
    assert Rating.objects.get().note == ""
    assert Rating.objects.get().value == 2
    assert "upset" not in str(CoachingEntry.objects.values().get())
    assert not Letter.objects.exists()
    assert not Membership.objects.filter(user=owen).exists()
    assert not EmailAddress.objects.filter(user=owen).exists()
    gone = User.objects.get(pk=owen.pk)
    assert (gone.is_active, gone.has_usable_password()) == (False, False)


def test_the_trail_keeps_the_act_without_the_name_and_its_seal_fits(district, by, owen):
    removing.carry_out(district.pk, removing.ask(owen, by=by).pk)
    event = AuditEvent.objects.get(verb="access.given")
    assert event.detail == {"person": "a former holder", "level": "Auditor", "place": "X"}
    assert event.actor_id == owen.pk
    assert verify(district).holds
    told = AuditEvent.objects.get(verb="person.deleted")
    assert told.detail == {"notes": 2, "letters": 1, "events": 1}
    assert PersonRemoval.objects.get().told == told.detail


def test_doing_it_twice_does_it_once(district, by, owen):
    removal = removing.ask(owen, by=by)
    assert removing.carry_out(district.pk, removal.pk)
    assert not removing.carry_out(district.pk, removal.pk)
    assert AuditEvent.objects.filter(verb="person.deleted").count() == 1


def test_the_last_lead_oneself_and_who_holds_a_position_are_not_deleted(district, by, lead):
    assert "You cannot delete yourself" in removing.why_not(lead, by=by)[0]
    holder = UserFactory()
    AssignmentFactory(district=district, holder=holder)
    assert "hold a position today" in removing.why_not(holder, by=by)[0]
    other = Reach(UserFactory(), district, Capability.SYSTEMS_MANAGE, EVERYWHERE)
    assert "last district lead" in removing.why_not(lead, by=other)[0]


def test_who_works_for_another_district_too_keeps_the_name_and_the_lead_is_told_why(
    client, district, by, lead, owen
):
    AssignmentFactory(holder=owen)
    removal = removing.ask(owen, by=by)
    assert not removing.carry_out(district.pk, removal.pk)
    assert User.objects.get(pk=owen.pk).get_full_name() == NAME
    client.force_login(lead)
    page = client.get(reverse("systems:privacy-people", args=[district.slug])).content.decode()
    assert "another district of this installation" in page


def test_the_check_page_says_what_happens_and_wants_the_address_typed(client, district, lead, owen):
    client.force_login(lead)
    address = reverse("systems:privacy-person", args=[district.slug, owen.pk])
    page = " ".join(client.get(address).content.decode().split())
    assert "Notes beside ratings of them: 1" in page
    assert "Times in a position: 1" in page
    send = reverse("systems:privacy-delete", args=[district.slug, owen.pk])
    assert client.post(send, {"email": "someone@else.example"}).status_code == 422
    assert not PersonRemoval.objects.exists()
    assert client.post(send, {"email": ADDRESS.upper()}).status_code == 302
    assert PersonRemoval.objects.get().person == owen
    assert AuditEvent.objects.filter(verb="person.deletion_asked").exists()
