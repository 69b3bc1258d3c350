"""Whatever happens in whatever order: asks, answers, sales, moves, withdrawals and days passing.

After each step holds: a lock without consent is marked, no request ends in silence, nobody is
reminded beyond the cap, and no owner is told of a recipient.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consent import actions
from consent.models import Consent, ConsentCase
from consent.queries import entrance_needs, to_be_confirmed, with_path
from consent.states import OPEN, WAITING, CaseState, ConsentPath
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.workdays import next_working_day
from homecare.mailing.models import Message
from homecare.recipients.models import Residence
from locks import actions as locks
from locks.models import WorkOrder
from locks.queries import without_consent
from properties.models import Entrance, Ownership
from tests import make

CANARY = "Kanariefågelsson"
HOMES = 3
# Two reminders after the sending, one after a board's day.
MOST_REMINDERS = 3
# Past the last step, with some days for holidays.
SILENCE = timedelta(days=56 + 14)


class Consents(RuleBasedStateMachine):
    """Three entrances with a lock each, three owners that buy and sell them, and time."""

    def __init__(self):
        super().__init__()
        self.saved = transaction.atomic()
        self.saved.__enter__()
        self.now = datetime(2030, 1, 14, 9, tzinfo=UTC)
        with clock.at(self.now):
            self.by = make.user("coordinator")
            self.owners = [make.owner(name=f"Ägare {n}") for n in range(3)]
            self.ports = [make.entrance(owner=owner) for owner in self.owners]
            unit = make.unit()
            self.people = [
                make.recipient(unit, home=make.home_door(port), last_name=CANARY)
                for port in self.ports
            ]
            for port in self.ports:
                make.installation(port, in_operation=True)
            self.sweep()

    def teardown(self):
        transaction.set_rollback(True)
        self.saved.__exit__(None, None, None)

    # --- what people do ---------------------------------------------------------------------------

    @rule(which=st.integers(0, HOMES - 1))
    def ask(self, which):
        port = self.ports[which]
        with clock.at(self.now):
            owner = entrance_needs([port])[port.pk].owner
            with suppress(RuleBroken):  # covered, or asked already
                actions.ask_and_send(owner=owner, entrances=[port], by=self.by)

    @precondition(lambda self: self.open_cases())
    @rule(choice=st.sampled_from(["yes", "no", "board"]), data=st.data())
    def answer(self, choice, data):
        case = data.draw(st.sampled_from(self.open_cases()))
        with clock.at(self.now):
            later = clock.today() + timedelta(days=20)
            said = actions.Answer(
                choice,
                refusal_reason="not_said" if choice == "no" else "",
                decision_on=later if choice == "board" else None,
            )
            items = actions.askable_items(case)
            if items:
                actions.answer_case(
                    case=case,
                    link_number=case.link_number,
                    answers={item.pk: said for item in items},
                    name="Bo",
                    title="VD",
                    text=case.text,
                )

    @rule(which=st.integers(0, HOMES - 1), to=st.integers(0, 2))
    def sell(self, which, to):
        with clock.at(self.now):
            real_property = self.ports[which].real_property
            held = real_property.ownerships.get(ends_on=None)
            buyer = self.owners[to]
            yesterday = clock.today() - timedelta(days=1)
            if held.owner == buyer or held.starts_on >= yesterday:
                return
            held.ends_on = yesterday
            save_as(held, self.by)
            new = Ownership(real_property=real_property, owner=buyer, starts_on=clock.today())
            save_as(new, self.by)

    @precondition(lambda self: self.in_force())
    @rule(data=st.data())
    def withdraw(self, data):
        consent = data.draw(st.sampled_from(self.in_force()))
        with clock.at(self.now):
            actions.end_owner_consent(consent=consent, reason="Ångrar sig", by=self.by)

    @rule(which=st.integers(0, HOMES - 1), to=st.integers(0, HOMES - 1))
    def move(self, which, to):
        with clock.at(self.now):
            lives = self.people[which].residences.get(ends_on=None)
            home = self.ports[to].home_doors.first()
            if lives.home_door == home or lives.starts_on >= clock.today():
                return
            lives.ends_on = clock.today() - timedelta(days=1)
            save_as(lives, self.by)
            new = Residence(recipient=self.people[which], home_door=home, starts_on=clock.today())
            save_as(new, self.by)

    @rule(days=st.integers(1, 30))
    def days_pass(self, days):
        for _day in range(days):
            self.now += timedelta(days=1)
            with clock.at(self.now):
                if next_working_day(clock.today()) == clock.today():
                    self.sweep()

    def sweep(self):
        actions.remind_owners()
        actions.remind_owners()  # twice is once
        actions.ask_new_owners()
        locks.react_to_lost_consents()

    def open_cases(self):
        return list(ConsentCase.objects.filter(owner__in=self.owners, state__in=OPEN))

    def in_force(self):
        with clock.at(self.now):
            return list(Consent.objects.in_force().filter(owner__in=self.owners))

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def no_lock_without_coverage_goes_unmarked(self):
        with clock.at(self.now):
            needs = entrance_needs(self.ports)
            bare = {port.pk for port in self.ports if not needs[port.pk].is_covered}
            marked = set(without_consent().values_list("entrance", flat=True))
            assert marked & {port.pk for port in self.ports} == bare

    @invariant()
    def after_the_days_sweep_each_comes_down_or_waits_for_a_new_owner(self):
        with clock.at(self.now):
            locks.react_to_lost_consents()
            down = set(
                WorkOrder.objects.filter(kind="removal").open().values_list("entrance", flat=True)
            )
            sold = with_path(Entrance.objects.filter(to_be_confirmed()))
            waits = set(sold.exclude(path=ConsentPath.NO).values_list("pk", flat=True))
            for lock in without_consent().filter(entrance__in=self.ports):
                assert lock.entrance_id in down | waits

    @invariant()
    def no_request_ends_in_silence(self):
        with clock.at(self.now):
            for case in ConsentCase.objects.filter(owner__in=self.owners, state__in=WAITING):
                since = max(
                    case.sent_at,
                    datetime.combine(case.decision_on, case.sent_at.timetz())
                    if case.decision_on
                    else case.sent_at,
                )
                assert clock.now() - since < SILENCE
            for case in ConsentCase.objects.filter(state=CaseState.NO_ANSWER):
                assert case.reminders.exists()

    @invariant()
    def nobody_is_reminded_beyond_the_cap(self):
        reminders = Message.objects.filter(purpose="Påminnelse om medgivande")
        for case in ConsentCase.objects.filter(owner__in=self.owners):
            assert reminders.about(case).count() <= MOST_REMINDERS * max(case.link_number, 1)

    @invariant()
    def no_owner_is_told_of_a_recipient(self):
        assert not [one for one in Message.objects.all() if CANARY in one.subject + one.body]


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order():
    run_state_machine_as_test(
        Consents,
        settings=settings(
            max_examples=5,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
