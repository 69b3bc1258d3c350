"""Keys that nobody is to use any more: of somebody who has died, or is no longer cared for."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.core import clock
from homecare.core.models import save_as
from locks.models import Key
from locks.queries import stops
from tests import make

pytestmark = pytest.mark.django_db
YESTERDAY = date(2030, 1, 30)
TO_OWNER, TO_ESTATE = "Spärrad – ska lämnas tillbaka", "Spärrad – ska till dödsboet"


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


def died(unit):
    return make.key(unit, make.recipient(unit, died_on=YESTERDAY))


def care_ended(unit):
    return make.key(unit, make.recipient(unit, ends_on=YESTERDAY))


def care_goes_on_elsewhere(unit):
    key = care_ended(unit)
    other = make.unit()
    save_as(
        key.recipient.commissions.model(
            recipient=key.recipient, unit=other, starts_on=clock.today()
        ),
        None,
    )
    return key


def page_of(key):
    return reverse("locks:key", args=[key.ref])


def shown(key):
    return Key.objects.with_holder().get(pk=key.pk)


@pytest.mark.parametrize(
    ("make_key", "to"),
    [
        pytest.param(make.key, "", id="cared for"),
        pytest.param(died, "estate", id="died"),
        pytest.param(care_ended, "owner", id="care ended"),
        pytest.param(care_goes_on_elsewhere, "owner", id="another unit cares now"),
    ],
)
def test_what_the_list_says_is_what_stops_the_hand_out(unit, make_key, to):
    key = make_key(unit)

    assert shown(key).is_due_to == to
    assert bool(stops([key], None)[key.pk]) == bool(to)


@pytest.mark.parametrize(
    ("make_key", "state"),
    [(died, TO_ESTATE), (care_ended, TO_OWNER)],
    ids=["died", "care ended"],
)
def test_a_blocked_key_is_red_in_list_and_page_and_is_to_be_given_back(
    client, unit, make_key, state
):
    key = make_key(unit)

    in_list, page = client.get(reverse("locks:key_list")).text, client.get(page_of(key)).text

    for text in (in_list, page):
        assert f"</svg>{state}</span>" in text
        assert "I skåpet</span>" not in text
    assert f'button-primary" href="{page_of(key)}lamna-tillbaka/"' in page
    assert "Lämna ut" not in page


def test_a_blocked_key_that_is_out_is_first_taken_back(client, unit):
    key = died(unit)
    make.handout(key, due_back_at=clock.now() + timedelta(hours=2))

    text = client.get(page_of(key)).text

    assert "Utlämnad</span>" in text
    assert TO_ESTATE in text
    assert "Ta emot den först" in text
    assert reverse("locks:key_return", args=[key.ref]) in text


def test_one_that_has_left_is_blocked_no_more(client, unit):
    key = died(unit)
    key.given_back_at, key.ended_because = clock.now(), "given_back"
    save_as(key, None)

    text = client.get(page_of(key)).text

    assert "Spärrad" not in text
    assert "Nyckeln får inte användas" not in text


def test_the_blocked_ones_are_listed_apart(client, unit):
    ordinary, blocked, gone = make.key(unit), died(unit), care_ended(unit)
    gone.given_back_at, gone.ended_because = clock.now(), "destroyed"
    save_as(gone, None)

    text = client.get(reverse("locks:key_list") + "?state=blocked").text

    assert blocked.code in text
    assert ordinary.code not in text
    assert gone.code not in text


def test_an_ordinary_key_is_handed_out(client, unit):
    text = client.get(page_of(make.key(unit))).text

    assert "I skåpet</span>" in text
    assert "Lämna ut" in text


def test_those_who_may_only_look_are_offered_nothing(client, unit):
    client.force_login(make.user(Role.UNIT_MANAGER, unit))

    text = client.get(page_of(died(unit))).text

    assert TO_ESTATE in text
    assert "lamna-tillbaka" not in text
