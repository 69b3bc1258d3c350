"""Made-up content for the page of components. No person or number here is real."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from homecare.ui import forms as ui_forms
from homecare.ui import icons
from homecare.ui.parts import Bar, Change, Door, Event, Step

_ROOMS = [
    ("Start", "home"),
    ("Hemtjänsttagare", "people"),
    ("Fastigheter", "building"),
    ("Medgivanden", "signature"),
    ("Arbetsordrar", "tools"),
    ("Nycklar", "key"),
    ("Personal", "person"),
    ("Logguppföljning", "shield"),
    ("Rapporter", "report"),
    ("Import och export", "upload"),
]


def frame(current: str, name: str = "Maria Lindqvist") -> dict[str, Any]:
    """What the shell shows when somebody is signed in."""
    nav = [
        {"title": title, "icon": icon, "url": "#", "is_current": title == current}
        for title, icon in _ROOMS
    ]
    account = [{"title": "Min sida", "icon": "settings", "url": "#", "is_current": False}]
    return {"nav": nav, "account_nav": account, "signed_in_as": name, "search_url": "#"}


def _at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Stockholm"))


STEPS = [
    Step("Medgivande från Asta", "done", "lämnat 2 okt"),
    Step("Ägarens medgivande", "waiting", "väntar på Årsta Allé AB sedan 12 nov", "#"),
    Step("Förbesök", "done", "gjort 20 okt"),
    Step("Beställning", "blocked", "kräver medgivande för porten"),
    Step("Montering"),
    Step("Funktionsprov"),
    Step("I drift"),
    Step("Behörigheter"),
    Step("Nycklar åter"),
]
STEPS_DONE = [Step(step.name, "done") for step in STEPS]
STEPS_EARLY = [
    Step(step.name, "waiting" if number == 0 else "later") for number, step in enumerate(STEPS)
]

FUNNEL = [
    Bar("Dörrar som behöver medgivande", 45, "neutral"),
    Bar("Frågan är skickad", 41, "info", "#"),
    Bar("Svar har kommit", 33, "info", "#"),
    Bar("Ja", 29, "good", "#"),
    Bar("Lås i drift", 18, "done", "#"),
]

TIMELINE = [
    Event(
        _at(11, 24, 9, 12),
        "Maria Lindqvist, samordnare",
        "Påminnelse skickad till Årsta Allé AB",
        icon="mail",
        tone="waiting",
    ),
    Event(
        _at(11, 20, 14, 3),
        "Maria Lindqvist, samordnare",
        "Uppgifterna ändrades",
        (Change("Telefon", "08-000 00 01", "08-000 00 02"), Change("Kontaktperson", "", "Per Ek")),
        icon="edit",
    ),
    Event(
        _at(10, 20, 10, 40),
        "Jonas Berg, montör",
        "Förbesök gjort",
        note="Cylinder av skandinavisk typ. Vred på insidan.",
        icon="tools",
        tone="info",
        url="#",
    ),
    Event(
        _at(10, 2, 13, 25),
        "Asta Nyström",
        "Medgivande lämnat, underskrivet på skärmen",
        icon="signature",
        tone="good",
    ),
]

DOORS = [
    Door(
        "Ottsjövägen 12",
        "port mot gatan",
        state="Väntar på ägaren",
        tone="waiting",
        url="#",
        doors=[
            Door("Lägenhet 1103", "1 tr, vänster", "home", "I drift", "done", "#"),
            Door("Lägenhet 1202", "2 tr, höger", "home", "Förbesök gjort", "info", "#"),
        ],
    ),
    Door("Ottsjövägen 14", "port mot gården", state="Nej från ägaren", tone="bad"),
]

KEYS = [
    ("K7Q-4MX", "Ottsjövägen 12, port", "Krok 14", "I skåpet", "good", 2),
    ("R2D-8HT", "Svärdlångsvägen 3, lägenhet", "–", "Utlämnad", "info", 1),
    ("P9W-1CB", "Sköntorpsvägen 29, port", "–", "Förkommen", "bad", 1),
]


class PersonForm(forms.Form):
    """Fields of every kind."""

    name = forms.CharField(label="Namn", initial="Asta Nyström")
    phone = forms.CharField(
        label="Telefon", required=False, help_text="Dit vi ringer innan montören kommer."
    )
    email = forms.EmailField(label="E-post")
    moved_in_on = forms.DateField(
        label="Bor här sedan", widget=ui_forms.DateInput, initial="2019-03-01"
    )
    level = forms.ChoiceField(
        label="Skydd",
        choices=[
            ("none", "Inget"),
            ("mark", "Sekretessmarkering"),
            ("full", "Skyddad folkbokföring"),
        ],
    )
    answer = forms.ChoiceField(
        label="Får kommunen montera låstillbehör på dörren?",
        choices=[("yes", "Ja"), ("no", "Nej")],
        widget=ui_forms.Segmented,
    )
    how = forms.ChoiceField(
        label="Hur lämnades svaret?",
        choices=[("here", "På plats"), ("paper", "På papper"), ("phone", "Per telefon")],
        widget=forms.RadioSelect,
        initial="here",
    )
    points = forms.MultipleChoiceField(
        label="Funktionsprov",
        choices=[
            ("key", "Vanlig nyckel öppnar utifrån"),
            ("knob", "Vredet öppnar inifrån"),
            ("digital", "Digital nyckel öppnar"),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    understood = forms.BooleanField(label="Jag har gått igenom texten med Asta.")
    note = forms.CharField(label="Anteckning", widget=forms.Textarea, required=False)
    scan = forms.FileField(
        label="Inskannat papper",
        widget=ui_forms.FileDrop,
        required=False,
        help_text="PDF eller bild, högst 10 MB.",
    )
    signature = ui_forms.SignatureField(label="Underskrift")


class FilterForm(forms.Form):
    """The filter of a list of keys."""

    q = forms.CharField(label="Kod eller adress", required=False)
    state = forms.ChoiceField(
        label="Läge",
        required=False,
        choices=[("", "Alla"), ("in", "I skåpet"), ("out", "Utlämnad"), ("lost", "Förkommen")],
    )
    since = forms.DateField(label="Ändrad efter", required=False, widget=ui_forms.DateInput)


class OwnerForm(forms.Form):
    """An owner's answer: yes or no for each entrance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (address, place) in enumerate(
            [("Ottsjövägen 12", "Port mot gatan"), ("Ottsjövägen 14", "Port mot gården")]
        ):
            self.fields[f"entrance_{number}"] = forms.ChoiceField(
                label=address,
                help_text=place,
                choices=[("yes", "Ja, ni får"), ("no", "Nej")],
                widget=ui_forms.Segmented,
            )
        self.fields["name"] = forms.CharField(label="Ditt namn")
        self.fields["role"] = forms.CharField(
            label="Din roll hos ägaren", help_text="Till exempel firmatecknare eller förvaltare."
        )


def everything(current: str) -> dict[str, Any]:
    return {
        **frame(current),
        "steps": STEPS,
        "steps_done": STEPS_DONE,
        "steps_early": STEPS_EARLY,
        "bars": FUNNEL,
        "events": TIMELINE,
        "doors": DOORS,
        "keys": KEYS,
        "icons": sorted(icons.ICONS),
        "wizard_steps": ["Fil", "Kolumner", "Provkörning", "Klart"],
        "form": PersonForm(),
        "faulty": PersonForm(
            {"name": "", "email": "asta@", "how": "here", "moved_in_on": "i våras"},
            auto_id="faulty_%s",
        ),
        "filter": FilterForm(auto_id="filter_%s"),
        "owner_form": OwnerForm(auto_id="owner_%s"),
    }
