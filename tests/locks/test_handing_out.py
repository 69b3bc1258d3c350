"""Keys out against a signed receipt, and back."""

import json
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry, digest_of
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions, queries
from locks.models import Handout, Receipt, ReceiptSeries
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def key(unit):
    return make.key(unit)


@pytest.fixture
def eva(unit):
    return make.staff_member(unit, name="Eva Lind", staff_id="M4711")


def lend(keys, to, by, **given):
    return actions.hand_out_keys(
        keys=keys if isinstance(keys, list) else [keys],
        to=to,
        by=by,
        due_back_at=given.pop("due_back_at", clock.now() + timedelta(hours=8)),
        signature_png=given.pop("signature_png", make.png()),
        **given,
    )


def photographed():
    """A paper somebody signed, as a photograph."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    return out.getvalue()


SCANS = [b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", photographed()]


def drawn_empty():
    """A pad on which nobody has drawn."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


# --- out -----------------------------------------------------------------------------------------


def test_keys_are_handed_out_against_one_receipt(unit, eva, keeper):
    first, second = make.key(unit), make.key(unit)

    receipt = lend([first, second], eva, keeper)

    loans = receipt.handouts.order_by("pk")
    assert {loan.key for loan in loans} == {first, second}
    assert {loan.staff_member for loan in loans} == {eva}
    assert {loan.handed_out_at for loan in loans} == {clock.now()}
    assert (receipt.staff_member, receipt.unit, receipt.handed_out_by) == (eva, unit, keeper)
    assert bytes(receipt.signature) == make.png()
    assert "lämnar den aldrig i en bil" in receipt.duties


def test_each_loan_is_in_the_trail_with_the_person(key, eva, keeper):
    receipt = lend(key, eva, keeper)

    entry = TrailEntry.objects.get(verb="key.handed_out")
    assert entry.object_ref == str(receipt.handouts.get().ref)
    assert (entry.person_ref, entry.unit_ref) == (str(key.recipient.ref), str(key.unit.ref))
    assert entry.facts["receipt"] == receipt.number
    assert TrailEntry.objects.get(verb="receipt.signed").facts["sha256"] == receipt.sha256


def test_the_receipt_keeps_what_was_signed_as_it_read(key, eva, keeper):
    receipt = lend(key, eva, keeper)
    eva.name = "Eva Gift"
    save_as(eva, None)

    kept = Receipt.objects.get(pk=receipt.pk)

    assert kept.is_intact
    assert kept.sha256 == digest_of(kept.content)
    assert (kept.signed["staff_name"], kept.signed["staff_id"]) == ("Eva Lind", "M4711")
    assert [one["code"] for one in kept.signed["keys"]] == [key.code]
    assert kept.signed["duties"] == kept.duties
    assert str(key.recipient.ref) not in kept.content
    assert key.recipient.last_name not in kept.content


def test_a_receipt_that_somebody_tampered_with_is_seen(key, eva, keeper):
    receipt = lend(key, eva, keeper)

    receipt.content = receipt.content.replace("Eva Lind", "Eva Lund")
    assert not receipt.is_intact

    other = Receipt.objects.get(pk=receipt.pk)
    other.signature = drawn_empty()
    assert not other.is_intact


def test_receipts_are_numbered_without_a_gap(unit, eva, keeper):
    make.employment(unit=make.unit(), staff_member=eva)
    numbers = [lend(make.key(unit), eva, keeper).number for _ in range(2)]
    with pytest.raises(RuleBroken):
        lend(make.key(make.unit()), make.staff_member(unit), keeper)
    out = make.key(unit)
    make.handout(out, receipt=Receipt.objects.first())
    with pytest.raises(RuleBroken):
        lend([make.key(unit), out], eva, keeper)

    numbers.append(lend(make.key(unit), eva, keeper).number)

    assert numbers == [1, 2, 3]
    assert ReceiptSeries.objects.get().last == 3


# --- refusals ------------------------------------------------------------------------------------


def test_a_key_that_is_out_cannot_be_handed_out_again(key, unit, eva, keeper):
    lend(key, eva, keeper)

    with pytest.raises(
        actions.KeyNotAvailable, match=f"^{key.code}: Nyckeln är redan utlämnad, till Eva Lind.$"
    ):
        lend(key, make.staff_member(unit), keeper)

    assert Handout.objects.get().staff_member == eva


def test_of_two_keys_none_is_handed_out_when_one_is_stopped(key, unit, eva, keeper):
    free = make.key(unit)
    lend(key, eva, keeper)

    with pytest.raises(actions.KeyNotAvailable, match=key.code):
        lend([free, key], eva, keeper)

    assert not free.handouts.exists()
    assert Receipt.objects.count() == 1


def test_a_key_that_was_given_back_is_not_handed_out(key, eva, keeper):
    actions.give_back_key(key=key, to_name="Ada Lund", by=keeper)

    with pytest.raises(actions.KeyNotAvailable, match="Nyckeln har lämnat förvaret"):
        lend(key, eva, keeper)


def test_the_keys_of_the_dead_are_frozen(key, eva, keeper):
    key.recipient.died_on = date(2030, 1, 30)
    save_as(key.recipient, None)

    with pytest.raises(actions.KeyNotAvailable, match="spärrad: hemtjänsttagaren är avliden"):
        lend(key, eva, keeper)


def test_a_key_whose_commission_has_ended_is_not_handed_out(key, eva, keeper):
    commission = key.recipient.commissions.get()
    commission.ends_on = date(2030, 1, 30)
    save_as(commission, None)

    with pytest.raises(actions.KeyNotAvailable, match="inget pågående uppdrag"):
        lend(key, eva, keeper)


@pytest.mark.parametrize(
    ("employment", "words"),
    [
        pytest.param({"ends_on": date(2030, 1, 30)}, "är inte anställd i dag", id="has left"),
        pytest.param({"starts_on": date(2030, 2, 1)}, "är inte anställd i dag", id="not yet"),
        pytest.param(
            {"agreement": False}, "har inte accepterat användaravtalet", id="no agreement"
        ),
    ],
)
def test_who_may_not_receive(key, unit, keeper, employment, words):
    somebody = make.staff_member(unit, name="Nils Ny", **employment)

    with pytest.raises(actions.KeyNotAvailable, match=f"Nils Ny {words}"):
        lend(key, somebody, keeper)


def test_somebody_of_another_unit_may_not_receive(key, keeper):
    somebody = make.staff_member(make.unit(), name="Nils Ny")

    with pytest.raises(actions.KeyNotAvailable, match="Nils Ny arbetar inte i nyckelns enhet"):
        lend(key, somebody, keeper)


def test_a_protected_persons_key_goes_to_the_named_only(key, unit, keeper):
    key.recipient.protection_level = "marked"
    save_as(key.recipient, None)
    account = make.user(Role.CARE_WORKER, unit)
    nils = make.staff_member(unit, name="Nils Ny", user=account)

    with pytest.raises(actions.KeyNotAvailable, match="Nils Ny saknar namngiven åtkomst"):
        lend(key, nils, keeper)

    make.named_grant(key.recipient, account)
    assert lend(key, nils, keeper).handouts.get().key == key


def test_keys_of_two_units_need_two_receipts(key, eva, keeper):
    other = make.unit()
    make.employment(unit=other, staff_member=eva)

    with pytest.raises(RuleBroken, match="Gör en kvittens per enhet"):
        lend([key, make.key(other)], eva, keeper)


def test_a_time_that_has_been_is_refused(key, eva, keeper):
    with pytest.raises(RuleBroken, match="har redan varit"):
        lend(key, eva, keeper, due_back_at=clock.now())


@pytest.mark.parametrize("signature", [None, b"", b"no picture", drawn_empty()])
def test_without_a_signature_nothing_is_handed_out(key, eva, keeper, signature):
    with pytest.raises(RuleBroken, match="Underskriften saknas"):
        lend(key, eva, keeper, signature_png=signature)


@pytest.mark.parametrize("scan", SCANS, ids=["pdf", "jpeg"])
def test_keys_are_handed_out_against_a_scanned_paper(key, eva, keeper, scan):
    receipt = lend([key], eva, keeper, signature_png=None, scan=scan)

    assert bytes(receipt.signature) == scan
    assert receipt.is_intact
    assert not queries.handouts_without_receipt().exists()


@pytest.mark.parametrize(
    ("scan", "signature", "words"),
    [
        pytest.param(b"hej", None, "Filen går inte att läsa", id="no paper"),
        pytest.param(SCANS[0], make.png(), "Välj antingen underskrift", id="both"),
    ],
)
def test_what_is_no_scan_hands_nothing_out(key, eva, keeper, scan, signature, words):
    with pytest.raises(RuleBroken, match=words):
        lend([key], eva, keeper, signature_png=signature, scan=scan)

    assert not Handout.objects.exists()


def test_without_a_key_there_is_no_receipt(eva, keeper):
    with pytest.raises(RuleBroken, match="Lägg till minst en nyckel"):
        lend([], eva, keeper)


def test_what_stops_keys_costs_the_same_for_five_as_for_one(unit, eva, django_assert_num_queries):
    def keys(number):
        made = [make.key(unit) for _ in range(number)]
        for key in made:
            make.handout(key)
            key.recipient.protection_level = "marked"
            save_as(key.recipient, None)
        return made

    for few in (keys(1), keys(5)):
        with django_assert_num_queries(4):
            found = queries.stops(few, eva)
        assert len(found) == len(few)
        assert all(len(words) == 2 for words in found.values())


# --- two at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_get_one_key():
    unit = make.unit()
    key = make.key(unit)
    by = make.user()
    staff = [make.staff_member(unit), make.staff_member(unit)]
    start, refused = Barrier(2), []

    def take(somebody):
        start.wait()
        try:
            lend(key, somebody, by)
        except RuleBroken as broken:
            refused.append(str(broken))
        finally:
            connection.close()

    threads = [Thread(target=take, args=[one]) for one in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    holder = Handout.objects.get().staff_member
    assert refused == [f"{key.code}: Nyckeln är redan utlämnad, till {holder}."]
    assert list(Receipt.objects.values_list("number", flat=True)) == [1]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_numbers_without_a_gap():
    unit = make.unit()
    by = make.user()
    pairs = [(make.key(unit), make.staff_member(unit)) for _ in range(4)]
    start = Barrier(len(pairs))

    def take(key, somebody):
        start.wait()
        try:
            lend(key, somebody, by)
        finally:
            connection.close()

    threads = [Thread(target=take, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_database_holds_a_key_to_one_open_loan(key):
    make.handout(key)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.handout(key)


# --- back ----------------------------------------------------------------------------------------


def test_a_key_comes_back(key, eva, keeper):
    loan = lend(key, eva, keeper).handouts.get()

    loan = actions.return_key(handout=loan, by=keeper)

    assert (loan.returned_at, loan.returned_to) == (clock.now(), keeper)
    assert not queries.keys_out().exists()
    assert TrailEntry.objects.get(verb="key.returned").person_ref == str(key.recipient.ref)


def test_a_key_comes_back_once(key, eva, keeper):
    loan = lend(key, eva, keeper).handouts.get()
    actions.return_key(handout=loan, by=keeper)

    with pytest.raises(RuleBroken, match="Nyckeln är redan återlämnad"):
        actions.return_key(handout=loan, by=keeper)


def test_a_loan_past_its_time_is_overdue(key, eva, keeper, at):
    loan = lend(key, eva, keeper).handouts.get()
    assert not loan.is_overdue

    at(2030, 1, 31, 18)

    assert loan.is_overdue
    assert list(Handout.objects.overdue()) == [loan]


# --- receipts are for good -----------------------------------------------------------------------


def test_a_receipt_is_never_changed_or_deleted(key, eva, keeper):
    receipt = lend(key, eva, keeper)

    for attempt in (
        receipt.save,
        receipt.delete,
        Receipt.objects.all().delete,
        lambda: Receipt.objects.update(duties=""),
        lambda: Receipt.objects.bulk_update([receipt], ["duties"]),
    ):
        with pytest.raises(TypeError, match="Reverse"):
            attempt()

    assert Receipt.objects.get().is_intact


def test_a_wrong_receipt_is_reversed_by_another(unit, eva, keeper):
    first, second = make.key(unit), make.key(unit)
    receipt = lend([first, second], eva, keeper)
    before = receipt.content
    actions.return_key(handout=receipt.handouts.get(key=first), by=keeper)

    reversal = actions.reverse_receipt(receipt=receipt, reason="Fel person", by=keeper)

    assert (reversal.number, reversal.reverses) == (2, receipt)
    assert reversal.reversal_reason == "Fel person"
    assert [one["code"] for one in reversal.signed["keys"]] == [second.code]
    assert reversal.is_intact
    assert not queries.keys_out().exists()
    assert Receipt.objects.get(number=1).content == before
    assert TrailEntry.objects.get(verb="receipt.reversed").reason == "Fel person"


def test_a_reversal_needs_a_reason(key, eva, keeper):
    receipt = lend(key, eva, keeper)

    with pytest.raises(RuleBroken, match="Skriv varför kvittensen är fel"):
        actions.reverse_receipt(receipt=receipt, reason=" ", by=keeper)


def test_a_receipt_is_reversed_once_and_a_reversal_never(key, eva, keeper):
    receipt = lend(key, eva, keeper)
    reversal = actions.reverse_receipt(receipt=receipt, reason="Fel", by=keeper)

    with pytest.raises(RuleBroken, match="Kvittensen är redan makulerad"):
        actions.reverse_receipt(receipt=receipt, reason="Fel", by=keeper)
    with pytest.raises(RuleBroken, match="är själv en makulering"):
        actions.reverse_receipt(receipt=reversal, reason="Fel", by=keeper)


def test_no_key_is_out_without_a_receipt(key, eva, keeper):
    lend(key, eva, keeper)

    assert not queries.handouts_without_receipt().exists()


def test_a_key_that_is_out_on_an_unsigned_or_reversed_receipt_is_counted(unit, eva, keeper):
    unsigned = make.handout(
        make.key(unit), receipt=make.receipt(eva, unit, number=901, signature=b"")
    )
    wrong = lend(make.key(unit), eva, keeper)
    actions.reverse_receipt(receipt=wrong, reason="Fel", by=keeper)
    reversed_loan = make.handout(make.key(unit), receipt=wrong)
    make.handout(make.key(unit), receipt=make.receipt(eva, unit, number=902))

    assert set(queries.handouts_without_receipt()) == {unsigned, reversed_loan}


def test_the_content_is_plain_json_in_one_line(key, eva, keeper):
    receipt = lend(key, eva, keeper)

    assert json.loads(receipt.content)["number"] == receipt.number
    assert "\n" not in receipt.content
