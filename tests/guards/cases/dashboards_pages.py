from tests.factories.roles import AssignmentFactory, DepartmentFactory, PositionFactory
from tests.guards.case import Case


def of_school(school, who):
    return {"pk": school.pk}


def of_department(school, who):
    return {"pk": DepartmentFactory(district=school.district).pk}


def of_person(school, who):
    """Someone who holds a position at that school and nothing else."""
    position = PositionFactory(district=school.district, school=school)
    return {"pk": AssignmentFactory(district=school.district, position=position).holder_id}


CASES = {
    "GET dashboards:school": Case(kwargs=of_school),
    "GET dashboards:department": Case(kwargs=of_department, shared=True),
    "GET dashboards:person": Case(kwargs=of_person),
}
