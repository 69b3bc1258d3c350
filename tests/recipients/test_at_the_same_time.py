"""Two people press at once."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from homecare.core.errors import RuleBroken
from homecare.recipients import actions
from homecare.recipients.models import Commission, NamedGrant, Recipient, Residence
from properties import actions as property_actions
from properties.models import Ownership
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all at the same moment; gives what was refused."""
    start, refused, faults = Barrier(len(acts)), [], []

    def do(act):
        start.wait()
        try:
            act()
        except RuleBroken as broken:
            refused.append(str(broken))
        except Exception as fault:  # noqa: BLE001 - told of in the thread that asks
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return refused


def test_the_same_person_is_registered_once():
    units = [make.unit(), make.unit()]

    def register(unit):
        return lambda: actions.register_recipient(
            personal_number="191212121212", first_name="Ada", last_name="Lund", unit=unit, by=None
        )

    refused = at_once(*map(register, units))

    assert refused == ["Personen finns redan registrerad. Kontakta systemförvaltaren."]
    assert (Recipient.objects.count(), Commission.objects.count()) == (1, 1)


def test_a_form_that_is_sent_twice_at_once_makes_one_row():
    person, ref = make.recipient(), uuid4()

    def add():
        actions.add_contact_person(recipient=person, name="Karin", ref=ref, by=None)

    assert at_once(add, add) == []
    assert person.contacts.get().ref == ref


def test_a_person_moves_to_one_home():
    person, doors = make.recipient(), [make.home_door(), make.home_door()]

    refused = at_once(
        *[
            lambda door=door: actions.move(recipient=person, home_door=door, by=None)
            for door in doors
        ]
    )

    assert len(refused) == 1
    assert Residence.objects.filter(recipient=person, ends_on=None).count() == 1


def test_a_property_is_sold_to_one_buyer():
    sold, buyers = make.real_property(), [make.owner(), make.owner()]

    refused = at_once(
        *[
            lambda buyer=buyer: property_actions.sell_property(
                real_property=sold, to=buyer, on=make.clock.today(), by=None
            )
            for buyer in buyers
        ]
    )

    assert len(refused) == 1
    assert Ownership.objects.filter(real_property=sold).count() == 2


def test_somebody_is_named_once():
    unit = make.unit()
    person = make.recipient(unit, protection_level="marked")
    user = make.user("coordinator", unit)
    today = make.clock.today()

    def name():
        actions.name_staff(
            recipient=person, user=user, starts_on=today, ends_on=today, reason="Behövs", by=None
        )

    assert len(at_once(name, name)) == 1
    assert NamedGrant.objects.count() == 1
