"""The register of physical keys."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions, codes
from locks.models import Key, KeyEnd, KeyKind
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def person(unit):
    return make.recipient(unit)


def register(person, unit, by=None, **given):
    return actions.register_key(
        recipient=person, unit=unit, kind=given.pop("kind", KeyKind.METAL), by=by, **given
    )


def test_a_key_is_taken_in_and_gets_a_code_that_says_nothing(person, unit, keeper):
    key = register(person, unit, keeper, cabinet=" Skåp A ", hook="12")

    assert codes.is_valid(key.code)
    assert (key.recipient, key.unit, key.cabinet, key.hook) == (person, unit, "Skåp A", "12")
    assert key.received_on == date(2030, 1, 31)
    entry = TrailEntry.objects.get(verb="key.registered")
    assert (entry.person_ref, entry.unit_ref) == (str(person.ref), str(unit.ref))


def test_a_code_that_is_taken_is_drawn_again(person, unit, monkeypatch):
    taken, free = codes.generate(), codes.generate()
    make.key(unit, code=taken)
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(codes, "generate", lambda: next(drawn))

    assert register(person, unit).code == free


def test_when_no_code_is_free_it_says_so(person, unit, monkeypatch):
    taken = make.key(unit).code
    monkeypatch.setattr(codes, "generate", lambda: taken)

    with pytest.raises(RuleBroken, match="ledig kod"):
        register(person, unit)

    assert Key.objects.count() == 1


def test_a_unit_that_does_not_care_for_the_person_takes_no_key(person):
    other = make.unit(name="Andra enheten")

    with pytest.raises(RuleBroken, match="Andra enheten har inget pågående uppdrag"):
        register(person, other)


def test_no_key_is_taken_in_for_the_dead(person, unit):
    person.died_on = date(2030, 1, 1)
    save_as(person, None)

    with pytest.raises(RuleBroken, match="inget pågående uppdrag"):
        register(person, unit)


def test_a_key_is_not_received_in_the_future(person, unit):
    with pytest.raises(RuleBroken, match="en dag som inte varit"):
        register(person, unit, received_on=date(2030, 2, 1))


def test_a_key_is_hung_somewhere_else(unit, keeper):
    key = make.key(unit)

    changed = actions.change_key(key=key, kind=KeyKind.TAG, cabinet="Skåp B", hook="3", by=keeper)

    assert (changed.kind, changed.cabinet, changed.hook) == (KeyKind.TAG, "Skåp B", "3")
    assert changed.code == key.code
    assert TrailEntry.objects.filter(verb="key.changed").count() == 1


def test_a_key_is_given_back(unit, keeper):
    key = make.key(unit)

    key = actions.give_back_key(key=key, to_name="Dotter Lund", note="Mot legitimation", by=keeper)

    assert (key.ended_because, key.given_back_to, key.end_note) == (
        KeyEnd.GIVEN_BACK,
        "Dotter Lund",
        "Mot legitimation",
    )
    assert key.given_back_at == clock.now()
    assert not Key.objects.in_keeping().exists()
    entry = TrailEntry.objects.get(verb="key.given_back")
    assert "Dotter" not in entry.canonical
    assert entry.details == {"to": "Dotter Lund"}


def test_a_key_is_destroyed_with_a_reason(unit, keeper):
    key = make.key(unit)

    with pytest.raises(RuleBroken, match="Skriv varför nyckeln makuleras"):
        actions.destroy_key(key=key, reason="", by=keeper)
    key = actions.destroy_key(key=key, reason="Avbruten", by=keeper)

    assert (key.ended_because, key.end_note) == (KeyEnd.DESTROYED, "Avbruten")


def test_who_got_the_key_must_be_said(unit, keeper):
    with pytest.raises(RuleBroken, match="Skriv vem som fick nyckeln"):
        actions.give_back_key(key=make.key(unit), to_name=" ", by=keeper)


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda key: actions.give_back_key(key=key, to_name="X", by=None), id="back"),
        pytest.param(lambda key: actions.destroy_key(key=key, reason="X", by=None), id="destroyed"),
    ],
)
def test_a_key_that_is_out_or_gone_does_not_leave(unit, leave):
    key = make.key(unit)
    loan = make.handout(key)
    with pytest.raises(RuleBroken, match="Ta emot den först"):
        leave(key)

    loan.returned_at = clock.now()
    save_as(loan, None)
    leave(key)
    with pytest.raises(RuleBroken, match="Nyckeln har redan lämnat förvaret"):
        leave(key)


# --- lock models ---------------------------------------------------------------------------------


def add(**given):
    return actions.add_lock_model(
        **{
            "supplier": "Provlås",
            "name": "M1",
            "kind": "cylinder",
            "has_monitoring_function": False,
            "by": None,
            **given,
        }
    )


def test_a_lock_model_is_added_and_changed(keeper):
    model = add(by=keeper)

    actions.change_lock_model(
        lock_model=model,
        supplier="Provlås",
        name="M2",
        kind="turn_knob",
        has_monitoring_function=True,
        by=keeper,
    )

    model.refresh_from_db()
    assert (str(model), model.kind, model.has_monitoring_function) == (
        "Provlås M2",
        "turn_knob",
        True,
    )
    assert list(model.history.values_list("history_user", flat=True)) == [keeper.pk, keeper.pk]


def test_the_same_model_is_not_added_twice():
    add()

    with pytest.raises(RuleBroken, match="Modellen finns redan"):
        add(name="m1")


def test_a_model_does_not_become_another_that_is_there():
    add()
    other = add(name="M2")

    with pytest.raises(RuleBroken, match="Modellen finns redan"):
        actions.change_lock_model(
            lock_model=other,
            supplier="PROVLÅS",
            name="M1",
            kind=other.kind,
            has_monitoring_function=False,
            by=None,
        )
