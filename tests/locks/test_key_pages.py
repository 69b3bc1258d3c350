"""The pages of keys, of the counter and of receipts."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from locks import actions
from locks.documents import receipt_pdf
from locks.models import Handout, Key, KeyEnd, Receipt
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


@pytest.fixture
def key(unit):
    return make.key(unit)


@pytest.fixture
def eva(unit):
    return make.staff_member(unit, name="Eva Lind", staff_id="M4711")


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def lend(keys, to, by):
    return actions.hand_out_keys(
        keys=keys,
        to=to,
        by=by,
        due_back_at=clock.now() + timedelta(hours=8),
        signature_png=make.png(),
    )


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# --- the list ------------------------------------------------------------------------------------


def test_the_list_shows_who_has_the_key_but_not_whose_it_is(client, key, eva):
    make.handout(key, eva, due_back_at=clock.now() - timedelta(hours=1))

    text = client.get(url("key_list")).text

    for shown in (key.code, "Eva Lind", "Försenad", "Skåp A"):
        assert shown in text
    door = key.recipient.residences.get().home_door
    for hidden in (key.recipient.last_name, key.recipient.first_name, door.address):
        assert hidden not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"in", "out", "late"}),
        ("state=in", {"in"}),
        ("state=out", {"out", "late"}),
        ("state=overdue", {"late"}),
        ("state=gone", {"gone"}),
        ("q=eva", {"out"}),
        ("q={code}", {"in"}),
        ("unit={unit}", {"in", "out", "late"}),
    ],
)
def test_the_list_is_narrowed(client, unit, eva, keeper, query, found):
    keys = {name: make.key(unit) for name in ("in", "out", "late", "gone")}
    nils = make.staff_member(unit, name="Nils Ny")
    make.handout(keys["out"], eva, due_back_at=clock.now() + timedelta(hours=1))
    make.handout(keys["late"], nils, due_back_at=clock.now() - timedelta(hours=1))
    actions.give_back_key(key=keys["gone"], to_name="X", by=keeper)
    typed = keys["in"].code.lower().replace("-", "")

    text = client.get(f"{url('key_list')}?{query.format(code=typed, unit=unit.ref)}").text

    assert {name for name, one in keys.items() if f">{one.code}<" in text} == found


def test_the_keys_of_other_units_and_of_protected_people_are_not_listed(client, unit):
    mine, theirs = make.key(unit), make.key()
    hidden = make.key(unit, make.recipient(unit, protection_level="marked"))

    text = client.get(url("key_list")).text

    assert mine.code in text
    assert theirs.code not in text
    assert hidden.code not in text


def test_the_list_costs_the_same_for_five_as_for_one(client, unit, django_assert_num_queries):
    def one_more():
        make.handout(make.key(unit))

    one_more()
    client.get(url("key_list"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("key_list"))
    for _ in range(4):
        one_more()

    with django_assert_num_queries(len(for_one)):
        client.get(url("key_list"))
    assert len(for_one) <= 8


# --- the page of a key ---------------------------------------------------------------------------


def test_the_page_says_whose_key_it_is_and_logs_it(client, key):
    text = client.get(url("key", key)).text

    assert key.recipient.name in text
    entry = TrailEntry.objects.get(verb="key.read")
    assert (entry.person_ref, entry.object_ref) == (str(key.recipient.ref), str(key.ref))


@pytest.mark.parametrize(
    ("role", "in_own_unit", "status"),
    [
        pytest.param(Role.COORDINATOR, True, 200, id="coordinator"),
        pytest.param(Role.UNIT_MANAGER, True, 200, id="unit manager"),
        pytest.param(Role.COORDINATOR, False, 404, id="coordinator of another unit"),
        pytest.param(Role.TECHNICIAN, True, 404, id="technician"),
        pytest.param(Role.CARE_WORKER, True, 404, id="care worker"),
    ],
)
def test_who_may_see_a_key(client, unit, key, role, in_own_unit, status):
    client.force_login(make.user(role, unit if in_own_unit else make.unit()))

    assert client.get(url("key", key)).status_code == status


@pytest.mark.parametrize(("named", "status"), [(False, 404), (True, 200)])
def test_a_protected_persons_key_is_seen_by_the_named_only(client, key, keeper, named, status):
    key.recipient.protection_level = "marked"
    save_as(key.recipient, None)
    if named:
        make.named_grant(key.recipient, keeper)

    assert client.get(url("key", key)).status_code == status
    receipt = make.handout(key).receipt
    assert client.get(url("receipt", receipt)).status_code == status


@pytest.mark.parametrize(("role", "status"), [(Role.COORDINATOR, 200), (Role.UNIT_MANAGER, 404)])
def test_who_may_hand_out(client, unit, key, role, status):
    client.force_login(make.user(role, unit))

    for address in (
        url("hand_out"),
        url("take_back"),
        url("key_change", key),
        url("key_give_back", key),
        url("key_destroy", key),
        url("key_add"),
    ):
        assert client.get(address).status_code == status


# --- a new key -----------------------------------------------------------------------------------


def test_a_key_is_registered_from_a_search(client, unit):
    person = make.recipient(unit, last_name="Sjölund")

    found = client.post(url("key_add"), {"q": "sjölund"}).text
    address = f"{url('key_add')}?recipient={person.ref}"
    assert address in found
    assert person.name in client.get(address).text
    answer = client.post(
        url("key_add"),
        {
            "recipient": person.ref,
            "unit": unit.ref,
            "kind": "tag",
            "cabinet": "Skåp B",
            "hook": "7",
            "received_on": "2030-01-30",
            "from_name": person.name,
            "signature": make.signature(),
        },
        follow=True,
    )

    key = Key.objects.get()
    assert (key.recipient, key.kind, key.cabinet) == (person, "tag", "Skåp B")
    assert f"Märk den med {key.code} och inget annat." in answer.text


def test_a_form_sent_twice_registers_one_key(client, unit):
    person = make.recipient(unit)
    form = client.get(f"{url('key_add')}?recipient={person.ref}").context["form"]
    sent = {
        "recipient": person.ref,
        "unit": unit.ref,
        "kind": "metal",
        "received_on": "2030-01-30",
        "from_name": person.name,
        "signature": make.signature(),
        "once": form["once"].value(),
    }

    answers = [client.post(url("key_add"), sent, follow=True) for _ in range(2)]

    key = Key.objects.get()
    for answer in answers:
        assert answer.redirect_chain == [(url("key", key), 302)]
        assert f"Märk den med {key.code} och inget annat." in answer.text
    client.post(url("key_add"), {**sent, "hook": "8"})
    assert Key.objects.count() == 2


def test_the_search_is_logged_without_the_personnummer(client, unit):
    person = make.recipient(unit)

    client.post(url("key_add"), {"q": person.personal_number})

    entry = TrailEntry.objects.get(verb="recipient.search")
    assert person.personal_number not in entry.canonical + entry.personal
    assert entry.facts["rows"] == 1


def test_people_of_other_units_are_not_found(client):
    person = make.recipient(make.unit(), last_name="Främling")

    assert "Inga träffar" in client.post(url("key_add"), {"q": "Främling"}).text
    assert client.get(f"{url('key_add')}?recipient={person.ref}").status_code == 404


def test_a_key_is_changed_given_back_and_another_destroyed(client, unit):
    key, other = make.key(unit), make.key(unit)
    version = client.get(url("key_change", key)).context["form"]["version"].value()

    client.post(
        url("key_change", key), {"kind": "tag", "cabinet": "Nytt", "hook": "", "version": version}
    )
    signed = {"to_name": "Ada Lund", "note": "", "signature": make.signature()}
    client.post(url("key_give_back", key), signed)
    client.post(url("key_destroy", other), {"reason": "Avbruten"})

    key.refresh_from_db()
    other.refresh_from_db()
    assert (key.cabinet, key.given_back_to) == ("Nytt", "Ada Lund")
    assert other.ended_because == KeyEnd.DESTROYED


def test_a_key_that_is_out_is_not_given_back(client, key):
    make.handout(key)

    signed = {"to_name": "Ada", "signature": make.signature()}
    text = client.post(url("key_give_back", key), signed).text

    assert "Nyckeln är utlämnad. Ta emot den först." in text


# --- the counter ---------------------------------------------------------------------------------


def counter(*keys, to="M4711", **given):
    return {
        "do": "hand_out",
        "key": [key.code for key in keys],
        "to": to,
        "due_back_at": "2030-01-31T22:00",
        "signature": make.signature(),
        "code": "",
        **given,
    }


def test_keys_are_handed_out_and_the_receipt_is_shown(client, unit, eva, keeper):
    first, second = make.key(unit), make.key(unit)

    answer = client.post(url("hand_out"), counter(first, second), follow=True)

    receipt = Receipt.objects.get()
    assert answer.redirect_chain == [(url("receipt", receipt), 302)]
    assert "2 nycklar är utlämnade till Eva Lind." in answer.text
    assert {loan.key for loan in Handout.objects.all()} == {first, second}
    assert (receipt.staff_member, receipt.handed_out_by) == (eva, keeper)


def test_a_key_that_was_just_typed_goes_with_the_rest(client, key, eva):
    client.post(url("hand_out"), counter(code=key.code.lower().replace("-", " ")))

    assert Handout.objects.get().key == key


@pytest.mark.parametrize("to", ["M4711", "m4711", "Eva Lind · M4711", "eva", "lind eva"])
def test_the_receiver_is_found_by_name_or_number(client, key, eva, to):
    client.post(url("hand_out"), counter(key, to=to))

    assert Handout.objects.get().staff_member == eva


def test_when_several_fit_they_are_named(client, unit, key, eva):
    make.staff_member(unit, name="Eva Berg", staff_id="M4712")

    text = client.post(url("hand_out"), counter(key, to="eva")).text

    assert "Flera passar: Eva Berg · M4712, Eva Lind · M4711." in text
    assert not Handout.objects.exists()


def test_nobody_of_another_unit_is_found(client, key):
    make.staff_member(make.unit(), name="Främling", staff_id="M1")

    text = client.post(url("hand_out"), counter(key, to="M1")).text

    assert "Ingen anställd i dina enheter heter så." in text


def test_adding_a_key_shows_at_once_what_stops_it(client, unit, key, eva):
    make.handout(key, eva)
    free = make.key(unit)

    text = client.post(
        url("hand_out"),
        {"do": "add", "key": [free.code], "code": key.code, "to": ""},
        headers={"HX-Request": "true"},
    ).text

    assert "<html" not in text
    assert f'value="{free.code}"' in text
    assert f'value="{key.code}"' in text
    assert "Nyckeln är redan utlämnad, till Eva Lind." in text


def test_what_stops_the_receiver_is_shown_with_the_keys(client, unit, key):
    make.staff_member(unit, name="Nils Ny", staff_id="M2", agreement=False)

    text = client.post(url("hand_out"), {"do": "add", "key": [key.code], "to": "M2"}).text

    assert "Nils Ny har inte accepterat användaravtalet." in text
    assert "Fel i formuläret" not in text


def test_a_key_is_taken_off_the_counter(client, unit, key, eva):
    other = make.key(unit)

    text = client.post(
        url("hand_out"), {"remove": key.code, "key": [key.code, other.code], "to": ""}
    ).text

    assert f'name="key" value="{key.code}"' not in text
    assert f'name="key" value="{other.code}"' in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("K-XXXX-X", "K-XXXX-X är ingen nyckelkod."),
        ("{foreign}", "Ingen nyckel i dina enheter har koden {foreign}."),
        ("{protected}", "Ingen nyckel i dina enheter har koden {protected}."),
    ],
)
def test_a_code_that_leads_nowhere_is_said(client, unit, eva, typed, words):
    codes = {
        "foreign": make.key().code,
        "protected": make.key(unit, make.recipient(unit, protection_level="marked")).code,
    }

    text = client.post(url("hand_out"), {"do": "add", "code": typed.format(**codes), "to": ""}).text

    assert words.format(**codes) in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signature": ""}, "Skriv under i rutan, eller välj ett skannat papper."),
        ({"due_back_at": "2030-01-30T22:00"}, "har redan varit"),
        ({"key": []}, "Lägg till minst en nyckel."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(client, key, eva, change, words):
    text = client.post(url("hand_out"), counter(key) | change).text

    assert words in text
    assert 'value="M4711"' in text
    assert not Handout.objects.exists()


def test_the_counter_starts_with_the_key_it_was_opened_for(client, key):
    assert f'name="key" value="{key.code}"' in client.get(f"{url('hand_out')}?key={key.code}").text


@pytest.mark.parametrize(("hour", "due"), [(9, "2030-01-31T22:00"), (23, "2030-02-01T07:00")])
def test_a_key_is_due_when_the_shift_ends(client, at, hour, due):
    at(2030, 1, 31, hour)

    assert f'value="{due}"' in client.get(url("hand_out")).text


def test_the_counter_costs_the_same_for_five_keys_as_for_one(
    client, unit, django_assert_num_queries
):
    keys = [make.key(unit) for _ in range(5)]

    def ask(number):
        return client.post(
            url("hand_out"), {"do": "add", "key": [one.code for one in keys[:number]], "to": ""}
        )

    ask(1)
    with CaptureQueriesContext(connection) as for_one:
        ask(1)
    with django_assert_num_queries(len(for_one)):
        ask(5)


# --- back ----------------------------------------------------------------------------------------


def test_several_keys_are_taken_back_at_once(client, unit, eva):
    first, second = make.key(unit), make.key(unit)
    make.handout(first, eva)
    make.handout(second, eva)

    answer = client.post(url("take_back"), {"code": f"{first.code} {second.code}"}, follow=True)

    assert not Handout.objects.open().exists()
    assert f"{first.code} är tillbaka från Eva Lind. Häng den på plats: Skåp A, krok" in answer.text
    assert "Mottaget av dig i dag" in answer.text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("{free}", "{free} är inte utlämnad."),
        ("{foreign}", "Ingen nyckel i dina enheter har koden {foreign}."),
        ("skräp", "skräp är ingen nyckelkod."),
    ],
)
def test_what_cannot_be_taken_back_is_said(client, key, code, words):
    foreign = make.key()
    make.handout(foreign)
    named = {"free": key.code, "foreign": foreign.code}

    text = client.post(url("take_back"), {"code": code.format(**named)}, follow=True).text

    assert words.format(**named) in text
    assert Handout.objects.open().count() == 1


def test_a_key_is_taken_back_from_its_page(client, key):
    make.handout(key)

    assert "Nyckeln är tillbaka." in client.post(url("key_return", key), follow=True).text
    assert "Nyckeln är inte utlämnad." in client.post(url("key_return", key), follow=True).text


# --- receipts ------------------------------------------------------------------------------------


def test_the_pdf_says_what_was_signed_and_nothing_of_whose_key_it_is(key, eva, keeper):
    receipt = lend([key], eva, keeper)

    text = text_of(receipt_pdf(receipt))

    for said in (
        "Nyckelkvittens",
        "Nummer 1",
        "Eva Lind, M4711",
        "Årsta hemtjänst",
        "Karin Samordnare",
        key.code,
        "Metallnyckel",
        "2030-01-31 17:00",
        "Jag kopierar inte nyckeln.",
    ):
        assert said in text
    assert receipt.sha256 in text.replace("\n", "")
    assert key.recipient.last_name not in text


def test_the_pdf_is_the_same_whatever_happens_later(key, eva, keeper):
    receipt = lend([key], eva, keeper)
    before = receipt_pdf(receipt)
    eva.name = "Eva Gift"
    save_as(eva, None)
    actions.return_key(handout=receipt.handouts.get(), by=keeper)

    assert receipt_pdf(Receipt.objects.get()) == before


def test_the_pdf_is_downloaded_and_that_is_logged(client, key, eva, keeper):
    receipt = lend([key], eva, keeper)

    answer = client.get(url("receipt_pdf", receipt))

    assert answer["Content-Disposition"] == 'attachment; filename="nyckelkvittens-1.pdf"'
    assert "Eva Lind" in text_of(answer.content)
    entry = TrailEntry.objects.get(verb="receipt.downloaded")
    assert (entry.kind, entry.object_ref) == ("export", str(receipt.ref))


def test_a_receipt_is_reversed_from_its_page(client, key, eva, keeper):
    receipt = lend([key], eva, keeper)

    answer = client.post(url("receipt_reverse", receipt), {"reason": "Fel nyckel"}, follow=True)

    reversal = receipt.reversed_by
    assert answer.redirect_chain == [(url("receipt", reversal), 302)]
    assert "Makulering av nyckelkvittens 2" in answer.text
    assert "Fel nyckel" in client.get(url("receipt", receipt)).text
    text = text_of(receipt_pdf(reversal))
    for said in ("Makulering av nyckelkvittens", "Kvittens 1", "Fel nyckel", key.code):
        assert said in text
    assert "åtar mig" not in text


def test_a_receipt_that_was_tampered_with_is_told_of(client, key, eva, keeper):
    receipt = lend([key], eva, keeper)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE locks_receipt SET content = REPLACE(content, 'Eva Lind', 'Eva Lund')"
        )

    assert "Kontrollsumman stämmer inte" in client.get(url("receipt", receipt)).text


# --- the care worker -----------------------------------------------------------------------------


@pytest.fixture
def worker(unit):
    account = make.user(Role.CARE_WORKER, unit, name="Eva Lind")
    return make.staff_member(unit, name="Eva Lind", user=account)


# --- a receipt on paper --------------------------------------------------------------------------

SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_one_who_cannot_draw_signs_a_paper_that_is_scanned(client, key, eva):
    scan = SimpleUploadedFile("kvittens.pdf", SCAN, "application/pdf")

    answer = client.post(url("hand_out"), counter(key, signature="", scan=scan), follow=True)

    receipt = Receipt.objects.get()
    assert "Hämta det skannade papperet" in answer.text
    assert "data:image/png" not in answer.text
    got = client.get(url("receipt_scan", receipt))
    assert (got.content, got["Content-Type"]) == (SCAN, "application/pdf")
    assert "Det skannade papperet är bevarat." in text_of(receipt_pdf(receipt))
    entry = TrailEntry.objects.get(verb="receipt.scan_downloaded")
    assert entry.object_ref == str(receipt.ref)


def test_a_receipt_that_was_drawn_has_no_scan(client, key, eva, keeper):
    receipt = lend([key], eva, keeper)

    assert client.get(url("receipt_scan", receipt)).url == url("receipt", receipt)


def test_both_a_drawing_and_a_paper_are_one_too_many(client, key, eva):
    scan = SimpleUploadedFile("kvittens.pdf", SCAN, "application/pdf")

    answer = client.post(url("hand_out"), counter(key, scan=scan))

    assert answer.context["form"].errors["scan"] == [
        "Välj antingen underskrift i rutan eller skannat papper."
    ]
    assert not Receipt.objects.exists()


# --- one's own -----------------------------------------------------------------------------------


def test_a_care_worker_sees_own_keys_by_code_alone(client, unit, worker, keeper):
    mine, others = make.key(unit), make.key(unit)
    receipt = lend([mine], worker, keeper)
    make.handout(others)
    client.force_login(worker.user)

    text = client.get(url("my_keys")).text

    assert mine.code in text
    assert others.code not in text
    assert mine.recipient.last_name not in text
    assert mine.recipient.residences.get().home_door.address not in text
    assert url("receipt", receipt) in text


def test_a_care_worker_opens_own_receipts_only(client, unit, worker, keeper):
    mine = lend([make.key(unit)], worker, keeper)
    others = lend([make.key(unit)], make.staff_member(unit), keeper)
    client.force_login(worker.user)

    for name in ("receipt", "receipt_pdf"):
        assert client.get(url(name, mine)).status_code == 200
        assert client.get(url(name, others)).status_code == 404
    assert client.get(url("receipt_reverse", mine)).status_code == 404


def test_own_keys_cost_the_same_for_five_as_for_one(
    client, unit, worker, keeper, django_assert_num_queries
):
    client.force_login(worker.user)
    lend([make.key(unit)], worker, keeper)
    client.get(url("my_keys"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("my_keys"))
    for _ in range(4):
        lend([make.key(unit)], worker, keeper)

    with django_assert_num_queries(len(for_one)):
        client.get(url("my_keys"))
