"""Files made on request: asked for, made, cancelled, refused, fetched, removed."""

import datetime as dt
import io

import pytest
from celery import current_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from roles import making
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, MadeFile, Membership, OwedStatus
from roles.services import making as services
from roles.services import sweep
from roles.services.refusal import Refused
from roles.tasks import make_file, make_long_file
from tests.factories.roles import DistrictFactory, MadeFileFactory, SchoolFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db
VIEW = Capability.ROLES_VIEW


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def by(district, lead):
    return reach(district, lead, capability=VIEW)


@pytest.fixture(autouse=True)
def maker(monkeypatch):
    """Have the makers of a test, which no other test sees."""
    monkeypatch.setattr(making, "_makers", {"test": content(b"made")})
    monkeypatch.setattr(making, "_long", set())
    return making.register


def content(answer):
    def make(work):
        with work.reading():
            return answer

    return make


def ask(by, **arguments):
    return services.ask("test", arguments, "Everything", "everything.csv", by=by)


def make(made):
    done = services.make(made.district_id, made.pk)
    made.refresh_from_db()
    return done


def address(name, made):
    return reverse(f"roles:{name}", args=[made.district.slug, made.pk])


@pytest.mark.parametrize("answer", [b"made", io.BytesIO(b"made")])
def test_what_was_asked_for_is_made_once_and_fetched_by_whoever_asked(
    client, by, lead, maker, answer
):
    maker("test", content(answer))
    made = ask(by)

    assert make(made)
    assert not make(made)

    client.force_login(lead)
    response = client.get(address("made-file", made))
    assert b"".join(response.streaming_content) == b"made"
    assert response["Content-Disposition"] == 'attachment; filename="everything.csv"'
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", "actor")
    assert list(verbs) == [("file.asked", lead.pk), ("file.downloaded", lead.pk)]


def test_a_page_is_set_as_pdf(by, maker):
    html = '<html lang="en"><title>Two words</title><body><h1>Two words</h1></body></html>'
    maker("test", content(making.Page(html)))
    made = ask(by)

    assert make(made)

    assert made.file.read().startswith(b"%PDF")


def test_the_same_question_is_answered_by_the_file_that_is_being_made(by):
    first = ask(by, school=3)

    assert ask(by, school=3) == first
    assert ask(by, school=4) != first
    make(first)
    assert ask(by, school=3) != first


def test_two_people_do_not_share_a_file(district, by):
    other = reach(district, member(AccessLevel.DISTRICT_LEAD, at=district), capability=VIEW)

    assert ask(by) != ask(other)


def test_a_cancelled_file_is_not_made_and_its_worker_stops_at_the_next_step(by, maker):
    seen = []

    def make_in_steps(work):
        for step in range(5):
            seen.append(step)
            if step == 2:
                services.cancel(work.made, by=by)
            work.step(step, 5)
        return b"never"

    maker("test", make_in_steps)
    made = ask(by)

    assert not make(made)

    assert seen == [0, 1, 2]
    assert (made.status, made.made, made.total) == (OwedStatus.CANCELLED, 1, 5)
    assert not made.file


def test_one_that_is_cancelled_at_the_last_moment_leaves_no_file_behind(by, maker):
    def make_it(work):
        services.cancel(work.made, by=by)
        return b"too late"

    maker("test", make_it)
    made = ask(by)

    assert not make(made)
    assert not default_storage.exists(f"made/district-{made.district_id}/file-{made.pk}-1.csv")


def test_another_worker_finishes_what_a_dead_one_began(by, maker):
    made = ask(by)
    MadeFile.objects.claim(made.pk)  # and dies
    assert not make(made)
    MadeFile.objects.filter(pk=made.pk).update(lease_until=timezone.now())

    assert sweep.ring_for_owed_work() == 1
    made.refresh_from_db()
    assert made.status == OwedStatus.DONE


def test_of_files_that_take_long_one_is_made_at_a_time_in_all_districts(by, maker):
    maker("test", content(b"made"), takes_long=True)
    elsewhere = MadeFileFactory(maker="test")
    MadeFile.objects.claim(elsewhere.pk)
    made = ask(by)

    assert not make(made)
    assert made.status == OwedStatus.WAITING
    MadeFile.objects.filter(pk=elsewhere.pk).update(lease_until=timezone.now())  # it died
    assert make(made)


def test_a_file_that_takes_long_has_hours(by, maker):
    seen = []

    def make_it(work):
        seen.append(current_task.name)
        return b"made"

    for takes_long in (False, True):
        maker("test", make_it, takes_long=takes_long)
        made = ask(by, number=takes_long)
        make_file(made.district_id, made.pk)

    assert seen == [make_file.name, make_long_file.name]
    assert make_long_file.soft_time_limit >= 3600 > make_file.soft_time_limit


def test_who_lost_the_reach_gets_no_file_made(by, lead):
    made = ask(by)
    Membership.objects.filter(user=lead).delete()

    assert not make(made)

    assert (made.status, made.last_error) == (OwedStatus.FAILED, services.LOST)


def test_a_file_made_with_more_reach_than_its_asker_has_left_is_refused(client, district, lead, by):
    made = ask(by)
    make(made)
    Membership.objects.filter(user=lead).delete()
    member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=district), user=lead)
    client.force_login(lead)

    assert client.get(address("made-file", made)).status_code == 403

    page = client.get(reverse("roles:made-files", args=[district.slug])).content.decode()
    assert "No longer yours" in page
    assert address("made-file", made) not in page
    assert not AuditEvent.objects.filter(verb="file.downloaded").exists()


def test_schools_that_were_gained_since_take_nothing_away(district):
    school, other = SchoolFactory(district=district), SchoolFactory(district=district)
    leader = member(AccessLevel.SITE_LEADER, at=school)
    made = ask(reach(district, leader, capability=VIEW, schools=[school]))
    member(AccessLevel.SITE_LEADER, at=other, user=leader)

    assert make(made)
    Membership.objects.filter(user=leader, school=school).delete()
    assert not making.covers(making.access_of(made), made)


def test_a_refusal_of_the_maker_stands_beside_the_file(client, by, lead, maker):
    def refuse(work):
        raise Refused("There is nothing to tell yet.")

    maker("test", refuse)
    made = ask(by)

    assert not make(made)

    client.force_login(lead)
    page = client.get(reverse("roles:made-files", args=[made.district.slug])).content.decode()
    assert "There is nothing to tell yet." in page
    maker("test", content(b"made"))
    client.post(address("made-file-again", made))
    assert make(made)


def test_the_page_shows_how_far_a_file_is_asks_again_and_cancels(client, by, lead, maker):
    seen = {}
    client.force_login(lead)

    def look(work):
        work.step(2000, 5000)
        page = client.get(
            reverse("roles:made-files", args=[work.made.district.slug]) + "?live=1",
            headers={"HX-Request": "true"},
        )
        seen["part"] = page.content.decode()
        client.post(address("made-file-cancel", work.made))
        return b""

    maker("test", look)
    made = ask(by)
    assert not make(made)

    assert "<html" not in seen["part"]
    assert 'hx-trigger="every 2s"' in seen["part"]
    assert "2000 of 5000" in seen["part"]
    assert made.status == OwedStatus.CANCELLED
    page = client.get(reverse("roles:made-files", args=[made.district.slug])).content.decode()
    assert "hx-trigger" not in page.partition('id="made-files"')[2]


def test_files_of_others_are_not_there(client, district, lead):
    other = MadeFileFactory(district=district, status="done")
    other.file.save("a.csv", ContentFile(b"a"))
    client.force_login(lead)

    assert client.get(address("made-file", other)).status_code == 404
    assert client.post(address("made-file-cancel", other)).status_code == 404
    page = client.get(reverse("roles:made-files", args=[district.slug]))
    assert other.title not in page.content.decode()


def test_after_a_week_a_file_goes_with_its_row_but_not_one_that_is_being_made(district):
    old = timezone.now() - dt.timedelta(days=8)
    gone = MadeFileFactory(district=district, status="done", owed_at=old)
    gone.file.save("a.csv", ContentFile(b"a"))
    kept = [
        MadeFileFactory(district=district, status="running", owed_at=old),
        MadeFileFactory(district=district, status="done"),
    ]

    assert [services.remove_old() for _ in range(2)] == [1, 0]

    assert set(MadeFile.objects.all()) == set(kept)
    assert not default_storage.exists(gone.file.name)
