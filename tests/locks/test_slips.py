"""What is signed when a recipient's key is taken in, and when it goes back for good."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry, digest_of
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions
from locks.documents import slip_pdf
from locks.models import Key, KeyKind, KeySlip, SlipKind
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


@pytest.fixture
def person(unit):
    return make.recipient(unit, first_name="Ada", last_name="Lund")


@pytest.fixture
def key(unit, person):
    return make.key(unit, person)


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    return out.getvalue()


def blank():
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return out.getvalue()


def words_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def take_in(person, unit, by, **given):
    return actions.register_key(
        recipient=person,
        unit=unit,
        kind=KeyKind.METAL,
        by=by,
        **{"from_name": " Ada Lund ", "signature": make.png(), **given},
    )


# --- actions -------------------------------------------------------------------------------------


def test_a_key_is_taken_in_against_a_signature(person, unit, keeper):
    key = take_in(person, unit, keeper)

    slip = key.slips.get()
    assert (slip.kind, slip.name, slip.recorded_by) == (SlipKind.RECEIVED, "Ada Lund", keeper)
    assert (slip.signed["code"], slip.signed["person_name"]) == (key.code, "Ada Lund")
    assert slip.sha256 == digest_of(slip.content)
    entry = TrailEntry.objects.get(verb="key_slip.signed")
    assert (entry.person_ref, entry.unit_ref) == (str(person.ref), str(unit.ref))
    assert entry.facts["sha256"] == slip.sha256
    assert "Ada Lund" not in entry.canonical


def test_a_key_goes_back_against_a_signature(key, keeper):
    actions.give_back_key(key=key, to_name="Dotter Lund", by=keeper, signature=make.png())

    slip = key.slips.get()
    assert (slip.kind, slip.name) == (SlipKind.GIVEN_BACK, "Dotter Lund")


@pytest.mark.parametrize("scan", [PDF, jpeg()], ids=["pdf", "jpeg"])
def test_a_paper_that_was_scanned_is_as_good(key, keeper, scan):
    actions.give_back_key(key=key, to_name="Ada Lund", by=keeper, scan=scan)

    assert bytes(key.slips.get().signature) == scan


def test_a_key_of_an_old_list_has_none(person, unit):
    key = take_in(person, unit, None, from_name="", signature=None)

    assert not key.slips.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"from_name": " "}, "Skriv vem som lämnade nyckeln", id="no name"),
        pytest.param({"signature": blank()}, "Underskriften saknas", id="nothing drawn"),
        pytest.param({"scan": PDF}, "Välj antingen underskrift", id="both"),
        pytest.param({"signature": None, "scan": b"x"}, "Filen går inte att läsa", id="no scan"),
    ],
)
def test_what_is_no_signature_is_refused_and_no_key_is_taken_in(person, unit, keeper, given, words):
    with pytest.raises(RuleBroken, match=words):
        take_in(person, unit, keeper, **given)

    assert not Key.objects.exists()


def test_what_was_signed_is_never_changed(key):
    slip = make.key_slip(key)

    for change in (slip.save, slip.delete, KeySlip.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        KeySlip.objects.update(name="Annan")


# --- the receipt ---------------------------------------------------------------------------------


def test_the_receipt_says_which_key_from_whom_and_nothing_of_where(key, keeper):
    key.recipient.residences.get()
    slip = make.key_slip(key, name="Dotter Lund", recorded_by=keeper)

    words = words_of(slip_pdf(slip))

    for part in (key.code, "Kvitto på mottagen nyckel", "Ada Lund", "Dotter Lund", "Metallnyckel"):
        assert part in words
    home = key.recipient.residences.get().home_door
    assert home.address not in words
    assert key.recipient.personal_number not in words


def test_the_receipt_of_a_key_that_went_back_says_so(key):
    words = words_of(slip_pdf(make.key_slip(key, kind=SlipKind.GIVEN_BACK)))

    assert "Kvitto på återlämnad nyckel" in words
    assert "Lämnad till" in words


@pytest.mark.parametrize(
    ("scan", "told"), [(PDF, True), (jpeg(), False)], ids=["pdf", "picture of it"]
)
def test_a_scanned_paper_is_shown_or_told_of(key, scan, told):
    words = words_of(slip_pdf(make.key_slip(key, signature=scan)))

    assert ("Det skannade papperet är bevarat." in words) == told


def test_the_receipt_reads_as_it_was_signed_whatever_happens_later(key):
    slip = make.key_slip(key)
    before = slip_pdf(slip)
    key.recipient.last_name = "Ny"
    save_as(key.recipient, None)

    assert slip_pdf(KeySlip.objects.get()) == before


# --- the pages -----------------------------------------------------------------------------------


def sent(person, unit, **given):
    return {
        "recipient": person.ref,
        "unit": unit.ref,
        "kind": "metal",
        "received_on": "2030-01-31",
        "from_name": "Ada Lund",
        "signature": make.signature(),
        **given,
    }


def test_a_key_taken_in_has_its_receipt_on_its_page(client, person, unit):
    answer = client.post(url("key_add"), sent(person, unit), follow=True)

    slip = KeySlip.objects.get()
    assert "Kvitto på mottagen nyckel (PDF)" in answer.text
    got = client.get(url("slip_pdf", slip))
    assert got["Content-Disposition"] == f'attachment; filename="nyckelkvitto-{slip.key.code}.pdf"'
    assert slip.key.code in words_of(got.content)
    entries = TrailEntry.objects.filter(object_ref=str(slip.ref), person_ref=str(person.ref))
    assert set(entries.values_list("verb", flat=True)) >= {
        "key_slip.read",
        "key_slip.downloaded",
    }


def test_a_key_given_back_has_its_receipt_on_its_page(client, key):
    given = {"to_name": "Ada Lund", "note": "", "signature": make.signature()}

    answer = client.post(url("key_give_back", key), given, follow=True)

    assert "Kvitto på återlämnad nyckel (PDF)" in answer.text


def test_a_scan_can_be_sent_instead_and_is_had_again(client, key):
    scan = SimpleUploadedFile("kvitto.pdf", PDF, "application/pdf")

    client.post(url("key_give_back", key), {"to_name": "Ada Lund", "note": "", "scan": scan})

    slip = KeySlip.objects.get()
    assert "skannat papper" in client.get(url("key", key)).text
    got = client.get(url("slip_scan", slip))
    assert (got.content, got["Content-Type"]) == (PDF, "application/pdf")


def test_what_was_drawn_has_no_scan(client, key):
    slip = make.key_slip(key)

    assert client.get(url("slip_scan", slip)).url == url("slip_pdf", slip)
    assert "skannat papper" not in client.get(url("key", key)).text


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        pytest.param(
            {"signature": ""},
            "signature",
            "Skriv under i rutan, eller välj ett skannat papper.",
            id="unsigned",
        ),
        pytest.param(
            {"scan": SimpleUploadedFile("k.pdf", PDF)},
            "scan",
            "Välj antingen underskrift i rutan eller skannat papper.",
            id="both",
        ),
        pytest.param(
            {"signature": "", "scan": SimpleUploadedFile("k.txt", b"hej")},
            "scan",
            "Filen går inte att läsa. Välj en PDF, PNG eller JPEG.",
            id="no paper",
        ),
    ],
)
def test_what_is_missing_is_said_beside_the_field(client, person, unit, given, field, words):
    answer = client.post(url("key_add"), sent(person, unit, **given))

    assert answer.context["form"].errors[field] == [words]
    assert not Key.objects.exists()


def test_who_hands_over_is_filled_in_beforehand(client, person, unit, key):
    page, back = f"{url('key_add')}?recipient={person.ref}", url("key_give_back", key)

    assert client.get(page).context["form"]["from_name"].value() == "Ada Lund"
    assert client.get(back).context["form"]["to_name"].value() == "Ada Lund"
    make.representative(person, name="Gunnar God")
    assert client.get(page).context["form"]["from_name"].value() == "Gunnar God"
    assert client.get(back).context["form"]["to_name"].value() == "Gunnar God"
    assert client.get(back).context["who"] == ["Gunnar God", "Ada Lund"]


def test_a_dead_persons_key_goes_to_nobody_beforehand(client, person, key):
    person.died_on = date(2030, 1, 30)
    save_as(person, None)

    assert client.get(url("key_give_back", key)).context["form"]["to_name"].value() == ""


@pytest.mark.parametrize(
    ("role", "in_own_unit", "status"),
    [
        pytest.param(Role.COORDINATOR, True, 200, id="coordinator"),
        pytest.param(Role.UNIT_MANAGER, True, 200, id="manager"),
        pytest.param(Role.COORDINATOR, False, 404, id="of another unit"),
        pytest.param(Role.TECHNICIAN, False, 404, id="technician"),
    ],
)
def test_who_may_have_the_receipt(client, unit, key, role, in_own_unit, status):
    slip = make.key_slip(key)
    client.force_login(make.user(role, unit if in_own_unit else make.unit()))

    assert client.get(url("slip_pdf", slip)).status_code == status
    assert client.get(url("slip_scan", slip)).status_code in {status, 302 if status == 200 else 404}


def test_of_somebody_protected_there_is_no_receipt_for_those_not_named(client, key, person):
    slip = make.key_slip(key)
    person.protection_level = "marked"
    save_as(person, None)

    assert client.get(url("slip_pdf", slip)).status_code == 404
