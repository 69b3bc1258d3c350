"""The lists that can be brought in, and the fields of each.

| list            | must have                                       | may have                        |
|-----------------|-------------------------------------------------|---------------------------------|
| units           | code, name, provider, provider_kind             | provider_number, district, phone, has_support_all_hours, fallback_practised_on |
| staff           | staff_id, a name, unit, starts_on               | email, phone, ends_on, agreement_accepted_on |
| property_owners | name                                            | kind, number, contact_name, contact_title, email, phone, postal_address, postal_code, city, do_not_contact |
| entrances       | designation, an owner, address, postal_code, city | owner_number, owner_name, owned_from, name, entrance_code, access_solution, homes |
| recipients      | personal_number, a name, address, postal_code, city, unit, commission_from | customer_number, phone, protection_level, designation, apartment_number, floor, tenure, moved_in_on, entrances, commission_to |
| representatives | personal_number, kind, name, starts_on, evidence | phone, email, ends_on, evidence_seen_on |
| contacts        | personal_number, name                           | relation, phone, lives_with     |
| keys            | personal_number, unit, received_on              | kind, number, cabinet, hook     |

`personal_number` is always the recipient's. `unit` is a unit's code or name. A name may stand in
one column (`whole_name`, `whole_name_reversed`) or in two. `entrances` are those on the way from
the street to the home, in order. Values of choices are those that the models save.
"""  # noqa: E501

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from homecare.exchange import values
from homecare.exchange.values import Parser

PROVIDER_KINDS = {
    "municipal": ("kommunal", "kommunal regi", "kommunen", "egen regi", "kommunal utförare"),
    "private": ("privat", "privat regi", "privat regi (LOV)", "LOV", "privat utförare", "enskild"),
    "contracted": ("entreprenad", "på entreprenad", "upphandlad", "LOU"),
}
OWNER_KINDS = {
    "public_housing": (
        "allmännytta", "allmännyttigt bostadsbolag", "allmännyttigt", "kommunalt bostadsbolag",
        "kommunalt bolag",
    ),
    "company": ("bolag", "privat bolag", "aktiebolag", "AB", "företag", "handelsbolag", "HB",
                "kommanditbolag"),
    "cooperative": ("bostadsrättsförening", "BRF", "bostadsrätt", "HSB", "förening"),
    "person": ("privatperson", "privat", "enskild", "enskild person", "fysisk person"),
    "association": ("samfällighet", "samfällighetsförening"),
    "foundation": ("stiftelse",),
    "municipality": ("kommun", "kommunen", "region", "stat"),
    "estate": ("dödsbo", "DB"),
}  # fmt: skip
ACCESS_SOLUTIONS = {
    "entry_phone": ("porttelefon", "porttelefoni", "portelefon"),
    "code_lock": ("kodlås", "portkod", "kod", "kodlåst"),
    "access_control": ("passersystem", "passagesystem", "tagg", "bricka"),
    "key": ("nyckel", "portnyckel", "låst"),
    "open_by_day": ("öppen dagtid", "öppen", "olåst dagtid"),
    "unknown": ("okänd", "vet ej"),
}
PROTECTION_LEVELS = {
    "none": ("ingen", "nej", "inga", "inget", "nej, ingen"),
    "marked": ("sekretessmarkering", "sekretess", "sekretessmarkerad"),
    "protected_registration": ("skyddad folkbokföring", "skyddad", "kvarskrivning", "kvarskriven"),
}
TENURES = {
    "rental": ("hyresrätt", "hyres", "hyra", "HR", "hyreslägenhet"),
    "cooperative": ("bostadsrätt", "BR", "insats", "bostadsrättslägenhet"),
    "owned": ("äganderätt", "villa", "radhus", "småhus", "eget hus", "ägarlägenhet"),
    "second_hand": ("andrahand", "i andra hand", "andrahandsuthyrning"),
}
REPRESENTATIVE_KINDS = {
    "good_man": ("god man", "godman", "GM"),
    "administrator": ("förvaltare", "FV"),
    "lasting_power": ("framtidsfullmakt", "framtidsfullmaktshavare"),
    "power": ("fullmakt", "fullmaktshavare", "ombud"),
}
KEY_KINDS = {
    "metal": ("metallnyckel", "metall", "nyckel", "lägenhetsnyckel", "bostadsnyckel", "hemnyckel"),
    "tag": ("tagg", "bricka", "nyckelbricka", "passerbricka", "kodbricka"),
    "entrance": ("portnyckel", "port", "entrényckel"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a list can tell: what it is called here and in other people's lists."""

    name: str
    label: str | Promise
    parse: Parser
    words: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A kind of list. Of each group in `either`, one alternative must be whole."""

    name: str
    label: str | Promise
    fields: tuple[Field, ...]
    either: tuple[tuple[tuple[str, ...], ...], ...] = ()
    # What others put in front of a column's name: ”Brukarens personnummer”.
    owners: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


A_NAME = (("first_name", "last_name"), ("whole_name",), ("whole_name_reversed",))
RECIPIENT_WORDS = (
    "brukare", "brukarens", "kund", "kundens", "hemtjänsttagare", "hemtjänsttagarens",
    "vårdtagare", "vårdtagarens", "omsorgstagare", "omsorgstagarens", "huvudman", "huvudmannens",
    "klient", "klientens", "boende", "den enskilde", "den enskildes",
)  # fmt: skip

_personal_number = Field(
    "personal_number",
    _("Personnummer"),
    values.personal_number,
    (
        "personnr", "pnr", "persnr", "pers.nr", "person-/samordningsnummer",
        "person- eller samordningsnummer", "samordningsnummer", "person-id", "personid", "ssn",
        "personnummer (12 siffror)", "födelsenummer",
    ),
    required=True,
)  # fmt: skip
_phone_words = (
    "tel", "telefonnummer", "tele", "tfn", "mobil", "mobilnummer", "mobiltelefon", "telnr",
    "telefon dagtid", "telefon hem", "hemtelefon",
)  # fmt: skip
_phone = Field("phone", _("Telefon"), values.phone_number, _phone_words)
_email = Field(
    "email",
    _("E-post"),
    values.email,
    ("epost", "e-postadress", "mejl", "mail", "e-mail", "mejladress", "mailadress"),
)
_postal_code = Field(
    "postal_code", _("Postnummer"), values.postal_code, ("postnr", "post nr", "zip")
)
_city = Field("city", _("Postort"), values.text(80), ("ort", "stad", "post ort", "postadress ort"))
_address_words = (
    "adress", "gata", "gatuadr", "utdelningsadress", "bostadsadress", "gatunamn och nummer",
    "gata och nummer", "besöksadress", "folkbokföringsadress", "hemadress",
)  # fmt: skip
_unit = Field(
    "unit",
    _("Enhet"),
    values.text(160),
    ("enhetskod", "enhet kod", "enhetsnamn", "hemtjänstenhet", "arbetsplats", "grupp",
     "hemtjänstgrupp", "utförarenhet"),
    required=True,
)  # fmt: skip
_names = (
    Field(
        "first_name", _("Förnamn"), values.person_name(80), ("tilltalsnamn", "fnamn", "för namn")
    ),
    Field("last_name", _("Efternamn"), values.person_name(80), ("enamn", "släktnamn", "surname")),
    Field(
        "whole_name",
        _("Namn, förnamn först"),
        values.person_name(120),
        ("namn", "förnamn efternamn", "för- och efternamn", "för och efternamn",
         "fullständigt namn", "förnamn och efternamn"),
    ),
    Field(
        "whole_name_reversed",
        _("Namn, efternamn först"),
        values.person_name(120),
        ("efternamn förnamn", "efternamn och förnamn", "efter- och förnamn"),
    ),
)  # fmt: skip


def _must(field: Field) -> Field:
    return Field(field.name, field.label, field.parse, field.words, required=True)


LISTS = (
    ListOf(
        "units",
        _("Enheter och utförare"),
        (
            Field(
                "code",
                _("Enhetskod"),
                values.text(20),
                ("kod", "enhets-id", "enhetsid", "enhetsnummer"),
                required=True,
            ),
            Field("name", _("Enhet"), values.text(160), ("enhetsnamn", "namn"), required=True),
            Field(
                "provider",
                _("Utförare"),
                values.text(160),
                ("utförarens namn", "utförarnamn", "leverantör", "företag", "bolag"),
                required=True,
            ),
            Field(
                "provider_kind",
                _("Regi"),
                values.choice(PROVIDER_KINDS),
                ("regiform", "driftsform", "drift", "typ av utförare", "utförartyp"),
                required=True,
            ),
            Field(
                "provider_number",
                _("Organisationsnummer"),
                values.organisation_number,
                ("org.nr", "orgnr", "orgnummer", "utförarens org.nr",
                 "utförarens organisationsnummer"),
            ),
            Field(
                "district",
                _("Stadsdelsområde"),
                values.text(120),
                ("stadsdel", "område", "distrikt", "stadsdelsförvaltning", "stadsdelsnämnd"),
            ),
            Field("phone", _("Telefon"), values.phone_number, _phone_words),
            Field(
                "has_support_all_hours",
                _("Stöd dygnet runt"),
                values.yes_or_no,
                ("stöd dygnet runt finns", "dygnet runt-stöd", "jour dygnet runt"),
            ),
            Field(
                "fallback_practised_on",
                _("Reservrutin övad"),
                values.past_day,
                ("reservrutin övad den", "övad reservrutin"),
            ),
        ),
    ),
    ListOf(
        "staff",
        _("Medarbetare"),
        (
            Field(
                "staff_id",
                _("Anställningsnummer"),
                values.text(20),
                ("anställningsnr", "anst.nr", "anstnr", "anställnings-id", "medarbetar-id",
                 "personal-id", "personalnummer", "användarnamn", "användar-id", "hsa-id"),
                required=True,
            ),
            *_names,
            _email,
            _phone,
            _unit,
            Field(
                "starts_on",
                _("Anställd från"),
                values.day,
                ("anställningsdatum", "startdatum", "från", "fr.o.m.", "anställd fr.o.m.",
                 "anställd fr o m", "börjar", "from"),
                required=True,
            ),
            Field(
                "ends_on",
                _("Anställd till"),
                values.day,
                ("slutdatum", "till", "t.o.m.", "anställd t.o.m.", "anställd t o m", "slutar",
                 "tom", "avslutad"),
            ),
            Field(
                "agreement_accepted_on",
                _("Användaravtal"),
                values.past_day,
                ("användaravtal godkänt", "användaravtal accepterat", "ansvarsförbindelse",
                 "avtal signerat", "användaravtal datum"),
            ),
        ),
        either=(A_NAME,),
        owners=("medarbetare", "medarbetarens", "personal", "personalens", "anställd",
                "den anställdes"),
    ),
    ListOf(
        "property_owners",
        _("Fastighetsägare"),
        (
            Field(
                "name",
                _("Namn"),
                values.text(160),
                ("ägare", "fastighetsägare", "ägarens namn", "bolag", "företag", "hyresvärd",
                 "förening", "organisation"),
                required=True,
            ),
            Field(
                "kind",
                _("Ägartyp"),
                values.choice(OWNER_KINDS),
                ("typ", "typ av ägare", "ägarkategori", "ägarform", "upplåtare"),
            ),
            Field(
                "number",
                _("Organisationsnummer eller personnummer"),
                values.owner_number,
                ("organisationsnummer", "org.nr", "orgnr", "orgnummer", "org.nr/personnr",
                 "org.nr/pnr", "personnummer", "person-/organisationsnummer", "ägarens org.nr"),
            ),
            Field(
                "contact_name",
                _("Kontaktperson"),
                values.person_name(120),
                ("kontakt", "kontaktpersonens namn", "firmatecknare", "ordförande"),
            ),
            Field("contact_title", _("Kontaktpersonens roll"), values.text(80),
                  ("roll", "titel", "befattning")),
            _email,
            _phone,
            Field(
                "postal_address",
                _("Postadress"),
                values.text(160),
                (*_address_words, "box", "utskicksadress", "gatuadress"),
            ),
            _postal_code,
            _city,
            Field("do_not_contact", _("Kontakta ej"), values.yes_or_no, ("ej utskick", "spärrad")),
        ),
        owners=("ägarens", "fastighetsägarens", "kontaktpersonens"),
    ),
    ListOf(
        "entrances",
        _("Fastigheter och portar"),
        (
            Field(
                "designation",
                _("Fastighetsbeteckning"),
                values.text(80),
                ("fastighet", "beteckning", "fastighetsbet", "fastighetsbet.", "fastighetsnamn"),
                required=True,
            ),
            Field(
                "owner_number",
                _("Ägarens organisationsnummer"),
                values.owner_number,
                ("ägarens org.nr", "org.nr", "orgnr", "organisationsnummer", "orgnummer",
                 "ägarens personnummer", "org.nr/personnr", "ägare org.nr"),
            ),
            Field("owner_name", _("Ägare"), values.text(160),
                  ("fastighetsägare", "ägarens namn", "hyresvärd", "ägarnamn")),
            Field(
                "owned_from",
                _("Ägare från"),
                values.day,
                ("ägd från", "ägs från", "ägs sedan", "ägare sedan", "tillträde", "tillträdesdag"),
            ),
            Field(
                "address",
                _("Gatuadress"),
                values.text(120),
                (*_address_words, "portadress", "port", "entré", "portens adress", "uppgång"),
                required=True,
            ),
            Field("name", _("Benämning"), values.text(60),
                  ("portens namn", "portnamn", "typ av port", "namn")),
            _must(_postal_code),
            _must(_city),
            Field(
                "access_solution",
                _("Så öppnas porten"),
                values.choice(ACCESS_SOLUTIONS),
                ("passage", "låsning", "öppning", "porten öppnas med", "låstyp", "passagelösning"),
            ),
            Field("homes", _("Antal bostäder"), values.homes,
                  ("antal lägenheter", "lägenheter", "bostäder", "hushåll", "antal hushåll")),
            Field("entrance_code", _("Portkod"), values.text(20),
                  ("kod", "dörrkod", "kod till porten")),
        ),
        either=((("owner_number",), ("owner_name",)),),
        owners=("portens", "fastighetens"),
    ),
    ListOf(
        "recipients",
        _("Hemtjänsttagare"),
        (
            _personal_number,
            *_names,
            Field(
                "customer_number",
                _("Kundnummer"),
                values.text(30),
                ("kundnr", "kund-id", "kundid", "brukar-id", "ärendenummer", "klientnummer"),
            ),
            _phone,
            Field(
                "protection_level",
                _("Skyddade personuppgifter"),
                values.choice(PROTECTION_LEVELS),
                ("skyddade uppgifter", "skydd", "sekretess", "sekretessmarkering",
                 "skyddad identitet", "skyddad"),
            ),
            Field(
                "designation",
                _("Fastighet"),
                values.text(80),
                ("fastighetsbeteckning", "beteckning", "fastighetsbet", "fastighetsbet."),
            ),
            Field("address", _("Gatuadress"), values.text(120), _address_words, required=True),
            Field(
                "apartment_number",
                _("Lägenhetsnummer"),
                values.flat_number,
                ("lgh nr", "lghnr", "lgh", "lägenhet", "lägenhetsnr", "lgh-nummer", "lägenhet nr"),
            ),
            Field("floor", _("Våning"), values.floor,
                  ("vån", "våningsplan", "plan", "trappor", "tr")),
            _must(_postal_code),
            _must(_city),
            Field(
                "tenure",
                _("Upplåtelseform"),
                values.choice(TENURES),
                ("boende", "boendeform", "bostadstyp", "upplåtelse"),
            ),
            Field("moved_in_on", _("Inflyttad"), values.past_day,
                  ("inflyttningsdatum", "inflyttad datum", "bor här sedan", "inflytt")),
            Field(
                "entrances",
                _("Portar"),
                values.path(190),
                ("port", "portadress", "entré", "väg in", "portar på vägen", "uppgång"),
            ),
            _unit,
            Field(
                "commission_from",
                _("Uppdrag från"),
                values.day,
                ("insats från", "insats start", "startdatum", "uppdrag fr.o.m.", "från", "fr.o.m.",
                 "from", "beslut från", "insatsens start", "uppdragets start", "insats fr.o.m."),
                required=True,
            ),
            Field(
                "commission_to",
                _("Uppdrag till"),
                values.day,
                ("insats till", "insats slut", "slutdatum", "uppdrag t.o.m.", "till", "t.o.m.",
                 "tom", "beslut till", "insatsens slut", "uppdragets slut", "insats t.o.m."),
            ),
        ),
        either=(A_NAME,),
        owners=RECIPIENT_WORDS,
    ),
    ListOf(
        "representatives",
        _("Ställföreträdare"),
        (
            _personal_number,
            Field(
                "kind",
                _("Typ"),
                values.choice(REPRESENTATIVE_KINDS),
                ("typ av ställföreträdare", "slag", "uppdragstyp", "typ av företrädare"),
                required=True,
            ),
            Field(
                "name",
                _("Ställföreträdare"),
                values.person_name(120),
                ("ställföreträdarens namn", "namn", "god man", "förvaltare", "företrädare",
                 "förnamn efternamn"),
                required=True,
            ),
            _phone,
            _email,
            Field(
                "starts_on",
                _("Från"),
                values.day,
                ("fr.o.m.", "from", "startdatum", "förordnad från", "förordnad", "gäller från",
                 "giltig från"),
                required=True,
            ),
            Field("ends_on", _("Till"), values.day,
                  ("t.o.m.", "tom", "slutdatum", "gäller till", "giltig till", "upphör")),
            Field(
                "evidence",
                _("Underlag"),
                values.text(160),
                ("handling", "förordnande", "bevis", "dokument"),
                required=True,
            ),
            Field("evidence_seen_on", _("Underlag kontrollerat"), values.past_day,
                  ("kontrollerat", "underlaget kontrollerat", "kontrollerat den")),
        ),
        owners=("ställföreträdarens", "god mans", *RECIPIENT_WORDS),
    ),
    ListOf(
        "contacts",
        _("Närstående"),
        (
            _personal_number,
            Field(
                "name",
                _("Närstående"),
                values.person_name(120),
                ("anhörig", "kontaktperson", "namn", "närståendes namn", "anhörigs namn"),
                required=True,
            ),
            Field("relation", _("Relation"), values.text(60), ("släktskap", "roll")),
            _phone,
            Field(
                "lives_with",
                _("Bor tillsammans"),
                values.yes_or_no,
                ("sammanboende", "bor ihop", "bor med", "samma hushåll"),
            ),
        ),
        owners=("närståendes", "anhörigs", "anhörig", "kontaktpersonens", *RECIPIENT_WORDS),
    ),
    ListOf(
        "keys",
        _("Nycklar"),
        (
            _personal_number,
            Field("kind", _("Typ"), values.choice(KEY_KINDS),
                  ("nyckeltyp", "typ av nyckel", "slag", "nyckel")),
            Field("number", _("Antal"), values.amount, ("antal nycklar", "st")),
            _unit,
            Field("cabinet", _("Nyckelskåp"), values.text(40),
                  ("skåp", "förvaring", "förvaringsplats")),
            Field("hook", _("Krok"), values.text(10), ("kroknummer", "plats", "krok nr")),
            Field(
                "received_on",
                _("Mottagen"),
                values.past_day,
                ("mottagen den", "kvitterad", "inlämnad", "mottagningsdatum", "datum"),
                required=True,
            ),
        ),
        owners=RECIPIENT_WORDS,
    ),
)  # fmt: skip
