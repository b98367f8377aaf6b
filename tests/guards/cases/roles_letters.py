from roles.models import OwedStatus
from tests.factories.roles import LetterFactory
from tests.guards.case import Case


def a_letter(school, who):
    return {"pk": LetterFactory(district=school.district, status=OwedStatus.FAILED).pk}


CASES = {
    "GET roles:letters": Case(),
    "POST roles:letter-again": Case(kwargs=a_letter, shared=True),
    "POST roles:letter-aside": Case(kwargs=a_letter, shared=True),
}
