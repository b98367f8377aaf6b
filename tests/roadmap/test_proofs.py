import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from checklists.evidence_files import Taken
from roadmap.models import State
from roadmap.services import milestones
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.roadmap import owned_milestone
from tests.factories.roles import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def milestone():
    return owned_milestone()


@pytest.fixture(autouse=True)
def before():
    """What other tests left."""
    return stored()


@pytest.fixture
def by(milestone):
    return Reach(UserFactory(), milestone.district, Capability.ROADMAP_WORK, EVERYWHERE)


def pdf():
    return Taken(ContentFile(b"%PDF-1.7\n%%EOF\n"), "Minutes.pdf", ".pdf", "application/pdf")


def stored():
    try:
        return set(default_storage.listdir("proofs")[1])
    except FileNotFoundError:
        return set()


def test_a_file_proves_it_and_its_name_on_disk_says_nothing(milestone, by, before):
    assert milestones.mark_done(milestone, proof_file=pdf(), by=by)

    assert milestone.proof_file_name == "Minutes.pdf"
    assert "Minutes" not in milestone.proof_file.name
    assert len(stored() - before) == 1


def test_a_second_try_leaves_no_file_behind(milestone, by, before):
    milestones.mark_done(milestone, proof_text="Sent", by=by)

    assert milestones.mark_done(milestone, proof_file=pdf(), by=by) is False
    assert stored() == before


def test_the_day_it_was_done_may_be_earlier_and_not_in_the_future(milestone, by, before):
    with pytest.raises(Refused, match="future"):
        milestones.mark_done(milestone, proof_text="Sent", done_on=dt.date(2026, 10, 30), by=by)

    milestones.mark_done(milestone, proof_text="Sent", done_on=dt.date(2026, 10, 12), by=by)

    assert milestone.done_on == dt.date(2026, 10, 12)


def test_opening_again_keeps_the_file_for_the_history(milestone, by, before):
    milestones.mark_done(milestone, proof_file=pdf(), by=by)
    name = milestone.proof_file.name

    milestones.reopen(milestone, reason="Wrong minutes", by=by)

    assert (milestone.state, milestone.proof_file.name) == (State.IN_PROGRESS, "")
    detail = AuditEvent.objects.get(verb="roadmap.milestone_reopened").detail
    assert (detail["proof_file"], detail["proof_file_name"]) == (name, "Minutes.pdf")
    assert len(stored() - before) == 1
