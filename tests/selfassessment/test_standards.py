"""Sets of standards: taking in, replacing, retiring, and the pages around it."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused, Stale
from selfassessment.library import Indicator
from selfassessment.models import ImportedStandards
from selfassessment.services import standards as service
from selfassessment.standards.example import EXAMPLE
from tests.factories.roles import DistrictFactory, SchoolYearFactory, member
from tests.factories.selfassessment import RoundFactory
from tests.factories.selfassessment_standards import StandardsFactory
from tests.selfassessment.test_standards_files import HEAD

pytestmark = pytest.mark.django_db
LINE = "indicator,TX.1,6b,Time,Is it set?,,,,,\n"
NEWER = {**EXAMPLE, "indicators": EXAMPLE["indicators"][:1]}


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district, client):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    return lead


@pytest.fixture
def by(lead, district):
    return Reach(lead, district, Capability.ASSESSMENT_RATE, EVERYWHERE)


def take(by, content=EXAMPLE, name="State", source="", instead_of=None):
    return service.take(content, name=name, source=source, instead_of=instead_of, by=by)


def url(district, name="standards", *args):
    return reverse(f"selfassessment:{name}", args=[district.slug, *args])


def hand_in(client, district, **given):
    return client.post(url(district, "standards-import"), {"name": "State", **given})


# Services


def test_what_is_taken_in_is_offered_to_new_rounds_in_the_form_of_the_library(by, district):
    made = take(by)

    offered = service.offered(district)
    assert [raw["code"] for raw in offered] == ["ST.a.1", "6b.ST1"]
    assert offered[1]["standard"] == "6b Leader Role Clarity"
    assert offered[0]["imported"] == "State, version 1"
    assert Indicator.from_raw(offered[0]).points[2].anchor.startswith("Most schools")
    event = AuditEvent.objects.get(verb="standards.imported")
    assert event.detail == {"name": "State", "number": 1, "indicators": 2}
    assert str(made) == "State, version 1"


def test_an_indicator_of_one_edition_is_offered_to_that_audience_only(by, district):
    take(by)
    assert [raw["code"] for raw in service.offered(district, "organization")] == ["ST.a.1"]
    assert len(service.offered(district, "lea")) == 2


def test_a_newer_version_replaces_the_one_in_force_and_leaves_it_as_it_was(by, district):
    first = take(by)
    second = take(by, NEWER, instead_of=first.pk)

    first.refresh_from_db()
    assert (first.content, second.number) == (EXAMPLE, 2)
    assert first.replaced_at is not None
    assert [raw["code"] for raw in service.offered(district)] == ["ST.a.1"]


def test_the_same_content_is_no_new_version(by):
    first = take(by)
    with pytest.raises(Refused, match="already say exactly this"):
        take(by, instead_of=first.pk)
    assert take(by, source="The state", instead_of=first.pk).number == 2


def test_who_compared_with_another_version_is_told_and_nothing_is_taken(by):
    first = take(by)
    take(by, NEWER, instead_of=first.pk)
    with pytest.raises(Stale, match="took in version 2 while you looked"):
        take(by, source="Mine", instead_of=first.pk)
    with pytest.raises(Stale):
        take(by, source="Mine")
    assert ImportedStandards.objects.count() == 2


def test_a_code_that_another_set_took_in_the_meantime_is_refused(by):
    take(by, name="One")
    with pytest.raises(Refused, match="“One” by now"):
        take(by, name="Two")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_the_same_at_once_make_one_version(by):
    results = []

    def go():
        try:
            results.append(take(by).number)
        except Refused as why:
            results.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, results))[0] == "1"
    assert "took in version 1 while you looked" in sorted(map(str, results))[1]
    assert ImportedStandards.objects.count() == 1


def test_a_retired_set_is_offered_no_more_and_can_come_again_as_a_newer_version(by, district):
    made = take(by)
    service.retire(made, by=by)

    assert service.offered(district) == []
    with pytest.raises(Refused, match="retired already"):
        service.retire(made, by=by)
    assert take(by).number == 2
    assert AuditEvent.objects.filter(verb="standards.retired").count() == 1


def test_rounds_that_took_a_set_are_named_and_keep_its_words(by, district):
    first = take(by)
    kept = RoundFactory(district=district, label="Fall", taken=service.offered(district))
    take(by, NEWER, instead_of=first.pk)

    assert service.keeping(first, by=by) == [kept]
    kept.refresh_from_db()
    assert len(kept.taken) == 2


def test_another_districts_set_is_neither_offered_nor_in_the_way(by, district):
    StandardsFactory(name="State")
    assert service.offered(district) == []
    assert take(by).number == 1


# Pages


def test_a_file_is_shown_first_and_taken_in_by_the_second_click(client, district, lead):
    file = SimpleUploadedFile("state.csv", (HEAD + LINE).encode())
    shown = hand_in(client, district, file=file, source="State agency")
    assert shown.status_code == 200
    assert not ImportedStandards.objects.exists()
    assert [row.code for row in shown.context["changes"].added] == ["TX.1"]

    form = {"sealed": shown.context["sealed"], "instead_of": ""}
    taken = client.post(url(district, "standards-import"), form)
    made = ImportedStandards.objects.get()
    assert taken.headers["Location"] == url(district, "standards-set", made.pk)
    assert (made.name, made.source, made.imported_by) == ("State", "State agency", lead)


def test_a_name_in_other_capitals_is_the_set_that_is_there(client, district, by):
    first = take(by)
    shown = hand_in(client, district, name="  sTATE ", text=HEAD + LINE)

    assert shown.context["current"] == first
    assert [row.code for row in shown.context["changes"].gone][-1] == "6b.ST1"


def test_a_bad_file_is_answered_with_all_its_lines_and_what_was_typed_stays(client, district, lead):
    text = HEAD + "indicator,,,,,,,,,\nthing,,,,,,,,,\n"
    found = hand_in(client, district, text=text, source="Agency")

    assert found.status_code == 422
    assert [each.line for each in found.context["wrong"]] == [2, 2, 2, 2, 3]
    assert found.context["form"]["source"].value() == "Agency"
    assert found.context["form"]["text"].value() == text
    assert not ImportedStandards.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose a file, or paste the text"),
        ({"file": ("a.csv", b"x"), "text": "y"}, "not both"),
        ({"file": ("a.xlsx", b"PK")}, "neither YAML nor CSV"),
        ({"file": ("a.csv", b"")}, "empty"),
        ({"file": ("a.csv", b"x" * 10_000_001)}, "larger than 10 MB"),
    ],
    ids=["nothing", "both", "workbook", "empty", "large"],
)
def test_what_is_no_file_of_standards_is_said_beside_the_field(
    client, district, lead, given, words
):
    if "file" in given:
        given = {**given, "file": SimpleUploadedFile(*given["file"])}
    found = hand_in(client, district, **given)

    assert found.status_code == 422
    assert words in str(found.context["form"].errors["file"])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00\xd8",
        b"\x00" * 50,
        b'x: "\\ud800"',
        b"a: &a [*a]",
        b"[" * 5000,
        b"kind,code,title\n" + b'"' * 99,
        b"kind,code,title\n" + b"x," * 9999,
        b"code: \x81",
        "kind,code,title\nindicator,\u202e,\ufeff".encode(),
    ],
)
def test_no_bytes_break_the_page(client, district, lead, data):
    for name in ("a.yaml", "a.csv"):
        found = hand_in(client, district, file=SimpleUploadedFile(name, data))
        assert found.status_code == 422
        assert found.context["wrong"]


def test_a_file_of_more_than_a_megabyte_is_told_its_size(client, district, lead):
    found = hand_in(client, district, file=SimpleUploadedFile("a.csv", b"x" * 2_000_000))
    assert found.status_code == 422
    assert "2.0 MB" in found.context["wrong"][0].says


def test_who_was_overtaken_sees_what_would_change_now(client, district, by):
    shown = hand_in(client, district, text=HEAD + LINE)
    theirs = take(by)
    form = {"sealed": shown.context["sealed"], "instead_of": ""}
    again = client.post(url(district, "standards-import"), form)

    assert again.status_code == 409
    assert again.context["current"] == theirs
    assert "while you looked" in again.context["refusal"]
    form["instead_of"] = str(theirs.pk)
    assert client.post(url(district, "standards-import"), form).status_code == 302


def test_a_preview_of_someone_else_or_made_up_takes_nothing(client, district, lead):
    shown = hand_in(client, district, text=HEAD + LINE)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    for sealed in (shown.context["sealed"], "made-up"):
        found = client.post(url(district, "standards-import"), {"sealed": sealed})
        assert found.status_code == 422
    assert not ImportedStandards.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "yaml"])
def test_an_exported_set_says_nothing_new_when_it_comes_back(client, district, by, kind):
    made = take(by)
    file = client.get(url(district, "standards-file", made.pk, kind))
    assert f'filename="State, version 1.{kind}"' in file.headers["Content-Disposition"]

    back = SimpleUploadedFile(f"back.{kind}", file.content)
    shown = hand_in(client, district, file=back)
    assert shown.context["is_new"] is False


def test_templates_and_the_library_can_be_had_as_files_and_no_other_kind(client, district, lead):
    for name in ("standards-template", "standards-library"):
        assert b"plain_question" in client.get(url(district, name, "yaml")).content
        assert client.get(url(district, name, "csv")).content.startswith(b"\xef\xbb\xbfkind,code")
        assert client.get(url(district, name, "exe")).status_code == 404


def test_the_library_page_parts_core_from_optional_for_each_edition(client, district, lead):
    def shown(**params):
        branches = client.get(url(district), params).context["branches"]
        return {i.code: i.optional for branch in branches for i in branch.indicators}

    assert shown()["6b.1"] is False
    assert shown()["6b.5"] is True
    assert shown(**{"for": "organization"})["6b.4"] is True
    assert shown(**{"for": "nonsense"}) == shown()


def test_retiring_is_said_first_and_done_by_the_button(client, district, by):
    made = take(by)
    page = client.get(url(district, "standards-retire", made.pk))
    assert page.status_code == 200
    client.post(url(district, "standards-retire", made.pk))

    found = client.get(url(district)).context
    assert (found["sets"], found["retired"]) == ([], [made])
    assert client.get(url(district, "standards-retire", made.pk)).status_code == 302


def test_an_auditor_reads_and_is_offered_no_button(client, district):
    made = StandardsFactory(district=district)
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    for page in (client.get(url(district)), client.get(url(district, "standards-set", made.pk))):
        assert page.status_code == 200
        assert b"standards/import/" not in page.content


@pytest.mark.parametrize("number", [1, 6])
def test_the_library_page_asks_as_much_of_any_number_of_sets(
    client, district, lead, number, django_assert_num_queries
):
    StandardsFactory.create_batch(number, district=district)
    client.get(url(district))
    with django_assert_num_queries(16):
        client.get(url(district))
