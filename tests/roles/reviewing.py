"""What tests about the route share: a district with one, its people, and a draft."""

from dataclasses import dataclass

from roles.capabilities import AccessLevel, Capability
from roles.merging import Line
from roles.models import Approval, District, JobDescriptionVersion, LeadershipRole, User
from roles.services import drafts, reviews
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    DutyFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    RouteStepFactory,
    VersionFactory,
    member,
)
from tests.reach import reach


@dataclass
class Road:
    """A district whose job descriptions go to Human Resources, then to the program lead."""

    district: District
    draft: JobDescriptionVersion
    author: User
    hr: User
    lead: User
    hr_role: LeadershipRole
    lead_role: LeadershipRole

    def by(self, user, capability=Capability.JOB_DESCRIPTION_APPROVE):
        return reach(self.district, user, capability=capability)

    def send(self):
        return reviews.send(self.draft, by=self.by(self.author))

    def stop(self, *, decision="waiting"):
        found = Approval.objects.filter(review__version=self.draft, decision=decision)
        return found.order_by("-review__number", "order").first()

    def approve(self, user, **more):
        stop = self.stop()
        seen = {"stop": stop.pk, "sha256": stop.review.sha256, "by": self.by(user), **more}
        return reviews.approve(self.draft, **seen)

    def give_back(self, user, reason="Name the day of the call."):
        stop = self.stop()
        reviews.send_back(
            self.draft, stop=stop.pk, sha256=stop.review.sha256, reason=reason, by=self.by(user)
        )

    def edit(self, *texts, **fields):
        self.draft.refresh_from_db()
        lines = [Line(text) for text in texts]
        drafts.save_draft(
            self.draft,
            fields=fields,
            lines=lines,
            seen=self.draft.edited_at,
            by=self.by(self.author),
        )

    @property
    def status(self):
        self.draft.refresh_from_db()
        return self.draft.status


def a_road():
    district = DistrictFactory()
    author = member(AccessLevel.DISTRICT_LEAD, at=district)
    hr = member(AccessLevel.DEPARTMENT_PARTNER, at=district)
    lead = member(AccessLevel.EXECUTIVE, at=district)
    titles = ("Human Resources Partner", "Executive Champion")
    seats = []
    for order, (title, holder) in enumerate(zip(titles, (hr, lead), strict=True), 1):
        role = RoleFactory(district=district, title=title)
        position = PositionFactory(district=district, role=role)
        AssignmentFactory(district=district, position=position, holder=holder)
        RouteStepFactory(district=district, role=role, order=order)
        seats.append(role)
    role = RoleFactory(district=district, title="Site Tutoring Lead")
    job = JobDescriptionFactory(district=district, role=role)
    draft = VersionFactory(
        district=district, job_description=job, title="Site Tutoring Lead", edited_by=author
    )
    duty = DutyFactory(district=district, role=role, key="SL1")
    ResponsibilityFactory(district=district, version=draft, duty=duty, text="Call each week.")
    return Road(district, draft, author, hr, lead, *seats)
