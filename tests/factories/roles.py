"""Rows of the ground floor, arranged by the owner of the tables, outside the wall."""

import datetime as dt

import factory
from django.utils import timezone

from roles.capabilities import CATALOGUE, AccessLevel
from roles.contents import content_of, digest
from roles.models import (
    Approval,
    Archive,
    Assignment,
    Closure,
    Department,
    DepartmentNeed,
    District,
    Duty,
    HandoverPack,
    Involvement,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Letter,
    MadeFile,
    Membership,
    NotNeeded,
    Position,
    Rendering,
    Responsibility,
    Review,
    RouteStep,
    School,
    SchoolYear,
    User,
    WorkArea,
)

YEAR_START = dt.date(2026, 7, 1)


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = District

    slug = factory.Sequence(lambda n: f"district-{n}")
    name = factory.Sequence(lambda n: f"District {n}")
    time_zone = "America/Chicago"


class InDistrict(factory.django.DjangoModelFactory):
    """A row that takes its district from the first parent that has one."""

    class Meta:
        abstract = True

    district = factory.SubFactory(DistrictFactory)


def same_district(path="..district"):
    return factory.SelfAttribute(path)


class SchoolYearFactory(InDistrict):
    class Meta:
        model = SchoolYear

    label = "2026-27"
    starts_on = YEAR_START
    ends_on = dt.date(2027, 6, 30)
    first_student_day = dt.date(2026, 8, 17)
    last_student_day = dt.date(2027, 5, 28)


class ClosureFactory(InDistrict):
    class Meta:
        model = Closure

    school_year = factory.SubFactory(SchoolYearFactory, district=same_district())
    label = "Thanksgiving break"
    first_day = dt.date(2026, 11, 25)
    last_day = dt.date(2026, 11, 27)


class SchoolFactory(InDistrict):
    class Meta:
        model = School

    name = factory.Sequence(lambda n: f"School {n}")


class DepartmentFactory(InDistrict):
    class Meta:
        model = Department

    key = factory.Sequence(lambda n: f"dept_{n}")
    name = factory.Sequence(lambda n: f"Department {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@district.example")
    first_name = "Pat"
    last_name = factory.Sequence(lambda n: f"Person{n}")


class RoleFactory(InDistrict):
    class Meta:
        model = LeadershipRole

    key = factory.Sequence(lambda n: f"ROLE_{n}")
    title = factory.Sequence(lambda n: f"Role {n}")
    level = "administrative"
    approaches = ["partner_provider", "build_own", "leverage_provider"]
    order = factory.Sequence(lambda n: n % 1000)
    library_version = "2026.1"


class DutyFactory(InDistrict):
    class Meta:
        model = Duty

    role = factory.SubFactory(RoleFactory, district=same_district())
    key = factory.Sequence(lambda n: f"D{n}")
    text = "Keep one plan with milestones, owners, dates and proof."
    order = 1


class PositionFactory(InDistrict):
    class Meta:
        model = Position

    role = factory.SubFactory(RoleFactory, district=same_district())
    opened_on = YEAR_START


class AssignmentFactory(InDistrict):
    class Meta:
        model = Assignment

    position = factory.SubFactory(PositionFactory, district=same_district())
    holder = factory.SubFactory(UserFactory)
    starts_on = YEAR_START


class JobDescriptionFactory(InDistrict):
    class Meta:
        model = JobDescription

    role = factory.SubFactory(RoleFactory, district=same_district())


class VersionFactory(InDistrict):
    class Meta:
        model = JobDescriptionVersion

    class Params:
        published = factory.Trait(
            status="published",
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SubFactory(UserFactory),
        )

    job_description = factory.SubFactory(JobDescriptionFactory, district=same_district())
    number = factory.Sequence(lambda n: n % 1000 + 1)
    title = "Tutoring Project Manager"


class ResponsibilityFactory(InDistrict):
    class Meta:
        model = Responsibility

    version = factory.SubFactory(VersionFactory, district=same_district())
    text = "Keep one plan with milestones, owners, dates and proof."
    order = 1


class RenderingFactory(InDistrict):
    class Meta:
        model = Rendering

    version = factory.SubFactory(VersionFactory, district=same_district(), published=True)
    key = factory.Sequence(lambda n: f"rendering:{n}")


class RouteStepFactory(InDistrict):
    class Meta:
        model = RouteStep

    role = factory.SubFactory(RoleFactory, district=same_district())
    order = factory.Sequence(lambda n: n % 1000 + 1)


class ReviewFactory(InDistrict):
    class Meta:
        model = Review

    version = factory.SubFactory(VersionFactory, district=same_district(), status="in_review")
    number = 1
    content = factory.LazyAttribute(lambda review: content_of(review.version))
    sha256 = factory.LazyAttribute(lambda review: digest(review.content))
    sent_by = factory.SubFactory(UserFactory)


class ApprovalFactory(InDistrict):
    class Meta:
        model = Approval

    review = factory.SubFactory(ReviewFactory, district=same_district())
    role = factory.SubFactory(RoleFactory, district=same_district())
    order = 1


class NotNeededFactory(InDistrict):
    class Meta:
        model = NotNeeded

    role = factory.SubFactory(RoleFactory, district=same_district(), level="site")
    school = factory.SubFactory(SchoolFactory, district=same_district())
    reason = "The provider brings its own."
    by = factory.SubFactory(UserFactory)


class WorkAreaFactory(InDistrict):
    class Meta:
        model = WorkArea

    key = factory.Sequence(lambda n: f"area_{n}")
    name = factory.Sequence(lambda n: f"Area {n}")
    order = factory.Sequence(lambda n: n % 1000)


class InvolvementFactory(InDistrict):
    class Meta:
        model = Involvement

    area = factory.SubFactory(WorkAreaFactory, district=same_district())
    role = factory.SubFactory(RoleFactory, district=same_district())
    approach = "partner_provider"
    part = "leads"


class DepartmentNeedFactory(InDistrict):
    class Meta:
        model = DepartmentNeed

    department = factory.SubFactory(DepartmentFactory, district=same_district())
    text = "Background checks of all tutors on file."
    due_on = dt.date(2026, 12, 1)
    asked_by = factory.SubFactory(UserFactory)


class HandoverPackFactory(InDistrict):
    class Meta:
        model = HandoverPack

    assignment = factory.SubFactory(AssignmentFactory, district=same_district())
    key = factory.Sequence(lambda n: f"pack:{n}")
    asked_by = factory.SubFactory(UserFactory)


class ArchiveFactory(InDistrict):
    class Meta:
        model = Archive

    key = factory.Sequence(lambda n: f"archive:{n}")
    asked_by = factory.SubFactory(UserFactory)


class LetterFactory(InDistrict):
    class Meta:
        model = Letter

    key = factory.Sequence(lambda n: f"letter:{n}")
    to = "pat@district.example"
    subject = "Due in a week"
    body = "One thing is due."
    message_id = factory.Sequence(lambda n: f"<{n}@localhost>")


def member(level: AccessLevel, *, at: School | District, user: User | None = None) -> User:
    """A person who holds an access level at a district or at a school: the one way to make one."""
    user = user or UserFactory()
    place = {"district": at.district, "school": at} if isinstance(at, School) else {"district": at}
    Membership.objects.create(user=user, level=level, **place)
    return user


def member_near(level: AccessLevel, school: School, user: User | None = None) -> User:
    """The same, at the school or at its district, as the level demands."""
    at = school.district if CATALOGUE[level].whole_district else school
    return member(level, at=at, user=user)


class MadeFileFactory(InDistrict):
    class Meta:
        model = MadeFile

    key = factory.Sequence(lambda n: f"files:{n}")
    maker = "test"
    title = "Everything"
    name = "everything.csv"
    asked_by = factory.SubFactory(UserFactory)
