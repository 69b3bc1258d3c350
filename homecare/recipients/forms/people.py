"""Finding people, registering them and saying who they are; where they live and the way in."""

from typing import Any, cast

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from homecare.core.forms import (
    ChangeForm,
    FlatNumberField,
    PersonalNumberField,
    PhoneField,
    PostalCodeField,
)
from homecare.recipients.actions import NewHome
from homecare.recipients.forms.fields import DayField, UnitField, offer_units
from homecare.recipients.models import (
    ProtectionLevel,
    Recipient,
)
from properties.models import Entrance, HomeDoor, Property, Tenure


class RecipientFilter(forms.Form):
    """What narrows the list. Searching is another form, which is posted: names do not belong in
    an address.
    """

    unit = UnitField(required=False, empty_label=_("Alla mina enheter"))
    care = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[
            ("", _("Vårdas nu")),
            ("coming", _("Kommande")),
            ("ended", _("Avslutade")),
            ("all", _("Alla")),
        ],
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        offer_units(self, user, "see_recipients", only_open=False)


class SearchForm(forms.Form):
    """A search for a person. By nothing else than this (förordning 2001:637, 15 §)."""

    q = forms.CharField(
        label=_("Namn, personnummer eller kundnummer"),
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"min_length": _("Skriv minst två tecken.")},
    )


# --- the person ----------------------------------------------------------------------------------


class PersonFields(forms.Form):
    """Who a person is."""

    personal_number = PersonalNumberField()
    first_name = forms.CharField(label=_("Förnamn"), max_length=80)
    last_name = forms.CharField(label=_("Efternamn"), max_length=80)
    customer_number = forms.CharField(
        label=_("Kundnummer"),
        max_length=30,
        required=False,
        help_text=_("Som i verksamhetssystemet."),
    )
    phone = PhoneField(required=False)


class HomeFields(forms.Form):
    """Where a person lives: the street address finds the property and the entrance."""

    address = forms.CharField(
        label=_("Gatuadress"),
        max_length=120,
        help_text=_("Till exempel Siljansvägen 12."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    postal_code = PostalCodeField()
    city = forms.CharField(label=_("Ort"), max_length=80)
    apartment_number = FlatNumberField(required=False)
    floor = forms.CharField(label=_("Våning"), max_length=10, required=False)
    tenure = forms.ChoiceField(label=_("Upplåtelseform"), choices=Tenure, initial=Tenure.RENTAL)
    needs_owner_consent = forms.BooleanField(
        label=_("Låset lämnar märken i dörren"),
        required=False,
        help_text=_(
            "Till exempel borrhål eller en ny cylinder. Då måste husets ägare också säga ja."
        ),
    )
    designation = forms.CharField(
        label=_("Fastighetsbeteckning"),
        max_length=80,
        required=False,
        help_text=_("Behövs bara om adressen inte har någon port i registret, som i en villa."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        address, postal_code = (self.cleaned_data.get(name) for name in ("address", "postal_code"))
        if address and postal_code:
            entrances = list(
                Entrance.objects.in_use()
                .at_address(address, postal_code)
                .select_related("real_property")
                .order_by("name", "pk")
            )
            real_property = self._property(entrances)
            here = [one for one in entrances if one.real_property == real_property]
            # Of several entrances at the address the way is told on a page of its own.
            self.cleaned_data |= {"real_property": real_property, "entrances": here[:1]}
        return self.cleaned_data

    def _property(self, entrances: list[Entrance]) -> Property | None:
        typed = " ".join(self.cleaned_data.get("designation", "").split())
        if typed:
            found = Property.objects.filter(designation__iexact=typed).first()
            if found is None:
                self.add_error(
                    "designation",
                    gettext(
                        "Fastigheten finns inte i registret. Registrera den först, under "
                        "Fastigheter och ägare."
                    ),
                )
            return found
        candidates = {one.real_property for one in entrances}
        if len(candidates) == 1:
            return candidates.pop()
        if candidates:
            names = ", ".join(sorted(str(one) for one in candidates))
            text = gettext("Adressen finns på flera fastigheter: %(names)s. Skriv vilken.")
            self.add_error("designation", text % {"names": names})
        else:
            self.add_error(
                "designation",
                gettext(
                    "Ingen port är registrerad på den adressen. Kontrollera adressen, eller skriv "
                    "vilken fastighet det är."
                ),
            )
        return None

    @property
    def home(self) -> NewHome:
        """The home of a valid form, for the action."""
        names = ("address", "postal_code", "city", "apartment_number", "floor", "tenure")
        return NewHome(
            **{name: self.cleaned_data[name] for name in names},
            needs_owner_consent=self.cleaned_data["needs_owner_consent"],
            real_property=self.cleaned_data["real_property"],
            entrances=self.cleaned_data["entrances"],
        )


class RegisterForm(PersonFields, HomeFields):
    """A new person: who it is, where they live, which unit cares from when."""

    protection_level = forms.ChoiceField(
        label=_("Skydd av personuppgifter"),
        choices=ProtectionLevel,
        initial=ProtectionLevel.NONE,
        widget=forms.RadioSelect,
        help_text=_(
            "Med skydd ser ingen personen, inte heller du, förrän enhetschefen har namngett dem "
            "som behöver det."
        ),
    )
    unit = UnitField(label=_("Enhet som har uppdraget"))
    starts_on = DayField(label=_("Från och med"))

    PERSON = ("personal_number", "first_name", "last_name", "customer_number", "phone")
    field_order = [*PERSON, *HomeFields.base_fields, "unit", "starts_on", "protection_level"]

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        offer_units(self, user, "change_recipients")
        units = cast(forms.ModelChoiceField, self.fields["unit"])
        only = list(units.queryset[:2]) if units.queryset is not None else []
        if len(only) == 1:
            units.initial = only[0].ref

    def person(self) -> dict[str, Any]:
        names = (*self.PERSON, "protection_level", "unit", "starts_on")
        return {name: self.cleaned_data[name] for name in names}

    def say_already_registered(self, text: str, url: str = "") -> None:
        """Beside the personnummer; with a link to the person for those who may see it."""
        if url:
            text = format_html('{} <a href="{}">{}</a>', text, url, gettext("Gå till personen"))
        self.add_error("personal_number", text)


class RecipientChangeForm(ChangeForm, PersonFields):
    secrets = {"personal_number": "", "phone": _("Ta bort telefonnumret")}
    field_order = ["first_name", "last_name", "customer_number", "personal_number", "phone"]

    def __init__(self, data: Any = None, *, recipient: Recipient, version: str) -> None:
        names = ("first_name", "last_name", "customer_number")
        values = {name: getattr(recipient, name) for name in names}
        kept = ["personal_number", *(["phone"] if recipient.phone else [])]
        super().__init__(data, values=values, version=version, kept=kept)


class MoveForm(HomeFields):
    on = DayField(label=_("Flyttar in"))


# --- the door of a home --------------------------------------------------------------------------


class HomeDoorChangeForm(ChangeForm):
    address = forms.CharField(label=_("Gatuadress"), max_length=120)
    postal_code = PostalCodeField()
    city = forms.CharField(label=_("Ort"), max_length=80)
    apartment_number = FlatNumberField(required=False)
    floor = forms.CharField(label=_("Våning"), max_length=10, required=False)
    tenure = forms.ChoiceField(label=_("Upplåtelseform"), choices=Tenure)
    needs_owner_consent = forms.BooleanField(
        label=_("Låset lämnar märken i dörren"),
        required=False,
        help_text=_(
            "Till exempel borrhål eller en ny cylinder. Då måste husets ägare också säga ja."
        ),
    )

    def __init__(self, data: Any = None, *, home_door: HomeDoor, version: str) -> None:
        names = [name for name in self.base_fields if name != "version"]
        values = {name: getattr(home_door, name) for name in names}
        super().__init__(data, values=values, version=version)


class PathForm(ChangeForm):
    """The entrances on the way to a home, in order from the street: one select for each step."""

    SPARE = 2  # empty steps after the last one

    def __init__(self, data: Any = None, *, home_door: HomeDoor, version: str) -> None:
        path = [step.entrance for step in home_door.path.select_related("entrance")]
        self.steps = [f"step_{number}" for number in range(1, len(path) + self.SPARE + 1)]
        values = {name: one.ref for name, one in zip(self.steps, path, strict=False)}
        super().__init__(data, values=values, version=version)
        near = Entrance.objects.in_use().filter(postal_code=home_door.postal_code)
        own = Entrance.objects.in_use().filter(real_property=home_door.real_property)
        choices = near | own | Entrance.objects.filter(pk__in=[one.pk for one in path])
        for number, name in enumerate(self.steps, start=1):
            self.fields[name] = forms.ModelChoiceField(
                label=gettext("Dörr %(number)d från gatan") % {"number": number},
                queryset=choices.order_by("address", "name", "pk"),
                to_field_name="ref",
                required=False,
                empty_label=gettext("Ingen"),
            )

    @property
    def entrances(self) -> list[Entrance]:
        return [self.cleaned_data[name] for name in self.steps if self.cleaned_data[name]]
