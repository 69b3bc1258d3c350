"""A yes on paper, and the end of an owner's consent."""

import io
from datetime import date

import pytest
from PIL import Image

from consent import actions
from consent.models import Proof
from consent.queries import entrance_needs, home_door_needs
from consent.states import CaseState, ConsentEnd, ConsentForm, ConsentKind, NeedState
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.mailing.models import Message, MessageState
from properties.models import Ownership
from tests import make

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def by():
    return make.user("coordinator")


@pytest.fixture
def owner():
    return make.owner(name="Bostadsbolaget")


def record(owner, by, **given):
    if not {"everything", "properties", "entrances"} & set(given):
        given["everything"] = True
    return actions.record_owner_consent(
        **{
            "owner": owner,
            "by": by,
            "given_by_name": "Bo Ek",
            "given_on": date(2026, 3, 1),
            "scan": PDF,
            **given,
        }
    )


def state(entrance, on=None):
    return entrance_needs([entrance], on=on)[entrance.pk].state


def test_a_blanket_yes_covers_all_the_owner_owns_and_buys_later(owner, by):
    entrance = make.entrance(owner=owner)
    consent = record(owner, by, conditions="Bara vardagar")
    bought = make.entrance(owner=owner)

    assert (consent.form, consent.covers_all_of_owner) == (ConsentForm.PAPER, True)
    assert (state(entrance), state(bought)) == (NeedState.COVERED, NeedState.COVERED)
    assert entrance_needs([entrance])[entrance.pk].conditions == "Bara vardagar"
    assert state(make.entrance()) == NeedState.MISSING
    [proof] = Proof.objects.filter(consent=consent)
    assert (proof.kind, proof.media_type, bytes(proof.content)) == (
        Proof.Kind.SCAN,
        "application/pdf",
        PDF,
    )
    assert TrailEntry.objects.about(consent).get().verb == "consent.recorded"


def test_a_yes_can_be_to_properties_or_to_entrances(owner, by):
    one, two = make.real_property(owner), make.real_property(owner)
    first, second, third = make.entrance(one), make.entrance(two), make.entrance(two)

    record(owner, by, properties=[one])
    record(owner, by, entrances=[second])

    assert [state(door) for door in (first, second, third)] == ["covered", "covered", "missing"]


def test_a_yes_to_whole_properties_can_be_to_home_doors_too(owner, by):
    entrance = make.entrance(owner=owner)
    home = make.home_door(entrance, needs_owner_consent=True)
    assert home_door_needs([home])[home.pk].state == NeedState.MISSING

    record(owner, by, home_doors_too=True)

    assert home_door_needs([home])[home.pk].state == NeedState.COVERED
    assert sorted(owner.consents.values_list("kind", flat=True)) == [
        ConsentKind.FITTING_ENTRANCE,
        ConsentKind.FITTING_HOME,
    ]
    assert Proof.objects.count() == 2


def test_a_yes_counts_from_the_day_it_was_signed(owner, by):
    entrance = make.entrance(owner=owner)
    record(owner, by)

    assert state(entrance, date(2026, 2, 28)) == NeedState.MISSING
    assert state(entrance, date(2026, 3, 1)) == NeedState.COVERED


def test_requests_that_a_blanket_yes_makes_needless_are_cancelled(owner, by):
    case = actions.ask_and_send(owner=owner, entrances=[make.entrance(owner=owner)], by=by)

    record(owner, by)

    case.refresh_from_db()
    assert (case.state, case.cancelled_because) == (
        CaseState.CANCELLED,
        "Täckt av ett annat medgivande.",
    )
    assert Message.objects.get().state == MessageState.STOPPED


def test_a_request_that_is_only_covered_in_part_goes_on(owner, by):
    entrances = [make.entrance(owner=owner), make.entrance(owner=owner)]
    case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)

    record(owner, by, entrances=entrances[:1])

    case.refresh_from_db()
    assert case.state == CaseState.SENT


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"everything": False}, "Välj vad det gäller"),
        ({"given_on": date(2026, 3, 11)}, "Datumet har inte varit än"),
        ({"given_by_name": " "}, "Skriv namnet på den som har skrivit under"),
        ({"scan": b""}, "Filen är tom"),
        ({"scan": b"%PDF-1.7 cut off"}, "PDF-filen är inte hel"),
        ({"scan": b"MZ\x90" + b"x" * 90}, "Filen går inte att läsa"),
        ({"scan": b"<svg onload=alert(1)>"}, "Filen går inte att läsa"),
        ({"scan": b"%PDF-" + b"x" * 5 * 1024 * 1024}, "större än 5 MB"),
    ],
)
def test_a_paper_that_is_not_right_is_refused(owner, by, given, words):
    with pytest.raises(RuleBroken, match=words):
        record(owner, by, **given)
    assert not owner.consents.exists()


def test_nobody_says_yes_for_what_another_owns(owner, by):
    with pytest.raises(RuleBroken, match="ägs inte av Bostadsbolaget"):
        record(owner, by, properties=[make.real_property()])
    with pytest.raises(RuleBroken, match="ägs inte av Bostadsbolaget"):
        record(owner, by, entrances=[make.entrance()])


def test_home_doors_are_not_covered_by_a_yes_to_single_entrances(owner, by):
    with pytest.raises(RuleBroken, match="hela fastigheter"):
        record(owner, by, entrances=[make.entrance(owner=owner)], home_doors_too=True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photograph_of_the_paper_will_do(owner, by, kind):
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(out, kind)

    record(owner, by, scan=out.getvalue())

    assert Proof.objects.get().media_type == f"image/{kind.lower()}"


# --- the end -------------------------------------------------------------------------------------


def test_a_revoked_consent_is_not_in_force_from_that_moment(owner, by, at):
    entrance = make.entrance(owner=owner)
    consent = record(owner, by)
    moment = at(2026, 4, 1, 15)

    consent = actions.end_owner_consent(consent=consent, reason="Styrelsen ringde.", by=by)

    assert (consent.ended_because, consent.ended_at) == (ConsentEnd.REVOKED, moment)
    assert state(entrance) == NeedState.DECLINED
    assert state(entrance, date(2026, 3, 31)) == NeedState.COVERED
    assert consent.history.first().history_change_reason == "Styrelsen ringde."
    entry = TrailEntry.objects.about(consent).get(verb="consent.revoked")
    assert "Styrelsen ringde." in entry.personal


def test_a_revocation_has_a_reason_and_is_made_once(owner, by):
    consent = record(owner, by)
    with pytest.raises(RuleBroken, match="Skriv vem"):
        actions.end_owner_consent(consent=consent, reason=" ", by=by)
    actions.end_owner_consent(consent=consent, reason="De ringde", by=by)

    with pytest.raises(RuleBroken, match="gäller inte längre"):
        actions.end_owner_consent(consent=consent, reason="De ringde igen", by=by)


def test_a_sale_ends_coverage_until_the_new_owner_says_yes(owner, by):
    real_property = make.real_property(owner)
    entrance = make.entrance(real_property)
    record(owner, by, properties=[real_property])
    ownership = Ownership.objects.get(real_property=real_property)
    ownership.ends_on = date(2026, 3, 31)
    save_as(ownership, None)
    buyer = make.owner()
    save_as(Ownership(real_property=real_property, owner=buyer, starts_on=date(2026, 4, 1)), None)

    assert state(entrance, date(2026, 3, 31)) == NeedState.COVERED
    assert state(entrance, date(2026, 4, 1)) == NeedState.MISSING
    record(buyer, by)
    assert state(entrance, date(2026, 4, 1)) == NeedState.COVERED


def test_a_paper_is_recorded_once_and_a_new_one_replaces_the_old(owner, by):
    entrance = make.entrance(owner=owner)
    first = record(owner, by, entrances=[entrance])

    with pytest.raises(RuleBroken, match="redan registrerat"):
        record(owner, by, entrances=[entrance])

    second = record(owner, by, entrances=[entrance], scan=PDF + b"%new")
    first.refresh_from_db()
    assert first.ended_because == ConsentEnd.REPLACED
    actions.end_owner_consent(consent=second, reason="Ångrar sig", by=by)
    assert state(entrance) == NeedState.DECLINED
