"""Who owned what when."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from properties import actions
from properties.models import Ownership, Property
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


def periods(real_property):
    return [
        (one.owner, one.starts_on, one.ends_on)
        for one in real_property.ownerships.order_by("starts_on")
    ]


def test_a_property_is_added_with_its_owner():
    owner, by = make.owner(), make.user()

    added = actions.add_property(
        designation=" Skogen   1:2 ", owner=owner, owned_from=date(2020, 1, 1), by=by
    )

    assert added.designation == "Skogen 1:2"
    assert periods(added) == [(owner, date(2020, 1, 1), None)]
    assert TrailEntry.objects.get(verb="property.added").facts == {
        "designation": "Skogen 1:2",
        "owner": str(owner.ref),
        "owned_from": "2020-01-01",
    }


def test_a_property_is_in_the_register_once():
    actions.add_property(designation="Ängen 1", owner=make.owner(), by=None)

    with pytest.raises(RuleBroken, match="finns redan i registret"):
        actions.add_property(designation="ängen 1", owner=make.owner(), by=None)
    with pytest.raises(RuleBroken, match="finns redan i registret"):
        actions.change_property(real_property=make.real_property(), designation="ÄNGEN 1", by=None)


def test_a_sale_ends_the_old_ownership_the_day_before_the_new_one():
    old, new = make.owner(), make.owner()
    sold = make.real_property(old, owned_from=date(2020, 1, 1))

    actions.sell_property(
        real_property=sold, to=new, on=date(2030, 2, 1), by=None, reason="Lagfart"
    )

    assert periods(sold) == [
        (old, date(2020, 1, 1), date(2030, 1, 31)),
        (new, date(2030, 2, 1), None),
    ]
    assert Property.objects.with_owner(date(2030, 1, 31)).get().owner_name == old.name
    assert Property.objects.with_owner(date(2030, 2, 1)).get().owner_name == new.name
    entry = TrailEntry.objects.get(verb="property.sold")
    assert entry.reason == "Lagfart"
    assert entry.facts == {
        "from_owner": str(old.ref),
        "to_owner": str(new.ref),
        "on": "2030-02-01",
    }


def test_an_owner_cannot_buy_what_it_owns():
    owner = make.owner(name="Bolaget")
    sold = make.real_property(owner)

    with pytest.raises(RuleBroken, match="Bolaget äger redan fastigheten"):
        actions.sell_property(real_property=sold, to=owner, on=date(2030, 2, 1), by=None)


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 1, 1)])
def test_a_sale_is_never_before_the_present_owner_began(on):
    sold = make.real_property(owned_from=date(2026, 1, 1))

    with pytest.raises(RuleBroken, match="tog över 2026-01-01"):
        actions.sell_property(real_property=sold, to=make.owner(), on=on, by=None)

    assert Ownership.objects.get().ends_on is None


def test_a_sale_is_never_inside_an_ownership_that_has_a_last_day():
    sold = make.real_property(owned_from=date(2026, 1, 1))
    held = sold.ownerships.get()
    held.ends_on = date(2030, 6, 30)
    held.save()

    with pytest.raises(RuleBroken, match="till och med 2030-06-30"):
        actions.sell_property(real_property=sold, to=make.owner(), on=date(2030, 6, 30), by=None)
    actions.sell_property(real_property=sold, to=make.owner(), on=date(2030, 7, 1), by=None)


def test_a_day_more_than_a_year_away_is_a_slip_of_the_pen():
    with pytest.raises(RuleBroken, match="mer än ett år fram"):
        actions.sell_property(
            real_property=make.real_property(), to=make.owner(), on=date(2203, 1, 1), by=None
        )


def test_properties_are_counted_for_the_owner_who_has_them_today():
    owner = make.owner()
    make.real_property(owner)
    sold = make.real_property(owner)
    actions.sell_property(real_property=sold, to=make.owner(), on=date(2030, 1, 31), by=None)

    assert type(owner).objects.with_properties_owned().get(pk=owner.pk).properties_owned == 1
