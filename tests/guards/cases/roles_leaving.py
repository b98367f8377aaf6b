"""Reach table: leaving a position, hand-over packs, and the page of one's own role."""

from django.core.files.base import ContentFile

from tests.factories.roles import AssignmentFactory, HandoverPackFactory, PositionFactory
from tests.guards.case import Case


def an_assignment(school, who):
    position = PositionFactory(district=school.district, school=school)
    return {"pk": AssignmentFactory(district=school.district, position=position).pk}


def own_pack(school, who):
    """A pack, made, about the time of the person who knocks."""
    position = PositionFactory(district=school.district, school=school)
    term = AssignmentFactory(district=school.district, position=position, holder=who)
    pack = HandoverPackFactory(
        district=school.district, assignment=term, status="done", done_at="2026-10-29T12:00Z"
    )
    pack.file.save("pack.pdf", ContentFile(b"%PDF-1.7"))
    return {"pk": pack.pk}


CASES = {
    "GET roles:my-role": Case(),
    "GET roles:my-role-print": Case(),
    "POST roles:my-role-pdf": Case(),
    "GET roles:assignment-end": Case(kwargs=an_assignment),
    "POST roles:assignment-end": Case(kwargs=an_assignment),
    "POST roles:assignment-stay": Case(kwargs=an_assignment),
    "POST roles:handover-ask": Case(kwargs=an_assignment),
    "GET roles:handover": Case(kwargs=own_pack),
    "GET roles:handover-print": Case(kwargs=own_pack),
    "GET roles:handover-file": Case(kwargs=own_pack),
    "POST roles:handover-again": Case(kwargs=own_pack),
}
