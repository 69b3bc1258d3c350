"""What follows when a yes is taken back: steps in their order, closed when all are done."""

import pytest
from django.urls import reverse

from consent import actions
from consent.models import ContactProposal, Withdrawal
from consent.states import StepKind
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks.states import InstallationState
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(at):
    at(2030, 3, 11, 9)


@pytest.fixture
def by():
    return make.user("coordinator")


@pytest.fixture
def lock():
    return make.installation(make.entrance(owner=make.owner(name="Brf")), in_operation=True)


def withdrawn(lock, by):
    owner = lock.entrance.real_property.ownerships.get().owner
    consent = make.owner_consent(owner, lock.entrance)
    actions.end_owner_consent(consent=consent, reason="Ordföranden ringde", by=by)
    return Withdrawal.objects.get()


def take(withdrawal, *kinds, by):
    for kind in kinds:
        withdrawal = actions.take_step(withdrawal=withdrawal, kind=kind, by=by)
    return withdrawal


def take_down(lock):
    lock.state, lock.removed_at = InstallationState.REMOVED, clock.now()
    save_as(lock, None)


def test_a_withdrawal_is_over_when_every_step_is_done(lock, by):
    opened = withdrawn(lock, by)
    assert (opened.handler, str(opened.due_on)) == (by, "2030-04-10")

    take(opened, StepKind.METAL_KEY, StepKind.STOP_USE, StepKind.TELL, by=by)
    opened.refresh_from_db()
    assert opened.closed_at is None
    take_down(lock)
    closed = take(opened, StepKind.REMOVAL, by=by)

    assert (closed.closed_at, closed.closed_by) == (clock.now(), by)
    assert TrailEntry.objects.filter(verb="withdrawal.step").count() == 4
    assert TrailEntry.objects.filter(verb="withdrawal.closed").count() == 1


@pytest.mark.parametrize(
    ("before", "step", "words"),
    [
        ([], StepKind.STOP_USE, "en annan väg in"),
        ([], StepKind.REMOVAL, "Sluta använda låset"),
        ([StepKind.METAL_KEY, StepKind.STOP_USE], StepKind.REMOVAL, "Låset sitter kvar"),
        ([StepKind.TELL], StepKind.TELL, "redan klart"),
        ([], "nonsens", "Välj ett steg"),
    ],
)
def test_a_step_out_of_order_is_refused(lock, by, before, step, words):
    opened = take(withdrawn(lock, by), *before, by=by)

    with pytest.raises(RuleBroken, match=words):
        actions.take_step(withdrawal=opened, kind=step, by=by)
    assert opened.steps.count() == len(before)


def test_the_list_and_the_page_show_what_is_left(client, lock, by, django_assert_num_queries):
    opened = withdrawn(lock, by)
    client.force_login(by)

    assert "Brf" in client.get(reverse("consent:withdrawal_list")).text
    page = client.get(reverse("consent:withdrawal", args=[opened.ref])).text
    assert page.count(">Kvar<") + page.count("Kvar</span>") >= 4
    client.post(reverse("consent:withdrawal_step", args=[opened.ref, "tell"]))

    step = opened.steps.get()
    assert (step.kind, step.done_by) == (StepKind.TELL, by)


def test_a_recipients_withdrawal_is_seen_by_those_who_see_the_person(client, by):
    unit = make.unit()
    person = make.recipient(unit)
    consent = make.recipient_consent(person)
    opened = save_as(Withdrawal(consent=consent, opened_at=clock.now(), due_on=clock.today()), None)
    ours, others = make.user("coordinator", unit), make.user("coordinator", make.unit())
    address = reverse("consent:withdrawal", args=[opened.ref])

    client.force_login(others)
    assert client.get(address).status_code == 404
    assert person.last_name not in client.get(reverse("consent:withdrawal_list")).text
    client.force_login(ours)
    assert client.get(address).status_code == 200
    assert TrailEntry.objects.get(verb="withdrawal.read").person_ref == str(person.ref)


def test_a_proposed_contact_is_taken_or_left_on_the_page_of_the_request(client, by):
    case = make.case(state="sent")
    for name in ("Ann", "Bo"):
        ContactProposal.objects.create(
            case=case, name=name, email=f"{name.lower()}@brf.example", at=clock.now()
        )
    client.force_login(by)
    assert "Ägaren föreslår Ann" in client.get(case.get_absolute_url()).text

    first, second = ContactProposal.objects.all()
    client.post(reverse("consent:proposal_take", args=[first.ref]))
    client.post(reverse("consent:proposal_refuse", args=[second.ref]))

    assert [one.outcome for one in ContactProposal.objects.all()] == ["taken", "refused"]
    assert list(case.owner.contacts.filter(name__in=["Ann", "Bo"]).values_list("name")) == [
        ("Ann",)
    ]
    assert "Ägaren föreslår" not in client.get(case.get_absolute_url()).text
