"""What is over its time goes at night, and nothing else; what would go is told before."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from checklists.models import ItemEvidence, Rating
from roadmap.models import CoachingEntry
from roles.capabilities import AccessLevel
from roles.models import (
    AuditEvent,
    Invitation,
    Letter,
    OwedStatus,
    RetentionKind,
    RetentionRule,
    RosterImport,
    RosterLine,
)
from roles.services import seals
from roles.services.verifying import verify
from tests.factories.checklists import (
    ChecklistFactory,
    RatingFactory,
    WindowFactory,
)
from tests.factories.roadmap_learning import CoachingEntryFactory
from tests.factories.roles import (
    DistrictFactory,
    LetterFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tests.factories.rosters import RosterImportFactory
from tutoring_admin.systems.privacy import retention

pytestmark = pytest.mark.django_db
K = RetentionKind


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


def hash_of(number):
    return {"token_hash": f"{number:064x}"}


def rated(district, *, over_since):
    """A submitted checklist of a window that closed so many days ago, with one rating."""
    window = WindowFactory(district=district)
    type(window).objects.filter(pk=window.pk).update(
        opens_on=ago(over_since + 10).date(), closes_on=ago(over_since).date()
    )
    rating = RatingFactory(
        checklist=ChecklistFactory(district=district, window=window), district=district, note="Ok."
    )
    form = rating.checklist
    type(form).objects.filter(pk=form.pk).update(
        submitted_at=ago(over_since), score=80, coverage=100, band="strong"
    )
    return rating


def test_letters_go_once_they_are_old_and_at_rest(district):
    LetterFactory(district=district, status=OwedStatus.DONE, owed_at=ago(400))
    waiting = LetterFactory(district=district, owed_at=ago(400))
    recent = LetterFactory(district=district, status=OwedStatus.DONE, owed_at=ago(200))
    elsewhere = LetterFactory(status=OwedStatus.DONE, owed_at=ago(400))
    assert retention.act(district) == {K.LETTERS: 1}
    assert set(Letter.objects.all()) == {waiting, recent, elsewhere}
    assert retention.act(district) == {}
    told = AuditEvent.objects.get(verb="retention.acted")
    assert (told.actor, told.detail["rows"]) == (None, 1)


def test_single_ratings_go_and_what_a_checklist_came_to_stays(district):
    old, new = rated(district, over_since=6 * 366), rated(district, over_since=300)
    assert retention.act(district) == {K.RATINGS: 1}
    assert list(Rating.objects.all()) == [new]
    form = type(old.checklist).objects.get(pk=old.checklist.pk)
    assert (form.score, form.band) == (80, "strong")


def test_a_file_beside_a_rating_goes_from_the_disk_too(district):
    rating = rated(district, over_since=4 * 366)
    name = default_storage.save("evidence/log.txt", ContentFile(b"log"))
    type(rating.checklist).objects.filter(pk=rating.checklist.pk).update(
        submitted_at=None, band="", coverage=None, score=None
    )
    ItemEvidence.objects.create(
        district=district, checklist=rating.checklist, item=rating.item, file=name, name="log"
    )
    assert retention.act(district) == {K.EVIDENCE: 1}
    assert not default_storage.exists(name)


def test_old_talks_and_answered_invitations_go(district):
    CoachingEntryFactory(district=district, on=ago(1200).date())
    kept = CoachingEntryFactory(district=district)
    offer = {"district": district, "level": "auditor", "invited_by": UserFactory()}
    Invitation.objects.create(
        **offer, email="a@b.example", **hash_of(1), invited_at=ago(120), expires_at=ago(113),
        accepted_at=ago(119),
    )  # fmt: skip
    open_one = Invitation.objects.create(
        **offer, email="c@d.example", **hash_of(2), invited_at=ago(3), expires_at=ago(-4)
    )
    assert retention.act(district) == {K.INVITATIONS: 1, K.COACHING: 1}
    assert list(CoachingEntry.objects.all()) == [kept]
    assert list(Invitation.objects.all()) == [open_one]


def test_the_trail_lets_go_of_nothing_whose_seal_is_young(district):
    for days in (8 * 366, 8 * 365, 10):
        AuditEvent.objects.create(
            district=district, verb="x.y", subject="roles.user", subject_pk="1", at=ago(days)
        )
    seals.seal(district.pk)
    assert retention.act(district) == {}
    assert AuditEvent.objects.count() == 3


def test_the_trail_of_seals_that_are_old_goes(district, monkeypatch):
    long_ago = ago(8 * 366)
    AuditEvent.objects.create(
        district=district, verb="x.y", subject="roles.user", subject_pk="1", at=long_ago
    )
    with monkeypatch.context() as patch:
        patch.setattr(seals.timezone, "now", lambda: long_ago)
        seals.seal(district.pk)
    seals.seal(district.pk)
    assert retention.act(district) == {K.AUDIT: 1}
    verdict = verify(district)
    assert (verdict.holds, verdict.let_go) == (True, 1)


def test_the_lead_chooses_and_sees_what_would_go(client, district):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    LetterFactory(district=district, status=OwedStatus.DONE, owed_at=ago(200))
    address = reverse("systems:privacy-retention", args=[district.slug])
    assert {row.count for row, _ in client.get(address).context["rows"]} == {0}

    sent = {kind.value: rule.usual for kind, rule in retention.RULES.items()}
    assert client.post(address, {**sent, "letters": 90}).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.kind, rule.days, rule.set_by) == (K.LETTERS, 90, lead)
    found = {line.rule.kind: line.count for line, _ in client.get(address).context["rows"]}
    assert found[K.LETTERS] == 1
    assert Letter.objects.count() == 1  # looking removes nothing

    assert client.post(address, {**sent, "audit": 30}).status_code == 422
    assert RetentionRule.objects.count() == 1


def test_it_acts_where_it_is_night(district):
    LetterFactory(district=district, status=OwedStatus.DONE, owed_at=ago(400))
    with travel(dt.datetime(2026, 11, 30, 18, tzinfo=dt.UTC), tick=False):
        assert retention.act_everywhere() == 0
    with travel(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), tick=False):
        assert retention.act_everywhere() == 1


def roster(district, *, asked, applied=None, **more):
    made = RosterImportFactory(
        district=district, owed_at=ago(asked), applied_at=applied and ago(applied), **more
    )
    RosterLine.objects.create(district=district, roster=made, kind="person", key="u1")
    return made


def test_rosters_go_by_their_rule_alone_and_the_last_in_force_loses_its_lines(district):
    roster(district, asked=300)  # a dry run that nobody applied
    roster(district, asked=250, applied=250)
    last = roster(district, asked=200, applied=200)
    young = roster(district, asked=100)
    assert retention.act(district) == {K.ROSTERS: 2}
    assert set(RosterImport.objects.all()) == {last, young}
    assert [line.roster for line in RosterLine.objects.all()] == [young]
    assert retention.act(district) == {}


def test_a_roster_that_can_still_be_undone_stays(district):
    RetentionRule.objects.create(
        district=district, kind=K.ROSTERS, days=30, set_by=UserFactory(), set_at=timezone.now()
    )
    late = roster(district, asked=40, applied=20)
    roster(district, asked=10, applied=10)
    assert retention.act(district) == {}
    assert late.lines.exists()
