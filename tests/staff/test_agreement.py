"""The user agreement: its words, and who has accepted which version when."""

from datetime import date

import pytest
from django.utils import translation

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.staff import actions
from homecare.staff.texts import AGREEMENTS, CURRENT, agreement_of
from tests import make

TODAY = date(2026, 3, 2)
# A version that people have accepted never changes: add a new one instead, and its sum here.
CHECKSUMS = {
    "2026-1": "02b546e224c2ae7550f8edcb6d70e07acf0a7750d749c4c6a242848cc42c9887",
}


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


def test_the_words_of_a_version_never_change():
    with translation.override("sv"):
        assert {one.version: one.sha256 for one in AGREEMENTS} == CHECKSUMS


def test_the_newest_version_comes_first():
    assert agreement_of(CURRENT.version) is CURRENT
    assert CURRENT.valid_from == max(one.valid_from for one in AGREEMENTS)
    assert agreement_of("1999-1") is None


def accept(member, by, version=CURRENT.version, on=TODAY):
    return actions.accept_agreement(staff_member=member, version=version, on=on, by=by)


@pytest.mark.django_db
def test_a_care_worker_accepts_in_person():
    user = make.user()
    member = make.staff_member(agreement=False, user=user)

    accepted = accept(member, user)

    assert (accepted.version, accepted.accepted_on) == (CURRENT.version, TODAY)
    assert member.has_accepted_current
    entry = TrailEntry.objects.about(accepted).get()
    assert entry.facts == {
        "staff_member": str(member.ref),
        "version": CURRENT.version,
        "on": "2026-03-02",
        "in_person": True,
    }


@pytest.mark.django_db
def test_a_coordinator_records_a_signed_paper():
    unit = make.unit()
    coordinator = make.user(Role.COORDINATOR, unit)
    member = make.staff_member(unit, agreement=False)

    accepted = accept(member, coordinator, on=date(2026, 2, 1))

    assert accepted.accepted_on == date(2026, 2, 1)
    assert accepted.history.get().history_user == coordinator
    assert TrailEntry.objects.about(accepted).get().facts["in_person"] is False


@pytest.mark.django_db
def test_accepting_twice_is_accepting_once():
    member = make.staff_member(agreement=False)

    first = accept(member, None)
    second = accept(member, None, on=date(2026, 3, 1))

    assert first == second
    assert member.accepted == first


@pytest.mark.django_db
def test_what_is_not_accepted():
    unit = make.unit()
    member = make.staff_member(unit, agreement=False)
    coordinator = make.user(Role.COORDINATOR, unit)
    stranger = make.user(Role.COORDINATOR, make.unit())

    with pytest.raises(RuleBroken, match="Den versionen av användaravtalet finns inte"):
        accept(member, coordinator, version="1999-1")
    with pytest.raises(RuleBroken, match="har inte varit ännu"):
        accept(member, coordinator, on=date(2026, 3, 3))
    with pytest.raises(RuleBroken, match="Du kan bara registrera avtal för medarbetare"):
        accept(member, stranger)

    assert member.accepted is None
