"""What unsent answers on a shared device are locked with."""

import base64

import pytest

from checklists import device
from tests.factories.roles import UserFactory

pytestmark = pytest.mark.django_db


def test_each_person_has_a_key_and_a_drawer_of_their_own():
    one, other = (device.drawers(UserFactory())[0] for _ in range(2))

    assert len({one.key, other.key, one.name, other.name}) == 4
    assert len(base64.b64decode(one.key)) == 32


def test_a_new_password_changes_neither():
    person = UserFactory()
    before = device.drawers(person)

    person.set_password("another long password")
    person.save()

    assert device.drawers(person) == before


def test_after_a_change_of_the_secret_key_the_old_drawer_still_opens(settings):
    person = UserFactory()
    old = device.drawers(person)[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret key " * 4

    new, fallback = device.drawers(person)

    assert fallback == old
    assert new != old
    assert device.is_drawer_of(old.name, person)


def test_nobody_else_opens_it():
    assert not device.is_drawer_of(device.drawers(UserFactory())[0].name, UserFactory())
