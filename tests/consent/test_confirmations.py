"""Does the yes still hold? Owners are asked after two years, recipients after one."""

from datetime import date

import pytest
from django.urls import reverse

from consent import actions
from consent.models import Consent
from consent.queries import due_for_confirmation
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.mailing.models import Message
from tests import make
from tests.consent.test_owner_page import asked, filled, url

pytestmark = pytest.mark.django_db
TWO_YEARS_ON = (2028, 3, 13, 9)


@pytest.fixture(autouse=True)
def _spring(at):
    at(2026, 3, 10, 9)


@pytest.fixture
def answered(client):
    case = asked("Agatan 1")
    client.post(url(case), filled(case, "yes"))
    return case


def test_an_owner_is_asked_once_after_two_years_and_confirms_on_its_page(client, answered, at):
    at(2028, 3, 8, 9)
    assert actions.ask_to_confirm() == 0
    at(*TWO_YEARS_ON)
    Message.objects.all().delete()

    assert (actions.ask_to_confirm(), actions.ask_to_confirm()) == (1, 0)

    message = Message.objects.get()
    assert message.subject == "Gäller ert medgivande till låstillbehör fortfarande?"
    answered.refresh_from_db()
    assert url(answered) in message.body
    page = client.get(url(answered)).text
    assert "Gäller det fortfarande?" in page
    client.post(url(answered) + "stamt-av/")

    assert Consent.objects.get().confirmed_on == date(2028, 3, 13)
    assert "Gäller det fortfarande?" not in client.get(url(answered)).text
    assert TrailEntry.objects.get(verb="consent.confirmed").actor == "owner"
    at(2028, 9, 13, 9)
    assert actions.ask_to_confirm() == 0


def test_without_an_answer_the_yes_holds_and_is_not_asked_about_every_day(answered, at):
    at(*TWO_YEARS_ON)
    actions.ask_to_confirm()
    at(2028, 3, 14, 9)
    assert actions.ask_to_confirm() == 0
    assert Consent.objects.in_force().count() == 1


def test_outside_office_hours_nobody_is_asked(answered, at):
    at(2028, 3, 12, 9)  # a Sunday
    assert actions.ask_to_confirm() == 0


def test_a_recipients_yes_is_gone_through_after_a_year_by_a_person(client, at):
    unit = make.unit()
    person = make.recipient(unit)
    make.recipient_consent(person, starts_on=clock.today())
    coordinator = make.user("coordinator", unit)
    client.force_login(coordinator)
    at(2027, 3, 9, 9)
    assert not due_for_confirmation().exists()
    at(2027, 3, 10, 9)
    assert person.last_name in client.get("/").text

    consent = Consent.objects.get()
    page = client.get(reverse("consent:recipient_consent", args=[person.ref])).text
    assert "Gäller fortfarande" in page
    client.post(reverse("consent:recipient_consent_confirm", args=[consent.ref]))

    consent.refresh_from_db()
    assert consent.confirmed_on == date(2027, 3, 10)
    entry = TrailEntry.objects.get(verb="consent.confirmed")
    assert (entry.actor, entry.person_ref) == (str(coordinator.ref), str(person.ref))
    page = client.get(reverse("consent:recipient_consent", args=[person.ref])).text
    assert "Gäller fortfarande" not in page


def test_what_has_ended_cannot_be_confirmed(answered):
    consent = Consent.objects.get()
    actions.end_owner_consent(consent=consent, reason="Ångrar sig", by=make.user())

    with pytest.raises(RuleBroken, match="gäller inte längre"):
        actions.confirm_consent(consent=consent, by=None)


def test_an_old_link_confirms_nothing(client, answered, at):
    old = url(answered)
    at(2026, 3, 10, 10)
    assert actions.send_new_link(case=answered)

    assert client.post(old + "stamt-av/").status_code == 410
    assert Consent.objects.get().confirmed_on is None
