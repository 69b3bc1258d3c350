"""The daily e-mail to who handles consents: numbers, no names, once a day."""

from datetime import date

import pytest

from consent import actions
from consent.models import ContactProposal
from consent.states import CaseState
from homecare.core import clock
from homecare.mailing.models import Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(at):
    at(2030, 3, 11, 9)


@pytest.fixture
def handler():
    return make.user("coordinator", name="Åsa Berglund")


def test_what_waits_is_told_once_a_day_as_numbers(handler, at):
    owner = make.owner(name="Hemlig Ägare AB")
    silent = make.case(owner, state=CaseState.NO_ANSWER, handler=handler)
    ContactProposal.objects.create(case=silent, name="Ann", email="a@b.example", at=clock.now())

    assert (actions.send_digests(), actions.send_digests()) == (1, 0)

    message = Message.objects.get()
    assert message.to_address == handler.email
    assert "- 1 ägare att ringa" in message.body
    assert "- 1 föreslagen kontaktperson" in message.body
    assert "Hemlig" not in message.body
    at(2030, 3, 12, 9)
    assert actions.send_digests() == 1


def test_a_mandate_that_ends_is_told_of_sixty_and_fourteen_days_before(handler, at):
    person = make.recipient()
    mandate = make.representative(person, ends_on=date(2030, 5, 10))
    make.recipient_consent(person, representative=mandate, recorded_by=handler)

    told = []
    for day in ((3, 11), (3, 12), (4, 26)):
        at(2030, *day, 9)
        told.append(actions.send_digests())

    assert told == [1, 0, 1]


@pytest.mark.parametrize(
    ("moment", "case"),
    [
        pytest.param((2030, 3, 10, 9), {}, id="a Sunday"),
        pytest.param((2030, 3, 11, 7), {}, id="too early"),
        pytest.param((2030, 3, 11, 9), {"state": CaseState.SENT}, id="nothing waits"),
    ],
)
def test_nothing_is_sent(handler, at, moment, case):
    make.case(handler=handler, **{"state": CaseState.NO_ANSWER, **case})
    at(*moment)

    assert actions.send_digests() == 0


def test_nobody_who_has_left_is_written_to(handler):
    make.case(handler=handler, state=CaseState.NO_ANSWER)
    handler.is_active = False
    handler.save()

    assert actions.send_digests() == 0
