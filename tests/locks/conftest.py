import pytest

from homecare.accounts.roles import Role
from tests import make


@pytest.fixture
def unit(db):
    return make.unit(name="Årsta hemtjänst")


@pytest.fixture
def keeper(unit):
    """A coordinator of the unit."""
    return make.user(Role.COORDINATOR, unit, name="Karin Samordnare")


@pytest.fixture
def technician(db):
    """A technician for the whole municipality."""
    return make.user(Role.TECHNICIAN, name="Mats Montör")


@pytest.fixture
def home(unit):
    """The door of a home of the unit, whose person has said yes to a lock."""
    door = make.home_door()
    make.recipient_consent(make.recipient(unit, home=door))
    return door


@pytest.fixture
def port(db):
    """An entrance whose owner has said yes to a lock."""
    owner = make.owner(name="Årstahus AB")
    entrance = make.entrance(owner=owner, address="Sköntorpsvägen 10")
    make.owner_consent(owner, entrance)
    return entrance
