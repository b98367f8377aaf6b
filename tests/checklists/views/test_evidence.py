"""Evidence over HTTP: added and taken away by the rater, kept from everyone who may not read it."""

import io
import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from checklists.evidence_files import Taken
from checklists.models import Checklist, Window
from checklists.services import evidence as service
from roles.capabilities import AccessLevel, Capability
from roles.services.refusal import Refused
from tests.factories.checklists import (
    ItemEvidenceFactory,
    ItemFactory,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roles import SchoolFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LINK = {"link": "https://docs.example.org/log", "name": "September log"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def form(school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    return form_with_items(2, district=school.district, school=school, holder=holder)


@pytest.fixture
def item(form):
    return form.template.items.first()


@pytest.fixture
def rater(client, form):
    client.force_login(form.rater)
    return client


def url(name, form, **more):
    return reverse(
        f"checklists:{name}", kwargs={"district": form.district.slug, "pk": form.pk, **more}
    )


def add(client, form, item, data, **more):
    return client.post(url("evidence", form, item=item.pk), data, **more)


def file(content=PDF, name="log.pdf"):
    return {"file": SimpleUploadedFile(name, content)}


def photo(size=(2400, 1800)):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "JPEG")
    return file(out.getvalue(), "board.jpg")


def stored():
    return default_storage.listdir("evidence")[1] if default_storage.exists("evidence") else []


@pytest.fixture(autouse=True)
def _empty_shelf():
    for name in stored():
        default_storage.delete(f"evidence/{name}")


def kept_file(form, item, content=PDF, name="log.pdf", kind="application/pdf"):
    path = default_storage.save("evidence/x", ContentFile(content))
    return ItemEvidenceFactory(
        district=form.district, checklist=form, item=item, url="", file=path, name=name,
        content_type=kind, size=len(content),
    )  # fmt: skip


def test_a_link_is_kept_and_shown_with_its_host(rater, form, item):
    response = add(rater, form, item, LINK)

    assert response["Location"] == url("evidence", form, item=item.pk)
    page = rater.get(response["Location"]).content.decode()
    assert 'rel="noopener noreferrer nofollow"' in page
    assert "September log" in page
    assert "docs.example.org</span>" in page
    form.refresh_from_db()
    assert form.started_at


def test_a_file_and_a_link_can_come_together(rater, form, item):
    add(rater, form, item, LINK | file())

    assert list(form.evidence.values_list("name", "content_type")) == [
        ("log.pdf", "application/pdf"),
        ("September log", ""),
    ]


def test_in_place_the_list_comes_back(rater, form, item):
    page = add(rater, form, item, file(), headers=HTMX).content.decode()

    assert "<html" not in page
    assert "log.pdf" in page
    assert url("evidence-remove", form, evidence=form.evidence.get().pk) in page


def test_the_same_save_twice_keeps_one(rater, form, item):
    once = LINK | {"save_id": str(uuid.uuid4())}
    for _ in range(2):
        assert add(rater, form, item, once, headers=HTMX).status_code == 200

    assert form.evidence.count() == 1


def test_the_same_save_after_submitting_is_still_known(rater, form, item):
    once = LINK | {"save_id": str(uuid.uuid4())}
    add(rater, form, item, once, headers=HTMX)
    lock(form)

    assert add(rater, form, item, once, headers=HTMX).status_code == 200
    assert form.evidence.count() == 1


def test_a_photo_is_kept_small_and_opens_in_the_browser(rater, form, item):
    add(rater, form, item, photo())

    kept = form.evidence.get()
    with Image.open(kept.file) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1200))
    shown = rater.get(url("evidence-file", form, evidence=kept.pk))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"] == 'inline; filename="board.jpg"'
    assert kept.size == len(b"".join(shown.streaming_content))


def test_any_other_file_is_handed_out_to_be_saved_and_nothing_else(rater, form, item):
    kept = kept_file(form, item, b"a,b\n", 'Señal "x".csv', "text/csv")

    response = rater.get(url("evidence-file", form, evidence=kept.pk))

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"a,b\n"


REFUSED = {
    "a program called PDF": (file(b"MZ" + bytes(99)), "inside it is something else"),
    "an SVG": (file(b"<svg><script/></svg>", "a.svg"), "An SVG can carry programs"),
    "HEIC": (file(b"\0\0\0\x18ftypheic" + bytes(99), "a.heic"), "Photo Library"),
    "nothing in it": (file(b""), "The file is empty. Taken are"),
    "40 MB": (file(b"\xff\xd8" + bytes(40_000_000), "a.jpg"), "larger than 10 MB"),
    "a long name": (file(PDF, f"{'a' * 230}.pdf"), "name is too long"),
    "javascript": ({"link": "javascript:alert(1)"}, "begin with http or https"),
    "data": ({"link": "data:text/html,x"}, "begin with http or https"),
    "a password": ({"link": "https://a:b@example.org"}, "user name or password"),
    "a long link": ({"link": f"https://example.org/{'a' * 600}"}, "longer than 500"),
    "nothing at all": ({}, "Choose a file or give a link."),
    "a name alone": ({"name": "Log"}, "Choose a file or give a link."),
    "a null": ({"link": "https://example.org", "name": "a\0b"}, "Null characters"),
}


@pytest.mark.parametrize(("data", "why"), list(REFUSED.values()), ids=list(REFUSED))
def test_bad_input_gets_a_sentence_and_leaves_nothing_behind(rater, form, item, data, why):
    for each in data.values():
        if hasattr(each, "seek"):
            each.seek(0)
    response = add(rater, form, item, data, headers=HTMX)

    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/plain")
    assert why in response.content.decode()
    assert (form.evidence.count(), stored()) == (0, [])


def test_without_scripts_the_sentence_stands_beside_the_field_and_what_was_typed_stays(
    rater, form, item
):
    response = add(rater, form, item, LINK | file(b"MZ" + bytes(99), "setup.exe"))

    page = response.content.decode()
    assert response.status_code == 422
    assert LINK["link"] in page
    assert LINK["name"] in page
    assert re.search(r'id="error_1_id_file"[^>]*>.{0,60}Files that end in \.exe', page, re.S)
    assert not form.evidence.exists()


def test_an_item_takes_five(rater, form, item):
    ItemEvidenceFactory.create_batch(5, district=form.district, checklist=form, item=item)

    response = add(rater, form, item, file(), headers=HTMX)

    assert (response.status_code, response.content.decode()) == (422, service.FULL)
    assert stored() == []
    assert 'type="file"' not in rater.get(url("evidence", form, item=item.pk)).content.decode()
    other = form.template.items.last()
    assert add(rater, form, other, LINK, headers=HTMX).status_code == 200


def test_an_item_of_another_checklist_is_not_found(rater, form):
    assert add(rater, form, ItemFactory(district=form.district), LINK).status_code == 404


def test_taking_away_deletes_the_file_too(rater, form, item, django_capture_on_commit_callbacks):
    add(rater, form, item, file())
    assert len(stored()) == 1
    kept = form.evidence.get()

    with django_capture_on_commit_callbacks(execute=True):
        response = rater.post(url("evidence-remove", form, evidence=kept.pk))

    assert response["Location"] == url("evidence", form, item=item.pk)
    assert (form.evidence.count(), stored()) == (0, [])
    assert rater.post(url("evidence-remove", form, evidence=kept.pk)).status_code == 404


SHUT = {
    "submitted": lambda form: lock(form),
    "closed": lambda form: Window.objects.filter(pk=form.window_id).update(
        closed_at=timezone.now()
    ),
    "set aside": lambda form: Checklist.objects.filter(pk=form.pk).update(
        withdrawn_at=timezone.now()
    ),
}


@pytest.mark.parametrize("shut", list(SHUT.values()), ids=list(SHUT))
def test_a_shut_form_takes_nothing_and_gives_nothing_up(rater, form, item, shut):
    kept = ItemEvidenceFactory(district=form.district, checklist=form, item=item)
    shut(form)

    added = add(rater, form, item, file(), headers=HTMX)
    removed = rater.post(url("evidence-remove", form, evidence=kept.pk), headers=HTMX)
    plainly = rater.post(url("evidence-remove", form, evidence=kept.pk))

    assert (added.status_code, removed.status_code) == (409, 409)
    assert plainly["Location"] == url("result", form)
    assert rater.get(url("evidence", form, item=item.pk))["Location"] == url("result", form)
    assert (form.evidence.count(), stored()) == (1, [])


def test_the_database_holds_the_lock_too(form, item):
    lock(form)

    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        ItemEvidenceFactory(district=form.district, checklist=form, item=item)


def test_a_file_that_cannot_be_recorded_is_not_left_behind(form, item):
    by = reach(form.district, form.rater, capability=Capability.CHECKLIST_WORK)
    long = Taken(ContentFile(PDF), "a" * 500, ".pdf", "application/pdf")
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        service.add(form, item, [long], save_id=uuid.uuid4(), by=by)

    assert stored() == []


def test_nobody_but_the_rater_adds_or_takes_away(client, form, item):
    kept = ItemEvidenceFactory(district=form.district, checklist=form, item=item)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=form.district))

    assert add(client, form, item, LINK).status_code == 404
    assert client.get(url("evidence", form, item=item.pk)).status_code == 404
    assert client.post(url("evidence-remove", form, evidence=kept.pk)).status_code == 404
    assert form.evidence.count() == 1


def test_the_service_refuses_another_person_by_itself(form, item):
    other = member(AccessLevel.DISTRICT_LEAD, at=form.district)
    by = reach(form.district, other, capability=Capability.CHECKLIST_WORK)

    with pytest.raises(Refused, match="Only the person who rates"):
        service.add(form, item, [service.Link("https://example.org")], save_id=uuid.uuid4(), by=by)


def gets(client, who, form, kept):
    client.force_login(who)
    return client.get(url("evidence-file", form, evidence=kept.pk)).status_code


def test_a_file_is_read_by_whoever_reads_the_rating_and_not_before(client, form, item):
    observer = member(AccessLevel.SITE_LEADER, at=form.school)
    theirs = observed(form, observer)
    own, seen = kept_file(form, item), kept_file(theirs, item)
    manager = member(AccessLevel.DISTRICT_LEAD, at=form.district)
    colleague = member(AccessLevel.SITE_LEADER, at=form.school)

    assert gets(client, form.rater, form, own) == 200
    assert gets(client, observer, form, own) == 404
    assert gets(client, form.holder, theirs, seen) == 404
    assert gets(client, manager, form, own) == 404
    lock(theirs)
    assert gets(client, form.holder, theirs, seen) == 404
    lock(form)
    assert gets(client, form.holder, theirs, seen) == 200
    assert gets(client, observer, form, own) == 200
    assert gets(client, manager, form, own) == 200
    assert gets(client, colleague, form, own) == 404


def test_a_file_is_found_at_its_own_form_only(rater, form, item):
    other = form_with_items(1, district=form.district, school=form.school, holder=form.holder)
    kept = kept_file(form, item)

    assert rater.get(url("evidence-file", other, evidence=kept.pk)).status_code == 404


def test_a_link_is_no_file_and_a_lost_file_is_not_found(rater, form, item):
    link = ItemEvidenceFactory(district=form.district, checklist=form, item=item)
    lost = kept_file(form, item)
    default_storage.delete(lost.file.name)

    assert rater.get(url("evidence-file", form, evidence=link.pk)).status_code == 404
    assert rater.get(url("evidence-file", form, evidence=lost.pk)).status_code == 404


def test_markup_in_a_name_shows_as_text(rater, form, item):
    add(rater, form, item, {"link": "https://example.org", "name": "<b>log</b>"})

    assert "&lt;b&gt;log" in rater.get(url("evidence", form, item=item.pk)).content.decode()


def test_the_form_shows_evidence_in_a_constant_number_of_queries(rater, form, item):
    there = url("fill", form)

    def count():
        with CaptureQueriesContext(connection) as queries:
            page = rater.get(there).content.decode()
        return len(queries), page.count("hidden data-evidence-remove")

    ItemEvidenceFactory(district=form.district, checklist=form, item=item)
    rater.get(there)
    before = count()
    for each in form.template.items.all():
        ItemEvidenceFactory.create_batch(2, district=form.district, checklist=form, item=each)

    assert (before[1], count()) == (1, (before[0], 5))


def test_a_submitted_form_shows_its_evidence_and_no_way_to_take_it_away(rater, form, item):
    kept = kept_file(form, item)
    lock(form)

    page = rater.get(url("result", form)).content.decode()

    assert url("evidence-file", form, evidence=kept.pk) in page
    assert url("evidence-remove", form, evidence=kept.pk) not in page


def test_without_scripts_the_button_of_an_item_saves_the_answers_first(rater, form, item):
    answers = {f"value-{item.pk}": "1", f"note-{item.pk}": "Two Fridays"}

    response = rater.post(url("fill", form), answers | {"evidence": item.pk})

    assert response["Location"] == url("evidence", form, item=item.pk)
    assert form.ratings.get().note == "Two Fridays"


@pytest.mark.parametrize("asked", ["0", "two", "٣", "-1"])
def test_an_item_that_is_not_there_leads_to_the_review(rater, form, asked):
    assert rater.post(url("fill", form), {"evidence": asked})["Location"] == url("review", form)
