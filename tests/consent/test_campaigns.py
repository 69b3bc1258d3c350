"""Mailings: whom they ask, whom they leave out and why, sent once, run again for the difference."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions
from consent.models import Campaign, ConsentCase, LeftOut
from consent.queries import campaigns
from consent.states import CaseState
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.mailing.models import Channel, Message, MessageState
from properties.models import HomeDoor, PropertyOwner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(at):
    at(2030, 3, 11, 9)


@pytest.fixture
def unit():
    return make.unit(district=make.district(name="Årsta"))


@pytest.fixture
def by(unit):
    return make.user("coordinator", unit)


@pytest.fixture
def area(unit, by):
    return actions.draw_up_campaign(name="Årsta våren", by=by, district=unit.district)


def lives(unit, *entrances, **given):
    """Somebody cared for by the unit, behind the entrances, in a house of flats."""
    number = 1101 + HomeDoor.objects.count()
    home = make.home_door(*entrances, apartment_number=str(number))
    return make.recipient(unit, home=home, **given)


def asked(area, by):
    """Owner's name → the addresses that its letter would name."""
    return {
        letter.owner.name: [str(door.entrance) for door in letter.doors]
        for letter in campaigns.preview(area, by).letters
    }


def left_out(area, by):
    return {str(one.entrance): one.why for one in campaigns.preview(area, by).omitted}


# --- whom ----------------------------------------------------------------------------------------


def test_each_owner_gets_one_letter_with_all_entrances_and_who_unlocks_most_comes_first(
    unit, area, by
):
    small, large = make.owner(name="Lilla"), make.owner(name="Stora")
    port, yard = (make.entrance(owner=large, address=one) for one in ("Agatan 1", "Agatan 3"))
    for _ in range(2):
        lives(unit, port, yard)
    lives(unit, make.entrance(owner=small, address="Bgatan 2"))

    seen = campaigns.preview(area, by)

    assert [(one.owner.name, one.unlocks) for one in seen.letters] == [("Stora", 2), ("Lilla", 1)]
    assert asked(area, by) == {"Stora": ["Agatan 1", "Agatan 3"], "Lilla": ["Bgatan 2"]}
    assert (seen.recipients, seen.number_of_entrances) == (3, 3)


def test_the_area_is_a_district_postal_codes_or_what_is_in_both(unit, by):
    other = make.unit(district=make.district(name="Farsta"))
    make.assignment(by, "coordinator", other)
    for n, (where, code) in enumerate([(unit, "12057"), (unit, "11111"), (other, "12057")]):
        owner = make.owner(name=f"Ägare {n}")
        home = make.home_door(make.entrance(owner=owner), apartment_number="1101", postal_code=code)
        make.recipient(where, home=home)

    def names(**area):
        campaign = actions.draw_up_campaign(name="x", by=by, **area)
        return sorted(one.owner.name for one in campaigns.preview(campaign, by).letters)

    assert names(district=unit.district) == ["Ägare 0", "Ägare 1"]
    assert names(postal_codes=["1205"]) == ["Ägare 0", "Ägare 2"]
    assert names(district=unit.district, postal_codes=["12057"]) == ["Ägare 0"]


def _covered(entrance, owner, by):
    make.owner_consent(owner, entrance)


def _asked(entrance, owner, by):
    make.case(owner, entrance, state=CaseState.SENT)


def _do_not_contact(entrance, owner, by):
    owner.do_not_contact = True
    save_as(owner, None)


def _said_no(entrance, owner, by):
    case = make.case(owner, entrance, state=CaseState.ANSWERED, answered_at=make.SOME_MOMENT)
    item = case.items.get()
    item.answer, item.answered_at = "no", make.SOME_MOMENT.replace(year=2030)
    save_as(item, None)


def _sold_to_nobody(entrance, owner, by):
    held = entrance.real_property.ownerships.get()
    held.ends_on = make.LONG_AGO.replace(year=2029)
    save_as(held, None)


def _without_address(entrance, owner, by):
    for contact in owner.contacts.all():
        contact.email = ""
        save_as(contact, None)


def _half_an_address(entrance, owner, by):
    _without_address(entrance, owner, by)
    owner.postal_address, owner.postal_code, owner.city = "Box 1", "12000", ""
    save_as(owner, None)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_covered, "Har redan medgivande"),
        (_asked, "Tillfrågad, väntar på svar"),
        (_do_not_contact, "Ägaren är markerad ”kontakta ej”"),
        (_said_no, "Ägaren har sagt nej eller återkallat det senaste halvåret"),
        (_sold_to_nobody, "Ingen ägare i registret"),
        (_without_address, "Ägaren saknar både e-postadress och postadress"),
        (_half_an_address, "Ägaren saknar både e-postadress och postadress"),
    ],
)
def test_who_is_not_asked_is_shown_with_the_reason(unit, area, by, happens, why):
    owner = make.owner()
    entrance = make.entrance(owner=owner, address="Agatan 1")
    lives(unit, entrance)
    happens(entrance, owner, by)

    assert (asked(area, by), left_out(area, by)) == ({}, {"Agatan 1": why})


def test_a_person_can_take_an_entrance_out_with_a_reason_and_put_it_back(unit, area, by):
    entrance = make.entrance(address="Agatan 1")
    lives(unit, entrance)

    with pytest.raises(RuleBroken, match="Skriv varför"):
        actions.leave_out(campaign=area, entrance=entrance, reason=" ", by=by)
    actions.leave_out(campaign=area, entrance=entrance, reason="Byggs om", by=by)
    assert left_out(area, by) == {"Agatan 1": "Byggs om"}
    actions.put_back(campaign=area, entrance=entrance, by=by)

    assert left_out(area, by) == {}
    assert not LeftOut.objects.exists()
    with pytest.raises(RuleBroken, match="redan med"):
        actions.put_back(campaign=area, entrance=entrance, by=by)


def test_nobody_protected_nor_cared_for_by_others_is_behind_a_letter(unit, area, by):
    lives(unit, make.entrance(), protection_level="marked")
    lives(make.unit(district=unit.district), make.entrance())

    assert asked(area, by) == {}


# --- small houses --------------------------------------------------------------------------------


def test_in_a_small_house_the_letter_asks_about_all_of_the_property(unit, area, by):
    real_property = make.real_property(make.owner(name="Brf"))
    first, *others = (
        make.entrance(real_property, address=f"Radhusvägen {n}", homes=1) for n in range(1, 4)
    )
    lives(unit, first)

    assert asked(area, by) == {"Brf": ["Radhusvägen 1", "Radhusvägen 2", "Radhusvägen 3"]}
    [letter] = campaigns.preview(area, by).letters
    assert (letter.unlocks, letter.number_widened) == (1, len(others))


def test_where_all_that_the_owner_has_is_one_home_nobody_is_asked_by_letter(unit, area, by):
    owner = make.owner(name="Villaägaren")
    lives(unit, make.entrance(owner=owner, address="Villavägen 1", homes=1))

    assert asked(area, by) == {}
    assert left_out(area, by) == {
        "Villavägen 1": "Brevet skulle peka ut ett hem. Fråga på annat sätt."
    }


def test_an_entrance_that_is_not_asked_about_hides_nobody_in_the_letter(unit, area, by):
    real_property = make.real_property(make.owner(name="Brf"))
    said_yes = make.entrance(real_property, address="Radhusvägen 1", homes=20)
    small = make.entrance(real_property, address="Radhusvägen 3", homes=1)
    make.owner_consent(real_property.ownerships.get().owner, said_yes)
    lives(unit, small)

    assert asked(area, by) == {}
    assert left_out(area, by) == {
        "Radhusvägen 3": "Brevet skulle peka ut ett hem. Fråga på annat sätt."
    }


def test_where_nobody_knows_how_many_live_there_an_apartment_number_tells_a_house_of_flats(
    unit, area, by
):
    owner = make.owner(name="Okänd")
    make.recipient(
        unit,
        home=make.home_door(make.entrance(owner=owner, address="Agatan 1"), apartment_number=""),
    )
    assert asked(area, by) == {}

    lives(unit, make.entrance(owner=owner, address="Agatan 3"))
    assert asked(area, by) == {"Okänd": ["Agatan 1", "Agatan 3"]}


# --- sent, and run again -------------------------------------------------------------------------


def test_a_mailing_asks_by_e_mail_or_letter_and_run_again_only_the_difference(
    unit, area, by, committing
):
    lives(unit, make.entrance(owner=make.owner(name="Med e-post")))
    by_post = make.owner(
        name="Utan e-post", postal_address="Box 1", postal_code="12000", city="Årsta"
    )
    _without_address(None, by_post, by)
    lives(unit, make.entrance(owner=by_post))

    with committing():
        actions.ask_to_send(campaign=area, by=by, letters=2)

    cases = {case.owner.name: case for case in ConsentCase.objects.filter(campaign=area)}
    assert {name: case.channel for name, case in cases.items()} == {
        "Med e-post": Channel.EMAIL,
        "Utan e-post": Channel.LETTER,
    }
    letter = Message.objects.get(channel=Channel.LETTER)
    assert (letter.state, letter.to_address) == (MessageState.WAITING, "Box 1\n120 00 Årsta")
    area.refresh_from_db()
    assert not area.is_sending
    assert TrailEntry.objects.get(verb="campaign.sent").facts["asked"] == 2

    with pytest.raises(RuleBroken, match="ingen ägare att fråga"):
        actions.ask_to_send(campaign=area, by=by, letters=0)
    lives(unit, make.entrance(owner=make.owner(name="Ny")))
    assert list(asked(area, by)) == ["Ny"]


def test_what_is_sent_is_what_was_seen(unit, area, by):
    lives(unit, make.entrance())

    with pytest.raises(RuleBroken, match="det blir nu 1 förfrågningar"):
        actions.ask_to_send(campaign=area, by=by, letters=5)


def test_a_worker_that_died_goes_on_where_it_was(unit, area, by):
    for _ in range(2):
        lives(unit, make.entrance())
    actions.ask_to_send(campaign=area, by=by, letters=2)
    with pytest.raises(RuleBroken, match="håller redan på"):
        actions.ask_to_send(campaign=area, by=by, letters=2)
    first = campaigns.preview(area, by).letters[0]
    actions.ask_and_send(owner=first.owner, entrances=first.entrances, by=by, campaign=area)

    assert actions.resume_campaigns() == 1
    assert actions.resume_campaigns() == 0
    assert ConsentCase.objects.filter(campaign=area).count() == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [({}, "Välj ett område"), ({"postal_codes": ["120"], "least_homes": 1}, "Minst två bostäder")],
)
def test_an_area_is_an_area(by, given, words):
    with pytest.raises(RuleBroken, match=words):
        actions.draw_up_campaign(name="x", by=by, **given)
    assert not Campaign.objects.exists()


# --- the pages -----------------------------------------------------------------------------------


def test_a_mailing_from_area_to_sent(client, unit, by, committing):
    lives(unit, make.entrance(owner=make.owner(name="Årstahus AB"), address="Agatan 1"))
    client.force_login(by)

    made = client.post(
        reverse("consent:campaign_add"),
        {"name": "Årsta", "postal_codes": "12 0", "language": "sv", "least_homes": 3},
    )
    campaign = Campaign.objects.get()
    assert made["Location"] == campaign.get_absolute_url()
    campaign.postal_codes = ""
    campaign.district = unit.district
    save_as(campaign, None)
    page = client.get(campaign.get_absolute_url()).text
    for words in ["Årstahus AB", "Agatan 1", "Skicka 1 förfrågan"]:
        assert words in page
    letter = client.get(
        reverse(
            "consent:campaign_letter",
            args=[campaign.ref, PropertyOwner.objects.get(name="Årstahus AB").ref],
        )
    ).text
    assert "Får vi montera låstillbehör på er port?" in letter

    with committing():
        client.post(reverse("consent:campaign_send", args=[campaign.ref]), {"letters": "1"})

    page = client.get(campaign.get_absolute_url()).text
    assert "Ingen att fråga just nu" in page
    assert "Skickade förfrågningar" in page
    assert "Årsta" in client.get(reverse("consent:campaign_list")).text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"postal_codes": "Årsta"}, "är inget postnummer"),
        ({"postal_codes": ""}, "Välj ett område, skriv postnummer"),
        ({"name": "", "postal_codes": "120"}, "Fyll i fältet."),
        ({"postal_codes": "120", "least_homes": "1"}, "2"),
    ],
)
def test_half_an_area_is_shown_again(client, by, given, words):
    client.force_login(by)
    data = {"name": "Årsta", "language": "sv", "least_homes": "3", **given}

    assert words in client.post(reverse("consent:campaign_add"), data).text
    assert not Campaign.objects.exists()


def test_the_preview_costs_the_same_for_five_owners_as_for_one(unit, area, by):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            campaigns.preview(area, by)
        return len(asked)

    lives(unit, make.entrance())
    campaigns.preview(area, by)
    one = cost()
    for _ in range(4):
        lives(unit, make.entrance())

    assert cost() == one
