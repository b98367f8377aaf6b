"""Tokens of other systems, and rows of every kind that these read."""

import datetime as dt

import factory
from django.utils import timezone

from roles.models import ApiToken, JobDescriptionVersion
from roles.services.invitations import hash_token
from tests.factories.checklists import ChecklistFactory, WindowFactory, year_of
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_learning import LineFactory, SessionFactory
from tests.factories.roles import (
    AssignmentFactory,
    InDistrict,
    PositionFactory,
    ResponsibilityFactory,
    SchoolFactory,
    UserFactory,
    VersionFactory,
)
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory
from tutoring_admin.api.scopes import Scope

EVERYTHING = tuple(Scope.values)


class TokenFactory(InDistrict):
    """A living token; `secret` is what the other system sends."""

    class Meta:
        model = ApiToken

    class Params:
        secret = factory.Sequence(lambda n: f"tl_secret{n}")

    name = factory.Sequence(lambda n: f"Warehouse {n}")
    hash = factory.LazyAttribute(lambda o: hash_token(o.secret))
    scopes = EVERYTHING
    expires_on = factory.LazyAttribute(lambda o: o.district.today() + dt.timedelta(days=30))
    made_by = factory.SubFactory(UserFactory)


def secret_for(district, *scopes, **fields):
    """The secret of a living token with these scopes; all of them unless named."""
    secret = f"tl_{district.pk}_{'_'.join(scopes)}_{len(ApiToken.objects.all())}"
    TokenFactory(district=district, secret=secret, scopes=list(scopes or EVERYTHING), **fields)
    return secret


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def publish(version):
    JobDescriptionVersion.objects.filter(pk=version.pk).update(
        status="published", published_at=timezone.now(), published_by=UserFactory()
    )


def one_of_each(district=None):
    """A district with one row of each kind, by the name in its address; `windows` is closed."""
    school = SchoolFactory(**({"district": district} if district else {}))
    district = school.district
    year = year_of(district)
    position = PositionFactory(district=district, school=school)
    version = VersionFactory(district=district)
    ResponsibilityFactory(district=district, version=version)
    publish(version)
    window = WindowFactory(district=district, over=True)
    ChecklistFactory(district=district, window=window, school=school)
    session = SessionFactory(
        district=district, line=LineFactory(district=district, school_year=year)
    )
    rating = RatingFactory(
        district=district, round=RoundFactory(district=district, school_year=year, closed=True)
    )
    return {
        "districts": district,
        "school-years": year,
        "schools": school,
        "positions": position,
        "assignments": AssignmentFactory(district=district, position=position),
        "job-descriptions": version,
        "windows": window,
        "milestones": MilestoneFactory(
            district=district, phase=PhaseFactory(district=district, school_year=year)
        ),
        "indicators": rating,
        "evidence": HandEvidenceFactory(district=district),
        "learning-lines": session.line,
        "learning-sessions": session,
    }
