from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    PositionFactory,
)
from tests.guards.case import Case


def a_department(school, who):
    return {"pk": DepartmentFactory(district=school.district).pk}


def a_need(school, who):
    return {"pk": DepartmentNeedFactory(district=school.district).pk}


def a_need_of_mine(school, who):
    """A need of a department in which the person who knocks holds a position."""
    need = DepartmentNeedFactory(district=school.district)
    position = PositionFactory(district=school.district, department=need.department)
    AssignmentFactory(district=school.district, position=position, holder=who)
    return {"pk": need.pk}


CASES = {
    "GET roles:departments": Case(),
    "GET roles:department-add": Case(),
    "POST roles:department-add": Case(data={"name": "Transport"}),
    "GET roles:department-edit": Case(kwargs=a_department, shared=True),
    "POST roles:department-edit": Case(kwargs=a_department, shared=True),
    "GET roles:department-remove": Case(kwargs=a_department, shared=True),
    "POST roles:department-remove": Case(kwargs=a_department, shared=True),
    "GET roles:need-add": Case(kwargs=a_department, shared=True),
    "POST roles:need-add": Case(kwargs=a_department, shared=True),
    "GET roles:need-edit": Case(kwargs=a_need, shared=True),
    "POST roles:need-edit": Case(kwargs=a_need, shared=True),
    "GET roles:need-remove": Case(kwargs=a_need, shared=True),
    "POST roles:need-remove": Case(kwargs=a_need, shared=True),
    "GET roles:need-answer": Case(kwargs=a_need_of_mine, shared=True),
    "POST roles:need-answer": Case(kwargs=a_need_of_mine, shared=True),
}
