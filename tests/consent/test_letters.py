"""Letters to owners: the words of the e-mails, a form to answer on, and nothing of a recipient."""

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from consent import links
from consent.actions.answers import THANKS
from consent.actions.cases import REQUEST
from consent.actions.reminders import REMINDER
from consent.letters import code_page, draw, return_address
from consent.models import ConsentText
from consent.states import CaseKind, CaseState
from homecare.core.letter_paper import qr_modules
from homecare.mailing import letters
from homecare.mailing.actions import post
from homecare.mailing.models import Channel, Message, PrintRun
from tests import make

CANARY = "Kanariefågelsson"


@pytest.fixture(autouse=True)
def _spring(db, at, settings):
    settings.CONTACT = "Medgivandegruppen, 08-000 00 00"
    at(2026, 3, 10, 9)


def letter(*addresses, purpose=REQUEST, language="sv", owner=None, **given):
    """A letter that waits, about a request for entrances at these addresses."""
    owner = owner or make.owner(name="Brf Linden")
    real_property = make.real_property(owner)
    case = make.case(
        owner,
        *(make.entrance(real_property, address=one) for one in addresses or ["Agatan 1"]),
        **{
            "state": CaseState.SENT,
            "text": ConsentText.objects.current("owner", language),
            "short_code": links.new_short_code(),
            "channel": Channel.LETTER,
            "handler": make.user(name="Maria Lindqvist"),
            **given,
        },
    )
    post(
        to_name="Karin Ek",
        to_address="Årstavägen 1\n120 50 Årsta",
        subject="Påminnelse om portar",
        body=f"Hej Karin Ek!\n\nVi undrar.\n\n- Agatan 1\n\n{links.url_of(case)}\n\nHälsningar",
        purpose=purpose,
        once=f"brev:{case.ref}",
        about=case,
        language=language,
        channel=Channel.LETTER,
    )
    return case


def printed(*, large=False):
    """The words of each page of what waits."""
    run = letters.print_letters(by=make.user("coordinator"), large=large)
    reader = PdfReader(io.BytesIO(bytes(PrintRun.objects.get(pk=run.pk).content)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_a_letter_asks_in_the_words_of_the_e_mail():
    case = letter("Agatan 1", "Agatan 2")

    first, *_rest = printed()

    for words in [
        "Brf Linden Karin Ek Årstavägen 1 120 50 Årsta",
        "2026-03-10",
        case.number,
        "Får vi montera låstillbehör på era 2 portar?",
        "Hej Karin Ek!",
        "Stockholms stad ber om ett medgivande från Brf Linden att montera låstillbehör på:",
        f"Agatan 1 ({case.items.first().entrance.real_property})",
        "Det kostar er ingenting, och medgivandet kan återkallas när som helst.",
        "Svara senast 2026-03-23.",
        "Maria Lindqvist",
        "Medgivandegruppen, 08-000 00 00",
        "Sida 1 av 3",
    ]:
        assert words in first


def test_a_letter_shows_the_code_and_never_the_sealed_link():
    case = letter()

    words = " ".join(printed())

    assert code_page() == "127.0.0.1:8000/medgivanden/svar"
    assert f"gå till {code_page()} och skriv: {case.short_code}" in words
    assert links.token_for(case) not in words
    assert "http" not in words


def test_the_square_code_is_drawn_from_the_sealed_link():
    case, other = letter(), letter()

    modules = qr_modules(links.url_of(case))

    corners = [modules[0][:7], modules[6][:7], [row[0] for row in modules[:7]], modules[0][-7:]]
    assert corners == [[True] * 7] * 4
    assert modules == qr_modules(links.url_of(case))
    assert modules != qr_modules(links.url_of(other))


def test_the_form_has_a_row_for_each_entrance_and_room_to_sign(settings):
    settings.POSTAL_ADDRESS = "Medgivandegruppen, Box 1, 120 00 Årsta"
    case = letter("Agatan 10", "Agatan 2")

    _first, form, text = printed()

    for words in [
        "Svarsblankett",
        "senast 2026-03-23",
        "Samma svar för alla portar på blanketten",
        "Ja, med villkor",
        "Styrelsen beslutar den",
        "Villkor, eller orsak till nej",
        "Underskrift",
        "Roll, till exempel förvaltare eller ordförande",
        f"version {case.text.version}",
        "Skicka blanketten till Stockholms stad Medgivandegruppen Box 1 120 00 Årsta",
    ]:
        assert words in form
    assert form.index("Agatan 2") < form.index("Agatan 10")
    assert form.count("Styrelsen beslutar den") == 3
    assert "Kommunen äger tillbehöret." in text
    assert "Det är de här orden ni svarar på." in text


def test_without_an_address_of_its_own_the_form_goes_to_the_contact():
    assert return_address() == "Stockholms stad\nMedgivandegruppen, 08-000 00 00"


def test_entrances_that_have_no_room_go_on_to_more_pages():
    letter(*(f"Agatan {number}" for number in range(1, 41)))

    pages = printed()

    assert "och 35 portar till, som alla står på svarsblanketten" in pages[0]
    assert f"Sida {len(pages)} av {len(pages)}" in pages[-1]
    forms = " ".join(pages[1:-1])
    assert [f"Agatan {number} Årsta" in forms for number in range(1, 41)] == [True] * 40
    assert "Underskrift" in pages[-2]


def test_a_reminder_says_that_a_no_is_an_answer_too():
    letter(purpose=REMINDER)

    first, form, _text = printed()

    assert "Påminnelse om portar" in first
    assert "Vi har inte fått svar från Brf Linden" in first
    assert "Också ett nej är ett svar" in first
    assert "Svarsblankett" in form


def test_a_new_owner_is_asked_whether_the_lock_may_stay():
    letter(kind=CaseKind.TAKE_OVER)

    first, form, _text = printed()

    for words in [
        "Påminnelse om portar",  # the subject of the message
        "Enligt registret äger Brf Linden nu:",
        "med den förra ägarens medgivande",
        "Nej: vi tar bort det och återställer porten.",
        "Svara senast 2026-03-23.",
    ]:
        assert words in first
    assert "får montera" not in first
    assert "Svarsblankett" in form


def test_any_other_letter_has_the_words_of_its_message_and_no_link():
    letter(purpose="Något annat")

    first, *_rest = printed()

    for words in ["Påminnelse om portar", "Vi undrar.", "Agatan 1", "Hälsningar"]:
        assert words in first
    assert first.count("Svara på webben") == 1
    assert "http" not in first


def test_when_nothing_is_left_to_answer_there_is_no_form():
    case = letter(purpose=THANKS)
    make.owner_consent(case.owner, everything=True)

    assert len(printed()) == 1


def test_only_entrances_that_still_need_an_answer_are_asked_about():
    case = letter("Agatan 1", "Bgatan 2")
    make.owner_consent(case.owner, case.items.first().entrance)

    pages = " ".join(printed())

    assert "Agatan 1" not in pages
    assert "Får vi montera låstillbehör på er port?" in pages


def test_a_day_to_answer_by_that_is_past_is_not_asked_for():
    letter(answer_by_on=date(2026, 3, 1))

    first, form, _text = printed()

    assert "Svara senast" not in first
    assert "senast" not in form


def test_a_letter_in_english_is_in_english_all_through():
    letter(language="en")

    pages = printed()

    assert "The municipality owns the accessory." in pages[-1]
    assert "Case" in pages[0]
    assert "120 50 Årsta" in pages[0]


def test_large_print_has_larger_letters_and_the_same_words():
    letter("Agatan 1", "Agatan 2")
    ordinary = printed()
    Message.objects.update(state="waiting", print_run=None)
    large = printed(large=True)

    assert len(large) > len(ordinary)

    def words(pages):
        found = " ".join(pages)
        return sorted(set(re.findall(r"\w{4,}", found)))

    assert words(large) == words(ordinary)


def test_letters_cost_the_same_number_of_questions_for_five_as_for_one():
    def cost(number):
        Message.objects.all().delete()
        for _ in range(number):
            letter()
        messages = list(Message.objects.all())
        with CaptureQueriesContext(connection) as asked:
            for one in draw(messages, False):  # noqa: FBT003 - a Draw
                [list(section.blocks()) for section in one.sections]
        return len(asked)

    assert cost(1) == cost(5)


@pytest.mark.parametrize("protection", ["none", "protected_registration"])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("purpose", [REQUEST, REMINDER])
def test_no_letter_tells_of_a_recipient(protection, large, purpose):
    owner = make.owner()
    case = letter("Agatan 1", owner=owner, purpose=purpose)
    entrance = case.items.get().entrance
    entrance.entrance_code = "HEMLIGKOD"
    entrance.save()
    home = make.home_door(entrance, apartment_number="9ÖÄ9", floor="tvåochhalv")
    unit = make.unit(name=f"{CANARY}s enhet")
    person = make.recipient(
        unit,
        home=home,
        first_name=CANARY,
        last_name=CANARY,
        phone="0700000000",
        customer_number="K-4242",
        protection_level=protection,
    )
    make.representative(person, name=f"God {CANARY}")

    seen = " ".join(printed(large=large)).lower()

    secrets = [CANARY, "9ÖÄ9", "tvåochhalv", "0700000000", "K-4242", "HEMLIGKOD"]
    secrets += ["lgh ", "lägenhet", "hemtjänsttagare", "brukare", person.personal_number[2:]]
    assert [secret for secret in secrets if secret.lower() in seen] == []


def test_a_long_address_is_whole_in_the_window():
    owner = make.owner(name="Bostadsrättsföreningen Lindens och Bokens gemensamma parkering")
    letter(owner=owner)

    first, *_rest = printed()

    assert f"{owner.name} Karin Ek Årstavägen 1 120 50 Årsta" in first
