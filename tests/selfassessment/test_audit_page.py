"""What someone from outside can check without asking anybody."""

import datetime as dt

import pytest

from selfassessment.freezing import digest
from selfassessment.models import EvidenceSnapshot, RoundReopening
from tests.factories.roles import UserFactory
from tests.factories.selfassessment import (
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    SignOffFactory,
)
from tests.factories.selfassessment_gaps import SnapshotFactory
from tests.factories.selfassessment_standards import OfficialResultFactory, StandardsFactory
from tests.selfassessment.pages import at, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
CONTENT = {
    "6b.1": {
        "evidence": [
            {"label": "Board minutes", "told": "Item 7", "source": "Added by Dana Whitfield",
             "dated_on": "2026-08-03", "good_until": "2027-08-03", "url": "https://x.example/7"}
        ]
    }
}  # fmt: skip


@pytest.fixture
def signed(year):
    """A closed round with its team, frozen evidence and both signatures on it."""
    round_ = RoundFactory(
        district=year.district, school_year=year, label="Fall 2026", closed=True,
        facilitator=UserFactory(first_name="Dana", last_name="Whitfield"),
    )  # fmt: skip
    RatingFactory(district=year.district, round=round_)
    RoundMemberFactory(district=year.district, round=round_, user=UserFactory(last_name="Rater"))
    kept = SnapshotFactory(
        district=year.district, round=round_, content=CONTENT, digest=digest(CONTENT)
    )
    for capacity in ("program_lead", "champion"):
        SignOffFactory(district=year.district, round=round_, capacity=capacity, digest=kept.digest)
    return round_


def test_a_round_stands_with_team_signatures_and_a_digest_that_matches(
    client, year, auditor, signed
):
    response = client.get(at(year, "audit"))
    record = response.context["records"][0]
    page = text(response)

    assert record.seal.matches
    assert [each.holds for each in record.signatures] == [True, True]
    assert digest(CONTENT) in page
    assert "Matches" in page
    assert "Rater" in page
    assert "Led by Dana Whitfield, who did not vote." in page


def test_evidence_changed_behind_the_product_no_longer_matches(client, year, auditor, signed):
    changed = {"6b.1": {"evidence": []}}
    EvidenceSnapshot.objects.filter(round=signed).update(content=changed)

    record = client.get(at(year, "audit")).context["records"][0]

    assert not record.seal.matches
    assert [each.holds for each in record.signatures] == [False, False]
    assert "Does not match" in text(client.get(at(year, "audit")))


def test_frozen_evidence_is_listed_with_its_dates_and_where_it_comes_from(
    client, year, auditor, signed
):
    page = text(client.get(at(year, "audit"), {"round": signed.pk}))

    for words in ("Board minutes", "Aug 3, 2026", "Aug 3, 2027", "Added by Dana Whitfield"):
        assert words in page


def test_evidence_of_another_districts_round_is_not_found(client, year, auditor):
    elsewhere = RoundFactory()

    assert client.get(at(year, "audit"), {"round": elsewhere.pk}).status_code == 404


def test_a_reopening_is_told_with_its_reason_and_the_signature_it_took_back(
    client, year, auditor, signed
):
    signed.signatures.update(withdrawn_at=dt.datetime(2026, 10, 20, tzinfo=dt.UTC))
    RoundReopening.objects.create(
        district=year.district, round=signed, by=UserFactory(), reason="A school was left out.",
        was="closed",
    )  # fmt: skip

    page = text(client.get(at(year, "audit")))

    assert "A school was left out." in page
    assert "when the round was reopened" in page


def test_official_results_stand_apart_and_further_standards_have_a_digest(client, year, auditor):
    OfficialResultFactory(district=year.district, clarity="As NSSA printed it")
    kept = StandardsFactory(district=year.district, name="State conditions")

    page = text(client.get(at(year, "audit")))

    assert "As NSSA printed it" in page
    assert kept.digest in page
    assert "It is not a score of NSSA" in page


def test_nobody_can_change_anything_here(client, year, auditor, signed):
    assert client.post(at(year, "audit")).status_code == 405
    assert 'method="post"' not in text(client.get(at(year, "audit"))).split("<main")[1]


@pytest.mark.parametrize("rounds", [1, 5])
def test_the_page_costs_the_same_at_any_number_of_rounds(
    client, year, auditor, rounds, django_assert_max_num_queries
):
    for n in range(rounds):
        round_ = RoundFactory(
            district=year.district, school_year=year, label=f"Round {n}", closed=True
        )
        SnapshotFactory(district=year.district, round=round_, digest=digest({}))
        RoundMemberFactory(district=year.district, round=round_)
    client.get(at(year, "audit"))

    with django_assert_max_num_queries(30):
        client.get(at(year, "audit"))
