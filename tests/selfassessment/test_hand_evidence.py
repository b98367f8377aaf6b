"""Evidence by hand: added, revised, renewed, handed over, taken back, and who reads it."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice
from roles.notices import sources
from roles.services import notices
from roles.services.refusal import Refused, Stale
from roles.words import sentence
from selfassessment.collecting import collect
from selfassessment.evidence_notices import subject_of
from selfassessment.freezing import digest, frozen
from selfassessment.library import library
from selfassessment.models import EvidenceRevision, EvidenceSnapshot, HandEvidence
from selfassessment.services import evidence
from selfassessment.speaking import offered, standing
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import HandEvidenceFactory, RoundFactory, RoundMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
SAYS = {"label": "Minutes", "text": "Item 7", "link": "", "dated_on": dt.date(2026, 8, 3)}
TYPED = {"label": "Minutes", "text": "Item 7", "dated_on": "2026-08-03"}


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def district(year):
    return year.district


@pytest.fixture
def lead(client, district):
    who = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(who)
    return who


@pytest.fixture
def by(district, lead):
    return Reach(lead, district, Capability.ASSESSMENT_RATE, EVERYWHERE)


@pytest.fixture
def piece(by):
    return evidence.add({"6b.1": "jd_lead"}, SAYS, by=by)


def at(district, name, **kwargs):
    return reverse(f"selfassessment:{name}", kwargs={"district": district.slug, **kwargs})


def text(response):
    return " ".join(response.content.decode().split())


def now(piece):
    return EvidenceRevision.objects.current().get(evidence=piece)


def told():
    event = AuditEvent.objects.order_by("pk").last()
    return sentence(event.verb, event.detail)


def counts(by):
    return {note.label for note in collect(by, TODAY).notes}


# What people do


def test_evidence_counts_as_long_as_its_kind_does_unless_someone_says_until_when(by):
    two_kinds = {"6b.1": "board_or_hr_approval", "6b.3": "caseload_list"}

    usual = evidence.add(two_kinds, SAYS, by=by)
    said = evidence.add(two_kinds, SAYS | {"expires_on": dt.date(2028, 1, 1)}, by=by)

    assert now(usual).expires_on == dt.date(2027, 2, 1)  # the caseload list: six months
    assert now(said).expires_on == dt.date(2028, 1, 1)
    assert usual.owner == by.user
    assert told() == "added evidence for 6b.1 and 6b.3: Minutes"


@pytest.mark.parametrize("uses", [{}, {"9z.9": ""}], ids=["none", "an unknown one"])
def test_evidence_for_no_known_indicator_is_refused(by, uses):
    with pytest.raises(Refused):
        evidence.add(uses, SAYS, by=by)

    assert not HandEvidence.objects.exists()


def test_nobody_from_elsewhere_can_be_made_its_owner(by, piece):
    stranger = member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory())

    with pytest.raises(Refused, match="no access"):
        evidence.add({"6b.1": ""}, SAYS, owner=stranger, by=by)
    with pytest.raises(Refused, match="no access"):
        evidence.hand_over(piece, stranger, by=by)


def test_an_edit_makes_a_revision_and_keeps_what_was_said(by, piece):
    assert evidence.revise(piece, SAYS | {"text": "Item 8"}, seen=1, by=by)

    said = piece.revisions.values_list("number", "text", "is_current", "added_by")
    assert list(said) == [(2, "Item 8", True, by.user.pk), (1, "Item 7", False, by.user.pk)]
    assert told() == "changed the evidence Minutes, now revision 2"


def test_an_edit_that_changes_nothing_leaves_no_revision(by, piece):
    assert evidence.revise(piece, SAYS, seen=1, by=by) is False
    assert piece.revisions.count() == 1


def test_the_second_of_two_editors_is_told_and_writes_over_nothing(by, piece):
    evidence.revise(piece, SAYS | {"text": "Item 8"}, seen=1, by=by)

    with pytest.raises(Stale):
        evidence.revise(piece, SAYS | {"text": "Item 9"}, seen=1, by=by)
    with pytest.raises(Stale):
        evidence.renew(piece, dt.date(2028, 1, 1), seen=1, by=by)

    assert now(piece).text == "Item 8"


def test_renewing_moves_its_last_day_and_keeps_the_rest(by, piece):
    assert evidence.renew(piece, dt.date(2028, 1, 1), seen=1, by=by)
    assert evidence.renew(piece, dt.date(2028, 1, 1), seen=2, by=by) is False

    assert (now(piece).number, now(piece).text) == (2, "Item 7")
    assert told() == "renewed the evidence Minutes, until Jan 1, 2028"


def test_what_is_taken_back_is_gone_at_once_and_says_why(by, piece):
    assert counts(by) == {"Minutes"}

    assert evidence.take_back(piece, reason="The wrong meeting.", by=by)

    assert counts(by) == set()
    assert evidence.take_back(piece, reason="Again.", by=by) is False
    assert told() == "took back the evidence Minutes: The wrong meeting."
    for change in (
        lambda: evidence.revise(piece, SAYS, seen=1, by=by),
        lambda: evidence.renew(piece, TODAY, seen=1, by=by),
        lambda: evidence.speak_for(piece, {"6b.2": ""}, by=by),
        lambda: evidence.hand_over(piece, by.user, by=by),
    ):
        with pytest.raises(Refused, match="taken back"):
            change()


def test_what_was_taken_back_can_be_brought_back_with_a_reason_or_without(by, piece):
    assert evidence.bring_back(piece, by=by) is False
    evidence.take_back(piece, reason="The wrong meeting.", by=by)

    assert evidence.bring_back(piece, by=by)

    assert counts(by) == {"Minutes"}
    assert told() == "brought back the evidence Minutes"
    evidence.take_back(piece, reason="No, wrong.", by=by)
    evidence.bring_back(piece, reason=" It was right. ", by=by)
    assert told() == "brought back the evidence Minutes: It was right."


def test_it_speaks_for_other_indicators_from_now_on(by, piece):
    assert evidence.speak_for(piece, {"6b.2": "matrix", "6c.1": ""}, by=by)
    assert evidence.speak_for(piece, {"6b.2": "matrix", "6c.1": ""}, by=by) is False

    assert list(piece.uses.values_list("code", "kind")) == [("6b.2", "matrix"), ("6c.1", "")]
    assert told() == "said that the evidence Minutes speaks for 6b.2 and 6c.1"


def test_handing_over_says_to_whom(by, district, piece):
    other = member(AccessLevel.EXECUTIVE, at=district)

    assert evidence.hand_over(piece, other, by=by)
    assert evidence.hand_over(piece, other, by=by) is False

    assert told() == f"handed the evidence Minutes over to {other}"


# Its pages


def test_a_piece_is_added_from_the_list_for_several_indicators(client, district, lead):
    data = TYPED | {"for_6b.1": "jd_lead", "for_6c.2": "-", "expires_on": "2027-06-30"}
    page = text(client.post(at(district, "evidence-new"), data, follow=True))

    assert list(HandEvidence.objects.get().uses.values_list("code", "kind")) == [
        ("6b.1", "jd_lead"),
        ("6c.2", ""),
    ]
    assert "Added: Minutes." in page
    assert "Wednesday, June 30, 2027" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"dated_on": "2026-10-30"}, "dated_on"),
        ({"dated_on": "1066-10-14"}, "dated_on"),
        ({"expires_on": "2026-08-02"}, "expires_on"),
        ({"expires_on": "2026-10-28"}, "expires_on"),
        ({"expires_on": "2126-10-28"}, "expires_on"),
        ({"dated_on": "2024-08-03"}, "expires_on"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"for_6b.1": "nope"}, "for_6b.1"),
    ],
    ids=[
        "says nothing", "of a day to come", "of another age", "ends before its date", "has run out",
        "counts for a century", "has run out as its kind does", "a script for a link",
        "of an unknown kind",
    ],
)  # fmt: skip
def test_what_cannot_stand_is_asked_again_and_nothing_typed_is_lost(
    client, district, lead, change, field
):
    data = TYPED | {"for_6b.1": "jd_lead", "for_6b.2": "matrix"} | change
    response = client.post(at(district, "evidence-new"), data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="matrix" selected' in text(response)
    assert not HandEvidence.objects.exists()


def test_evidence_for_no_indicator_is_asked_again(client, district, lead):
    response = client.post(at(district, "evidence-new"), TYPED)

    assert response.status_code == 422
    assert "Choose at least one indicator" in text(response)


def test_an_indicator_the_round_does_not_ask_keeps_its_evidence_for_later(client, district, lead):
    RoundFactory(district=district, label="Fall 2026")

    page = text(client.post(at(district, "evidence-add", code="6b.5"), TYPED, follow=True))

    assert "Fall 2026 does not ask 6b.5." in page
    assert HandEvidence.objects.get().uses.get().code == "6b.5"


def test_a_code_nobody_knows_has_no_page(client, district, lead):
    assert client.post(at(district, "evidence-add", code="9z.9"), TYPED).status_code == 404


def test_evidence_for_an_indicator_that_is_gone_stays_until_it_is_taken_off(
    client, district, lead, piece
):
    piece.uses.create(district=district, code="99.x.1")
    page = text(client.get(at(district, "evidence", pk=piece.pk)))
    assert "This indicator is not offered any longer." in page

    address = at(district, "evidence-indicators", pk=piece.pk)
    client.post(address, {"for_6b.1": "jd_lead", "for_99.x.1": "-"})
    assert set(piece.uses.values_list("code", flat=True)) == {"6b.1", "99.x.1"}

    client.post(address, {"for_6b.1": "jd_lead"})
    assert set(piece.uses.values_list("code", flat=True)) == {"6b.1"}


def test_the_second_editor_sees_both_and_can_put_theirs_on_top(client, district, lead, piece, by):
    evidence.revise(piece, SAYS | {"text": "What Ana wrote"}, seen=1, by=by)
    address, data = at(district, "evidence-edit", pk=piece.pk), TYPED | {"text": "What I wrote"}

    clash = client.post(address, data | {"seen": "1"})

    assert clash.status_code == 409
    assert "What Ana wrote" in text(clash)
    assert "What I wrote" in text(clash)
    seen = clash.context["form"]["seen"].value()

    client.post(address, data | {"seen": seen})

    assert [each.text for each in piece.revisions.all()] == [
        "What I wrote",
        "What Ana wrote",
        "Item 7",
    ]


def test_a_piece_says_that_what_it_links_to_has_a_newer_version(
    client, district, lead, by, settings
):
    job = JobDescriptionFactory(district=district, role=RoleFactory(district=district))
    made = {"district": district, "job_description": job, "published": True}
    old = VersionFactory(**made, number=1, status="superseded")
    new = VersionFactory(**made, number=2)
    link = f"{settings.SITE_URL}{reverse('roles:version', args=[district.slug, old.pk])}"
    stale = evidence.add({"6b.1": ""}, SAYS | {"link": link}, by=by)
    newer = link.replace(f"/{old.pk}/", f"/{new.pk}/")
    fresh = evidence.add({"6b.1": ""}, SAYS | {"link": newer}, by=by)

    page = text(client.get(at(district, "evidence", pk=stale.pk)))

    assert "A newer version has been published" in page
    assert reverse("roles:version", args=[district.slug, new.pk]) in page
    assert "A newer version" not in text(client.get(at(district, "evidence", pk=fresh.pk)))
    rows = client.get(at(district, "evidence-list")).context["rows"]
    assert {says.evidence_id: word for says, _, word in rows} == {
        stale.pk: "Superseded",
        fresh.pk: "Current",
    }


def test_what_points_at_something_replaced_stands_under_a_heading_of_its_own(
    client, district, lead, by, settings
):
    job = JobDescriptionFactory(district=district, role=RoleFactory(district=district))
    made = {"district": district, "job_description": job, "published": True}
    old = VersionFactory(**made, number=1, status="superseded")
    VersionFactory(**made, number=2)
    link = f"{settings.SITE_URL}{reverse('roles:version', args=[district.slug, old.pk])}"
    for label, where in (("Copy", link), ("Minutes", ""), ("Elsewhere", "https://b.example/1")):
        evidence.add({"6b.1": ""}, SAYS | {"label": label, "link": where}, by=by)

    def found(state):
        page = client.get(at(district, "evidence-list"), {"state": state})
        return [
            (group.heading, [says.label for says, *_ in group.rows])
            for group in page.context["groups"]
        ]

    apart = ("Points at something replaced since", ["Copy"])
    assert found("") == [("", ["Minutes", "Elsewhere"]), apart]
    assert found("current") == [("", ["Minutes", "Elsewhere"])]
    assert found("replaced") == [apart]
    indicator = client.get(at(district, "indicator", code="6b.1"))
    assert [item.label for item, *_ in indicator.context["told"].replaced] == ["Copy"]
    assert "Points at something replaced since" in text(indicator)


def test_a_piece_names_the_closed_rounds_that_rest_on_it(client, district, lead, piece, by):
    closed = RoundFactory(district=district, label="Baseline", closed=True)
    later = RoundFactory(district=district, label="Later", closed=True)
    for round_ in (closed, later):
        content = frozen(collect(by, TODAY), library().core)
        content = content if round_ == closed else {"6b.1": {"evidence": [{"evidence_pk": None}]}}
        EvidenceSnapshot.objects.create(
            district=district, round=round_, content=content, digest=digest(content)
        )
    evidence.take_back(piece, reason="Wrong.", by=by)

    page = text(client.get(at(district, "evidence", pk=piece.pk)))

    assert "Baseline" in page
    assert "Later" not in page


def test_taking_back_from_its_page(client, district, lead, piece):
    address = at(district, "evidence-withdraw", pk=piece.pk)
    assert client.post(address, {"reason": " "}).status_code == 422

    page = text(client.post(address, {"reason": "The wrong meeting."}, follow=True))

    assert "The wrong meeting." in page
    assert "stays as it is" in text(client.get(address, follow=True))


def test_bringing_back_from_its_page(client, district, lead, piece, by):
    address = at(district, "evidence-bring-back", pk=piece.pk)
    assert address not in text(client.get(at(district, "evidence", pk=piece.pk)))
    evidence.take_back(piece, reason="The wrong meeting.", by=by)

    page = text(client.get(at(district, "evidence", pk=piece.pk)))

    assert address in page
    assert "The wrong meeting." in text(client.get(address))
    assert "Brought back." in text(client.post(address, {"reason": ""}, follow=True))
    assert "was so already" in text(client.get(address, follow=True))


def test_an_owner_who_only_reads_the_room_keeps_their_own_evidence_true(client, district, piece):
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=district))
    HandEvidence.objects.update(owner=coach)
    client.force_login(coach)

    client.post(
        at(district, "evidence-renew", pk=piece.pk), {"expires_on": "2027-12-01", "seen": 1}
    )

    assert now(piece).expires_on == dt.date(2027, 12, 1)
    assert client.get(at(district, "evidence-hand-over", pk=piece.pk)).status_code == 403
    assert client.get(at(district, "evidence-list")).status_code == 403


def test_the_team_of_an_unfinished_round_reads_evidence_and_nobody_else_below_the_district(
    client, district, lead, piece
):
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=district))
    address = at(district, "evidence", pk=piece.pk)
    client.force_login(coach)
    assert client.get(address).status_code == 404

    seat = RoundMemberFactory(district=district, user=coach, round__district=district)
    assert client.get(address).status_code == 200
    assert client.get(at(district, "evidence-edit", pk=piece.pk)).status_code == 403

    piece.withdrawn_at, piece.withdrawn_by = dt.datetime.now(tz=dt.UTC), lead
    piece.withdrawn_why = "Wrong."
    piece.save()
    assert client.get(address).status_code == 404

    HandEvidence.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
    seat.left_at = dt.datetime.now(tz=dt.UTC)
    seat.save()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", ["Gone", "Soon", "Good", "Endless"]),
        ("current", ["Soon", "Good", "Endless"]),
        ("soon", ["Soon"]),
        ("run_out", ["Gone"]),
        ("taken_back", ["Back"]),
    ],
)
def test_the_list_narrows_to_a_state(client, district, lead, state, found):
    ends = {"Good": dt.date(2027, 10, 1), "Soon": dt.date(2026, 12, 1),
            "Gone": dt.date(2026, 10, 28), "Endless": None}  # fmt: skip
    for label, expires_on in ends.items():
        HandEvidenceFactory(district=district, says__label=label, says__expires_on=expires_on)
    HandEvidenceFactory(
        district=district,
        says__label="Back",
        withdrawn_at=dt.datetime.now(tz=dt.UTC),
        withdrawn_by=lead,
        withdrawn_why="Wrong.",
    )

    page = client.get(at(district, "evidence-list"), {"state": state})

    assert [says.label for says, *_ in page.context["rows"]] == found


def test_the_list_narrows_to_an_indicator_an_owner_and_words(client, district, lead):
    ana = member(AccessLevel.EXECUTIVE, at=district)
    one = HandEvidenceFactory(district=district, owner=ana, code="6b.3", says__label="A caseload")
    HandEvidenceFactory(district=district, owner=lead, says__label="Minutes")

    for asked in ({"code": "6b.3"}, {"owner": ana.pk}, {"text": "CASE"}, {"code": "no such"}):
        rows = client.get(at(district, "evidence-list"), asked).context["rows"]
        expected = {one.pk} if "no such" not in asked.values() else {one.pk, one.pk + 1}
        assert {says.evidence_id for says, *_ in rows} == expected


def test_the_empty_list_says_what_it_is_for(client, district, lead):
    assert "No evidence by hand yet" in text(client.get(at(district, "evidence-list")))
    assert "Nothing fits" in text(client.get(at(district, "evidence-list"), {"text": "x"}))


@pytest.mark.parametrize("size", [1, 4])
def test_list_and_page_cost_the_same_queries_at_any_size(
    client, district, lead, size, django_assert_max_num_queries
):
    for _ in range(size):
        piece = HandEvidenceFactory(district=district)
        piece.uses.create(district=district, code="6b.2")
    for number in range(2, size + 2):
        EvidenceRevision.objects.create(
            district=district, evidence=piece, number=number, is_current=False, label="Before",
            text="So.", dated_on=TODAY, added_by=UserFactory(),
        )  # fmt: skip
    client.get(at(district, "evidence-list"))

    with django_assert_max_num_queries(24):
        client.get(at(district, "evidence-list"))
    with django_assert_max_num_queries(24):
        client.get(at(district, "evidence", pk=piece.pk))


# Before it runs out


def test_its_owner_hears_30_and_7_days_before_and_nobody_else(by, district, lead, piece):
    evidence.renew(piece, dt.date(2027, 3, 10), seen=1, by=by)

    owed = {
        day: notices.owe(district, day)
        for day in (
            dt.date(2027, 2, 5),
            dt.date(2027, 2, 8),
            dt.date(2027, 2, 9),
            dt.date(2027, 3, 3),
            dt.date(2027, 3, 4),
        )
    }

    assert list(owed.values()) == [0, 1, 0, 1, 0]
    told = Notice.objects.filter(source="hand_evidence").values_list("reader", "rung")
    assert list(told.order_by("rung")) == [(lead.pk, -30), (lead.pk, -7)]


def test_what_was_renewed_or_taken_back_is_left_out_of_the_letter(by, district, piece):
    other = evidence.add({"6b.2": ""}, SAYS | {"label": "Chart"}, by=by)
    for each, seen in ((piece, 1), (other, 1)):
        evidence.renew(each, TODAY + dt.timedelta(days=20), seen=seen, by=by)
    subjects = [subject_of(piece.pk), subject_of(other.pk)]
    source = sources()["hand_evidence"]
    assert set(source.still(district, subjects)) == set(subjects)

    evidence.renew(piece, TODAY + dt.timedelta(days=200), seen=2, by=by)
    evidence.take_back(other, reason="Wrong.", by=by)

    assert source.still(district, subjects) == {}


def test_the_program_lead_hears_of_evidence_whose_owner_has_left(by, district, lead):
    seat = PositionFactory(
        district=district, role=RoleFactory(district=district, key="PROGRAM_LEAD")
    )
    holder = member(AccessLevel.EXECUTIVE, at=district)
    AssignmentFactory(district=district, position=seat, holder=holder)
    HandEvidenceFactory(district=district, says__expires_on=TODAY + dt.timedelta(days=5))

    notices.owe(district, TODAY)

    assert Notice.objects.get(source="hand_evidence").reader == holder


# Pure


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.data())
def test_evidence_never_counts_longer_by_speaking_for_more(dated_on, data):
    known = offered(library().indicators, (), (), "")
    pairs = [(i.code, k.key) for i in known.indicators for k in i.evidence_types]
    uses = dict(data.draw(st.lists(st.sampled_from(pairs), min_size=1)))

    ends = [known.usual_end({code: kind}, dated_on) for code, kind in uses.items()]

    assert known.usual_end(uses, dated_on) == min(ends) > dated_on


def test_the_chip_turns_with_the_days():
    words = [standing(TODAY + dt.timedelta(days=n), TODAY)[1] for n in (-1, 0, 1, 60, 61)]

    assert words == ["Run out", "Last day", "1 day left", "60 days left", "Current"]
    assert standing(None, TODAY)[1] == "Current"
