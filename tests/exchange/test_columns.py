"""What columns are called, in the lists of many municipalities."""

import pytest
from django.utils import translation

from homecare.exchange import columns
from homecare.exchange.columns import lists
from homecare.organisation.models import ProviderKind
from homecare.recipients.models import ProtectionLevel, RepresentativeKind
from locks.models import KeyKind
from properties.models import AccessSolution, OwnerKind, Tenure


def field_of(header, kind="recipients"):
    return columns.understand([header], kind).mapping.get(header)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Personnummer", "personal_number"),
        ("PERSONNUMMER", "personal_number"),
        ("personnr", "personal_number"),
        ("Pers. nr", "personal_number"),
        ("pnr", "personal_number"),
        ("Person-/samordningsnr", "personal_number"),
        ("Person nummer", "personal_number"),
        ("Personnummer *", "personal_number"),
        ("Personnummer (ÅÅÅÅMMDD-NNNN)", "personal_number"),
        ("Brukarens personnummer", "personal_number"),
        ("Personnummer, kund", "personal_number"),
        ("Personumer", "personal_number"),
        ("Persononummer", "personal_number"),
        ("Förnamn", "first_name"),
        ("Fornamn", "first_name"),
        ("Förnamn Efternamn", "whole_name"),
        ("Efternamn, förnamn", "whole_name_reversed"),
        ("Namn", "whole_name"),
        ("Gatuadress", "address"),
        ("Utdelningsadress", "address"),
        ("Utdelnings-adress", "address"),
        ("Postnr", "postal_code"),
        ("Post nr.", "postal_code"),
        ("Postort", "city"),
        ("Lgh nr", "apartment_number"),
        ("LGH-NR", "apartment_number"),
        ("Lägenhetsnummer", "apartment_number"),
        ("Nummer, lägenhets", "apartment_number"),
        ("Port", "entrances"),
        ("Portadress", "entrances"),
        ("Fastighetsbeteckning", "designation"),
        ("Fastighetsbetekning", "designation"),
        ("Mobil", "phone"),
        ("Tel.nr", "phone"),
        ("Enhet", "unit"),
        ("Enhetskod", "unit"),
        ("Startdatum", "commission_from"),
        ("Fr.o.m.", "commission_from"),
        ("Slutdatum", "commission_to"),
        ("Sekretess", "protection_level"),
    ],
)
def test_a_column_of_recipients_is_understood(header, field):
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("units", "Org.nr", "provider_number"),
        ("units", "Driftsform", "provider_kind"),
        ("staff", "Anställningsdatum", "starts_on"),
        ("staff", "Anst.nr", "staff_id"),
        ("staff", "Mejl", "email"),
        ("staff", "E-postadress", "email"),
        ("property_owners", "Fastighetsägare", "name"),
        ("property_owners", "Org.nr/personnr", "number"),
        ("entrances", "Ägare", "owner_name"),
        ("entrances", "Org.nr", "owner_number"),
        ("entrances", "Portadress", "address"),
        ("entrances", "Portkod", "entrance_code"),
        ("representatives", "Huvudmannens personnummer", "personal_number"),
        ("representatives", "God man", "name"),
        ("entrances", "Antal lägenheter", "homes"),
        ("contacts", "Anhörigs telefon", "phone"),
        ("keys", "Antal nycklar", "number"),
    ],
)
def test_a_column_of_another_list_is_understood(kind, header, field):
    assert field_of(header, kind) == field


@pytest.mark.parametrize(
    "header", ["Telefon 2", "Anteckning", "Hemlig kod", "Kolumn F", "x", "", "2026"]
)
def test_a_column_that_is_something_else_is_left_out(header):
    assert field_of(header) is None


def test_a_word_of_another_list_is_not_taken_for_a_misspelling():
    assert field_of("Portkod") is None


def test_how_sure_a_guess_is():
    understanding = columns.understand(
        ["Personnummer", "Mobil", "Kundens adress", "Efternman", "Hund"], "recipients"
    )

    assert [round(guess.confidence, 2) for guess in understanding.guesses] == [
        1.0, 0.95, 0.9, 0.85, 0.0,
    ]  # fmt: skip
    assert [guess.is_sure for guess in understanding.guesses] == [True, True, True, False, False]


def test_columns_that_are_not_understood_are_told():
    understanding = columns.understand(["Personnummer", "Hund", "Katt"], "recipients")

    assert understanding.notes == (
        "De här kolumnerna känns inte igen och läses inte in: Hund, Katt.",
    )


def test_of_two_columns_for_one_field_the_surer_is_taken_and_the_other_told():
    understanding = columns.understand(["Mobil", "Telefon"], "recipients")

    assert understanding.mapping == {"Telefon": "phone"}
    assert understanding.notes == (
        "Kolumnen ”Mobil” läses inte in: ”Telefon” tas som telefon. Ändra om det är fel.",
    )


RECIPIENTS = {
    "Pnr": "personal_number",
    "Namn": "whole_name",
    "Adress": "address",
    "Postnr": "postal_code",
    "Ort": "city",
    "Enhet": "unit",
    "Från": "commission_from",
}


def test_a_whole_mapping_has_no_faults():
    assert columns.faults_of(RECIPIENTS, "recipients") == []


def test_two_columns_for_one_field_is_a_fault():
    mapping = {**RECIPIENTS, "Ort 2": "city"}

    assert columns.faults_of(mapping, "recipients") == [
        "Flera kolumner är kopplade till postort: Ort, Ort 2. Välj en av dem."
    ]


def test_a_field_that_is_not_in_the_list_is_a_fault():
    assert columns.faults_of({**RECIPIENTS, "Lön": "salary"}, "recipients") == [
        "Kolumnen ”Lön” är kopplad till något som inte finns i listan. Välj på nytt."
    ]


def test_a_field_that_must_be_there_is_a_fault_when_it_is_not():
    mapping = {header: name for header, name in RECIPIENTS.items() if header != "Enhet"}

    assert columns.faults_of(mapping, "recipients") == [
        "Kolumnen enhet saknas. Lägg till den i filen, eller välj vilken kolumn det är."
    ]


def test_an_owner_is_said_by_number_or_by_name():
    mapping = {
        "Fastighet": "designation",
        "Adress": "address",
        "Postnr": "postal_code",
        "Ort": "city",
    }

    [fault] = columns.faults_of(mapping, "entrances")

    assert fault == (
        "Någon av kolumnerna ”ägarens organisationsnummer”, ”ägare” behövs. "
        "Lägg till den, eller välj vilken det är."
    )
    assert columns.faults_of({**mapping, "Ägare": "owner_name"}, "entrances") == []


@pytest.mark.parametrize("kind", [one.name for one in columns.LISTS])
def test_a_list_with_our_own_headers_is_understood_whole(kind):
    fields = [one for one in columns.fields_of(kind) if not one.name.startswith("whole_name")]
    headers = [str(one.label) for one in fields]

    understanding = columns.understand(headers, kind)

    assert list(understanding.mapping.values()) == [one.name for one in fields]
    assert all(guess.confidence == columns.SURE for guess in understanding.guesses)
    assert understanding.faults == []
    assert columns.guess_kind(headers) == kind


def test_headers_are_understood_in_whatever_language_the_page_is_shown():
    with translation.override("en"):
        assert field_of("Personnummer") == "personal_number"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Pnr", "Namn", "Gatuadress", "Postnr", "Ort", "Lgh", "Enhet", "Fr.o.m."], "recipients"),
        (["Anst.nr", "Namn", "Mejl", "Enhet", "Anställningsdatum"], "staff"),
        (["Fastighetsbeteckning", "Ägare", "Portadress", "Postnr", "Ort", "Portkod"], "entrances"),
        (["Fastighetsägare", "Org.nr", "Kontaktperson", "E-post"], "property_owners"),
        (["Enhetskod", "Enhet", "Utförare", "Regi"], "units"),
        (["Personnummer", "God man", "Typ", "Från", "Underlag"], "representatives"),
        (["Personnummer", "Anhörig", "Relation", "Telefon"], "contacts"),
        (["Personnummer", "Nyckel", "Antal", "Skåp", "Krok", "Enhet", "Mottagen"], "keys"),
        (["hund", "katt"], None),
    ],
)
def test_the_kind_of_list_is_guessed_from_its_headers(headers, kind):
    assert columns.guess_kind(headers) == kind


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (lists.PROVIDER_KINDS, ProviderKind),
        (lists.OWNER_KINDS, OwnerKind),
        (lists.ACCESS_SOLUTIONS, AccessSolution),
        (lists.PROTECTION_LEVELS, ProtectionLevel),
        (lists.TENURES, Tenure),
        (lists.REPRESENTATIVE_KINDS, RepresentativeKind),
        (lists.KEY_KINDS, KeyKind),
    ],
)
def test_the_words_of_a_choice_are_those_of_the_model(words, choices):
    assert set(words) == set(choices.values)
    known = {word.casefold() for some in words.values() for word in some}
    assert {str(label).casefold() for label in choices.labels} <= known
