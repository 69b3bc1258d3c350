"""The pilot of the demo: its lists and its months, through the same acts that people use."""

from collections import Counter

import pytest

from consent.models import CaseItem, ConsentCase
from consent.states import CaseKind
from homecare.audit.models import TrailEntry
from homecare.audit.queries import head
from homecare.core import clock
from homecare.exchange.pilot.story import Pilot
from homecare.mailing.models import Message
from homecare.recipients.models import Recipient
from locks.models import Handout, WorkOrder
from locks.queries import without_consent
from locks.readiness import Stage, readiness_of
from locks.states import OrderKind, OrderState


@pytest.mark.django_db
def test_the_pilot_ends_at_every_stage_of_the_way(mailoutbox):
    told = []

    people = Pilot(told.append).load()

    assert [role for role, _user in people] == [
        "Systemförvaltare",
        "Informationssäkerhetssamordnare",
        "Granskare",
        "Montör",
        "Samordnare",
        "Enhetschef",
        "Omsorgspersonal",
    ]
    chains = readiness_of(Recipient.objects.cared_for_on(clock.today())).values()
    assert Counter(chain.stage for chain in chains) == {
        Stage.KEY: 14,
        Stage.PARTLY: 3,
        Stage.DIGITAL: 1,
        Stage.KEYS_MAY_GO: 2,
        Stage.KEYLESS: 4,
    }
    assert Counter(ConsentCase.objects.values_list("state", flat=True)) == {
        "answered": 6,
        "reminded": 1,
        "no_answer": 1,
        "sent": 2,
    }
    # The property sold yesterday: its lock is without consent, and the new owner has been asked.
    assert [str(one.door) for one in without_consent()] == ["Storsjövägen 3"]
    assert [
        str(item.entrance) for item in CaseItem.objects.filter(case__kind=CaseKind.TAKE_OVER)
    ] == ["Storsjövägen 3"]
    assert not WorkOrder.objects.filter(kind=OrderKind.REMOVAL, state=OrderState.PLANNED).exists()
    # One of them has stopped working here, with a key still out.
    assert Counter(
        loan.staff_member.works_now for loan in Handout.objects.filter(returned_at=None)
    ) == {True: 4, False: 1}
    # Every line in the trail has its day in the story, and all but this morning's are sealed.
    days = TrailEntry.objects.dates("at", "day")
    assert (clock.today() - days[0]).days >= 150
    assert head().number > 20
    sent = Message.objects.filter(state="sent")
    assert sent.count() == len(mailoutbox)
    assert {message.sent_at.date() for message in sent} <= set(days)
