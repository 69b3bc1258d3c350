"""Protected identity: who sees a protected person, and who decides that."""

from datetime import date

import pytest

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.recipients import actions
from homecare.recipients.access import may_see
from homecare.recipients.models import NamedGrant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def manager(unit):
    return make.user(Role.UNIT_MANAGER, unit)


@pytest.fixture
def coordinator(unit):
    return make.user(Role.COORDINATOR, unit, name="Sam Ordnare")


@pytest.fixture
def protected(unit):
    return make.recipient(unit, protection_level="marked")


def name(user, protected, by, **given):
    return actions.name_staff(
        **{
            "recipient": protected,
            "user": user,
            "starts_on": date(2030, 1, 31),
            "ends_on": date(2030, 12, 31),
            "reason": "Sköter besöken",
            "by": by,
            **given,
        }
    )


def test_raising_the_protection_hides_the_person_at_once_also_from_who_raised_it(unit, coordinator):
    person = make.recipient(unit)

    actions.change_protection(recipient=person, level="marked", by=coordinator)

    assert not may_see(coordinator, person)
    entry = TrailEntry.objects.get(verb="recipient.protection_raised")
    assert entry.facts == {"before": "none", "after": "marked"}
    assert entry.person_ref == str(person.ref)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("marked", "none"),
        ("protected_registration", "none"),
        ("protected_registration", "marked"),
    ],
)
def test_lowering_needs_a_reason(unit, before, after):
    person = make.recipient(unit, protection_level=before)

    with pytest.raises(RuleBroken, match="varför skyddet sänks"):
        actions.change_protection(recipient=person, level=after, by=None)
    actions.change_protection(recipient=person, level=after, by=None, reason="Beslut 17")

    person.refresh_from_db()
    assert person.protection_level == after
    assert TrailEntry.objects.get(verb="recipient.protection_lowered").reason == "Beslut 17"


def test_the_same_level_again_is_refused(protected):
    with pytest.raises(RuleBroken, match="redan det skyddet"):
        actions.change_protection(recipient=protected, level="marked", by=None)


def test_without_protection_the_grants_end_and_do_not_wake_again(protected, coordinator, manager):
    name(coordinator, protected, manager)

    actions.change_protection(recipient=protected, level="none", by=None, reason="Upphört")
    actions.change_protection(recipient=protected, level="marked", by=None)

    assert not NamedGrant.objects.in_force().exists()
    assert not may_see(coordinator, protected)


def test_the_named_see_the_person_from_the_first_day_to_the_last(
    at, protected, coordinator, manager
):
    grant = name(
        coordinator, protected, manager, starts_on=date(2030, 2, 1), ends_on=date(2030, 2, 28)
    )

    days = {}
    for day in [(2030, 1, 31), (2030, 2, 1), (2030, 2, 28), (2030, 3, 1)]:
        at(*day, 12)
        days[day] = may_see(coordinator, protected)

    assert list(days.values()) == [False, True, True, False]
    assert grant.decided_by == manager
    entry = TrailEntry.objects.get(verb="recipient.staff_named")
    assert entry.reason == "Sköter besöken"
    assert entry.facts == {
        "named": str(coordinator.ref),
        "starts_on": "2030-02-01",
        "ends_on": "2030-02-28",
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"reason": " "}, "varför personen behöver", id="no reason"),
        pytest.param({"ends_on": date(2030, 1, 30)}, "före den första", id="backwards"),
        pytest.param(
            {"starts_on": date(2029, 1, 1), "ends_on": date(2029, 6, 1)}, "redan varit", id="past"
        ),
        pytest.param({"ends_on": date(2031, 2, 2)}, "Högst ett år", id="more than a year"),
    ],
)
def test_a_wrong_grant_is_refused(protected, coordinator, manager, given, says):
    with pytest.raises(RuleBroken, match=says):
        name(coordinator, protected, manager, **given)

    assert not NamedGrant.objects.exists()


def test_nobody_names_themselves(protected, manager):
    with pytest.raises(RuleBroken, match="inte namnge dig själv"):
        name(manager, protected, manager)


def test_only_those_who_work_there_and_can_sign_in_are_named(protected, coordinator, manager):
    elsewhere = make.user(Role.COORDINATOR, make.unit(), name="Från Annanstans")

    with pytest.raises(RuleBroken, match="Från Annanstans har ingen roll"):
        name(elsewhere, protected, manager)
    coordinator.is_active = False
    with pytest.raises(RuleBroken, match="Kontot är spärrat"):
        name(coordinator, protected, manager)


def test_nobody_is_named_for_somebody_without_protection(unit, coordinator, manager):
    with pytest.raises(RuleBroken, match="inte skyddade personuppgifter"):
        name(coordinator, make.recipient(unit), manager)


def test_somebody_is_named_once_at_a_time_and_again_when_it_is_over(
    at, protected, coordinator, manager
):
    name(coordinator, protected, manager, ends_on=date(2030, 2, 28))

    with pytest.raises(RuleBroken, match="Sam Ordnare är redan namngiven"):
        name(coordinator, protected, manager, starts_on=date(2030, 4, 1))
    at(2030, 3, 1, 12)
    name(coordinator, protected, manager, starts_on=date(2030, 3, 1))

    assert NamedGrant.objects.count() == 2
    assert may_see(coordinator, protected)


def test_a_grant_ends_at_once_and_only_once(protected, coordinator, manager):
    grant = name(coordinator, protected, manager)

    actions.end_grant(grant=grant, by=manager, reason="Bytt område")

    assert not may_see(coordinator, protected)
    entry = TrailEntry.objects.get(verb="recipient.named_staff_ended")
    assert (entry.reason, entry.facts) == ("Bytt område", {"named": str(coordinator.ref)})
    with pytest.raises(RuleBroken, match="redan avslutad"):
        actions.end_grant(grant=grant, by=manager)
