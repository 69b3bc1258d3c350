"""The sweep that reminds owners."""

import threading
from datetime import date

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from consent import actions, links
from consent.actions import Answer
from consent.models import CaseReminder, ConsentText
from consent.states import CaseState
from homecare.audit.models import TrailEntry
from homecare.core.models import save_as
from homecare.mailing.models import Message, MessageState
from properties.models import OwnerContact, Ownership
from tests import make

# make.case is sent on Monday 2026-03-02; 21, 42 and 56 days on are these.
DAY_21, DAY_42, DAY_56 = (2026, 3, 23, 9), (2026, 4, 13, 9), (2026, 4, 27, 9)


@pytest.fixture
def case(db):
    owner = make.owner(name="Årsta Allé AB")
    text = ConsentText.objects.current("owner", "sv")
    return make.case(owner, make.entrance(owner=owner), state=CaseState.SENT, text=text)


def state(case):
    case.refresh_from_db()
    return case.state


def steps():
    return list(CaseReminder.objects.order_by("at").values_list("step", flat=True))


def test_an_owner_is_reminded_twice_and_then_it_is_the_handlers_turn(case, at, committing):
    at(2026, 3, 20, 9)
    assert actions.remind_owners() == 0
    moment = at(*DAY_21)
    with committing():
        assert actions.remind_owners() == 1
    assert state(case) == CaseState.REMINDED
    [sent] = mail.outbox
    assert sent.subject == "Påminnelse: medgivande till låstillbehör på portar"
    assert links.url_of(case) in sent.body
    assert CaseReminder.objects.get().at == moment

    at(*DAY_42)
    with committing():
        assert actions.remind_owners() == 1
    assert (state(case), len(mail.outbox)) == (CaseState.REMINDED, 2)

    at(*DAY_56)
    with committing():
        assert actions.remind_owners() == 1
    assert (state(case), len(mail.outbox)) == (CaseState.NO_ANSWER, 2)
    assert steps() == [1, 2, 3]
    verbs = [entry.verb for entry in TrailEntry.objects.about(case).order_by("at", "pk")]
    assert verbs == ["consent.reminded", "consent.reminded", "consent.no_answer"]

    at(2026, 6, 1, 9)
    assert actions.remind_owners() == 0


def test_a_sweep_that_runs_again_reminds_once(case, at, committing):
    at(*DAY_21)
    with committing():
        assert [actions.remind_owners() for _ in range(3)] == [1, 0, 0]
    at(2026, 3, 24, 9)
    with committing():
        assert actions.remind_owners() == 0

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "moment",
    [
        (2026, 3, 23, 7, 59),
        (2026, 3, 23, 16, 30),
        (2026, 3, 28, 10),  # a Saturday
        (2026, 4, 3, 10),  # Good Friday
        (2026, 4, 6, 10),  # Easter Monday
    ],
)
def test_nobody_is_reminded_outside_office_hours(case, at, moment):
    at(*moment)

    assert actions.remind_owners() == 0


def test_a_late_sweep_skips_the_steps_before(case, at, committing):
    at(2026, 4, 15, 9)  # day 44, nothing taken

    with committing():
        assert actions.remind_owners() == 1

    assert (steps(), len(mail.outbox)) == ([2], 1)


def test_nobody_is_given_up_on_without_a_reminder(case, at, committing):
    at(2026, 5, 4, 9)  # day 63, nothing taken
    with committing():
        actions.remind_owners()
    assert (state(case), steps(), len(mail.outbox)) == (CaseState.REMINDED, [2], 1)

    at(2026, 5, 8, 9)
    assert actions.remind_owners() == 0
    at(2026, 5, 11, 9)
    assert actions.remind_owners() == 1
    assert state(case) == CaseState.NO_ANSWER


def test_a_request_sent_anew_is_reminded_anew(case, at, committing):
    at(*DAY_21)
    actions.remind_owners()
    case.refresh_from_db()
    at(2026, 4, 1, 9)
    case = actions.send_again(case=case, by=case.handler)

    at(*DAY_42)  # 12 days after the new link
    assert actions.remind_owners() == 0
    at(2026, 4, 22, 9)
    assert actions.remind_owners() == 1
    assert list(CaseReminder.objects.order_by("at").values_list("link_number", "step")) == [
        (1, 1),
        (2, 1),
    ]


def test_who_has_answered_is_not_reminded(case, at):
    at(2026, 3, 20, 9)
    actions.answer_case(
        case=case,
        link_number=1,
        answers={item.pk: Answer("yes") for item in case.items.all()},
        name="Bo Ek",
        title="Förvaltare",
        text=case.text,
    )
    at(*DAY_21)

    assert actions.remind_owners() == 0


def test_a_request_covered_meanwhile_is_cancelled(case, at):
    make.owner_consent(case.owner, everything=True)
    at(*DAY_21)

    assert actions.remind_owners() == 1
    assert (state(case), case.cancelled_because, steps()) == (
        CaseState.CANCELLED,
        "Täckt av ett annat medgivande.",
        [],
    )


def test_a_request_to_somebody_who_has_sold_is_cancelled(case, at):
    real_property = case.items.get().entrance.real_property
    ownership = Ownership.objects.get(real_property=real_property)
    ownership.ends_on = date(2026, 3, 15)
    save_as(ownership, None)
    save_as(
        Ownership(real_property=real_property, owner=make.owner(), starts_on=date(2026, 3, 16)),
        None,
    )
    at(*DAY_21)

    actions.remind_owners()

    assert (state(case), case.cancelled_because) == (
        CaseState.CANCELLED,
        "Fastigheten har en ny ägare.",
    )
    assert not Message.objects.exists()


def test_an_owner_who_wants_no_contact_any_more_is_left_alone(case, at):
    case.owner.do_not_contact = True
    save_as(case.owner, None)
    at(*DAY_21)

    actions.remind_owners()

    assert (state(case), case.cancelled_because) == (
        CaseState.CANCELLED,
        "Ägaren vill inte bli kontaktad.",
    )


def test_a_reminder_goes_to_the_contact_of_today(case, at, committing):
    save_as(
        OwnerContact(
            owner=case.owner, name="Nya", email="nya@example.se", starts_on=date(2026, 3, 10)
        ),
        None,
    )
    at(*DAY_21)
    with committing():
        actions.remind_owners()

    assert mail.outbox[0].to == ["Nya <nya@example.se>"]


def test_a_reminder_without_an_address_tells_why_it_stayed(case, at, committing):
    for contact in OwnerContact.objects.filter(owner=case.owner):
        contact.email = ""
        save_as(contact, None)
    at(*DAY_21)
    with committing():
        actions.remind_owners()

    message = Message.objects.get()
    assert (message.state, message.reason) == (
        MessageState.NOT_SENT,
        "Mottagaren har ingen e-postadress.",
    )


def test_a_sweep_has_a_cap(case, at, monkeypatch):
    monkeypatch.setattr("consent.actions.reminders.AT_MOST", 2)
    for _ in range(3):
        make.case(state=CaseState.SENT)
    at(*DAY_21)

    assert [actions.remind_owners() for _ in range(3)] == [2, 2, 0]


def test_a_sweep_asks_the_same_for_five_that_are_not_due(
    case, at, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(5):
        make.case(state=CaseState.SENT)
    at(*DAY_21)
    actions.remind_owners()

    with django_assert_max_num_queries(9):
        assert actions.remind_owners() == 0


def test_the_command_runs_the_sweep(case, at, capsys):
    at(*DAY_21)

    call_command("remind_owners")

    assert capsys.readouterr().out == "Åtgärdade förfrågningar: 1\n"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once(at):
    for _ in range(3):
        make.case(state=CaseState.SENT)
    at(*DAY_21)
    both = threading.Barrier(2)
    taken = []

    def work():
        both.wait()
        taken.append(actions.remind_owners())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(taken) == 3
    assert CaseReminder.objects.count() == 3
    assert Message.objects.count() == 3
    assert len(mail.outbox) == 3


# --- what never reached the owner ----------------------------------------------------------------


def test_a_request_that_bounced_is_the_handlers_and_nobody_is_reminded(case, at):
    at(2026, 3, 2, 9)
    case = actions.send_again(case=case, by=case.handler)
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED, reason="Adressen finns inte."
    )
    at(2026, 3, 3, 9)

    assert (actions.remind_owners(), actions.remind_owners()) == (1, 0)

    assert state(case) == CaseState.NO_ANSWER
    assert TrailEntry.objects.get(verb="consent.bounced").reason == "Adressen finns inte."
    at(*DAY_42)
    assert actions.remind_owners() == 0


def test_a_new_link_after_a_bounce_is_reminded_anew(case, at):
    at(2026, 3, 2, 9)
    case = actions.send_again(case=case, by=case.handler)
    Message.objects.update(state=MessageState.FAILED)
    actions.remind_owners()
    case = actions.send_again(case=case, by=case.handler)

    at(2026, 3, 4, 9)
    assert actions.remind_owners() == 0
    assert state(case) == CaseState.SENT


# --- what the board decides ----------------------------------------------------------------------


def test_a_week_after_the_boards_day_it_is_reminded_and_two_weeks_later_it_is_the_handlers(
    case, at
):
    at(2026, 3, 10, 9)
    said = {case.items.get().pk: Answer("board", decision_on=date(2026, 5, 4))}
    case = actions.answer_case(
        case=case, link_number=1, answers=said, name="Bo", title="Ordförande", text=case.text
    )
    at(*DAY_42)
    assert actions.remind_owners() == 0
    at(2026, 5, 11, 9)
    assert (actions.remind_owners(), actions.remind_owners()) == (1, 0)
    assert state(case) == CaseState.REMINDED
    at(2026, 5, 25, 9)
    assert actions.remind_owners() == 1
    assert state(case) == CaseState.NO_ANSWER
