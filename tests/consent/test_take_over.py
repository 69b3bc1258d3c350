"""A property is sold where a lock hangs: it stays while the new owner is asked."""

from datetime import timedelta

import pytest

from consent import actions
from consent.models import ConsentCase
from consent.queries import entrance_needs
from consent.states import CaseKind, CaseState, NeedState
from homecare.core import clock
from homecare.core.models import save_as
from homecare.desk.queries import worklist
from homecare.mailing.models import Message
from locks import actions as locks
from locks.models import WorkOrder
from locks.queries import without_consent
from properties.models import Ownership
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at):
    at(2030, 3, 11, 9)


@pytest.fixture
def by():
    return make.user("coordinator", name="Åsa")


@pytest.fixture
def port(by):
    owner = make.owner(name="Gamla ägaren")
    entrance = make.entrance(owner=owner, address="Agatan 1")
    make.owner_consent(owner, entrance, recorded_by=by)
    make.installation(entrance, in_operation=True)
    return entrance


def sell(port, to=None, *, days_ago=1):
    held = port.real_property.ownerships.get()
    day = clock.today() - timedelta(days=days_ago)
    held.ends_on = day - timedelta(days=1)
    save_as(held, None)
    to = to or make.owner(name="Nya ägaren")
    save_as(Ownership(real_property=port.real_property, owner=to, starts_on=day), None)
    return to


def state(port):
    return entrance_needs([port])[port.pk].state


def test_the_new_owner_is_asked_once_and_the_lock_stays_meanwhile(port, by):
    new = sell(port)
    assert state(port) == NeedState.MISSING

    assert (actions.ask_new_owners(), actions.ask_new_owners()) == (1, 0)

    case = ConsentCase.objects.get()
    assert (case.owner, case.kind, case.handler) == (new, CaseKind.TAKE_OVER, by)
    assert state(port) == NeedState.WAITING
    lost = list(without_consent().select_related("entrance", "home_door"))
    assert "Ny ägare" in [group.title for group in worklist(by, [], lost)]
    mail = Message.objects.get()
    assert mail.subject == "Ny ägare: får låstillbehöret sitta kvar på porten?"
    assert "förra ägarens medgivande" in mail.body
    assert locks.react_to_lost_consents() == 0


def test_after_two_months_without_a_yes_the_lock_comes_down(port, at):
    sell(port)
    actions.ask_new_owners()
    at(2030, 5, 13, 9)

    assert locks.react_to_lost_consents() == 1
    assert WorkOrder.objects.get(kind="removal").entrance == port


def test_a_no_of_the_new_owner_takes_the_lock_down_at_once(port, by):
    sell(port)
    actions.ask_new_owners()
    case = ConsentCase.objects.get()
    actions.answer_case(
        case=case,
        link_number=case.link_number,
        answers={case.items.get().pk: actions.Answer("no", refusal_reason="not_said")},
        name="Bo",
        title="VD",
        text=case.text,
    )

    lost = list(without_consent().select_related("entrance", "home_door"))
    assert [
        group.title for group in worklist(by, [], lost) if group.icon in {"warning", "clock"}
    ] == ["Medgivande saknas"]
    assert locks.react_to_lost_consents() == 1


def test_a_new_owner_that_has_said_yes_to_all_is_not_asked(port):
    new = make.owner()
    make.owner_consent(new, everything=True)
    sell(port, new)

    assert actions.ask_new_owners() == 0
    assert state(port) == NeedState.COVERED


def test_where_no_lock_hangs_the_new_owner_is_left_in_peace(by):
    owner = make.owner()
    entrance = make.entrance(owner=owner)
    make.owner_consent(owner, entrance, recorded_by=by)
    sell(entrance)

    assert actions.ask_new_owners() == 0


@pytest.mark.parametrize(("hour", "asked"), [(9, 1), (7, 0), (17, 0)])
def test_new_owners_are_asked_in_office_hours(port, at, hour, asked):
    sell(port)
    at(2030, 3, 11, hour)

    assert actions.ask_new_owners() == asked


def test_a_new_owner_without_an_address_is_left_and_the_lock_shows(port):
    new = make.owner(name="Utan adress")
    for contact in new.contacts.all():
        contact.email = ""
        save_as(contact, None)
    sell(port, new)

    assert actions.ask_new_owners() == 0
    assert state(port) == NeedState.MISSING
    assert not ConsentCase.objects.exclude(state=CaseState.CANCELLED).exists()
