import pytest

from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.scales import SCALES, library
from checklists.services.library import adopt_library
from roles.services import library as roles_library
from tests.factories.roles import DistrictFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    roles_library.adopt(district)
    return district


def test_adopting_brings_nine_published_checklists_with_all_items(district):
    assert adopt_library(district) == 9

    templates = ChecklistTemplate.objects.filter(district=district)
    items = ChecklistItem.objects.filter(district=district)
    assert {t.status for t in templates} == {"published"}
    assert items.count() == sum(len(raw["items"]) for raw in library()["checklists"])


def test_every_item_of_a_role_comes_from_one_of_its_duties(district):
    adopt_library(district)

    items = ChecklistItem.objects.exclude(template__role=None).select_related("duty", "template")
    assert all(item.duty.role_id == item.template.role_id for item in items)


def test_the_department_checklist_belongs_to_no_single_role(district):
    adopt_library(district)

    assert ChecklistTemplate.objects.get(role=None).key == "FC_DEPT"


def test_adopting_again_brings_nothing_and_keeps_what_was_edited(district):
    adopt_library(district)
    ChecklistItem.objects.filter(key="FC_PM-1").update(text="Our own words.")

    assert adopt_library(district) == 0
    assert ChecklistItem.objects.get(key="FC_PM-1").text == "Our own words."


def test_every_scale_of_the_library_counts_from_zero_to_its_maximum():
    for scale in SCALES.values():
        assert [point.value for point in scale.points] == list(range(scale.max + 1))
