from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.core import clock
from homecare.core.forms import (
    ChangeForm,
    OrganisationNumberField,
    PersonalNumberField,
    PhoneField,
    PostalCodeField,
)
from homecare.ui.forms import DateInput
from properties.models import (
    AccessSolution,
    Entrance,
    OwnerContact,
    OwnerKind,
    Property,
    PropertyOwner,
)

ANY = ("", _("Alla"))


class OwnerField(forms.ModelChoiceField):
    """An owner of the register, by its reference."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Ägare"),
                "queryset": PropertyOwner.objects.all(),
                "to_field_name": "ref",
                "empty_label": _("Välj …"),
                **kwargs,
            }
        )


class DayField(forms.DateField):
    """A day, today when nothing else is said."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"initial": clock.today, **kwargs})


# --- owners --------------------------------------------------------------------------------------


class OwnerFilter(forms.Form):
    """What narrows the list of owners."""

    q = forms.CharField(label=_("Namn eller organisationsnummer"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Typ"), required=False, choices=[ANY, *OwnerKind.choices])
    contact = forms.ChoiceField(
        label=_("Kontakt"),
        required=False,
        choices=[ANY, ("yes", _("Får kontaktas")), ("no", _("Kontakta ej"))],
    )


class OwnerFields(forms.Form):
    """The facts of an owner."""

    name = forms.CharField(label=_("Namn"), max_length=160)
    kind = forms.ChoiceField(
        label=_("Typ av ägare"), choices=[("", _("Välj …")), *OwnerKind.choices]
    )
    organisation_number = OrganisationNumberField(
        required=False, help_text=_("Företag, föreningar, stiftelser och kommuner.")
    )
    personal_number = PersonalNumberField(
        label=_("Personnummer"), required=False, help_text=_("Bara privatpersoner och dödsbon.")
    )
    postal_address = forms.CharField(label=_("Postadress"), max_length=160, required=False)
    postal_code = PostalCodeField(required=False)
    city = forms.CharField(label=_("Ort"), max_length=80, required=False)
    do_not_contact = forms.BooleanField(
        label=_("Kontakta ej"),
        required=False,
        help_text=_("Ägaren får inga utskick och inga påminnelser."),
    )


class OwnerForm(OwnerFields):
    """A new owner."""


class OwnerChangeForm(ChangeForm, OwnerFields):
    secrets = {"personal_number": _("Ta bort personnumret")}

    def __init__(self, data: Any = None, *, owner: PropertyOwner, version: str) -> None:
        names = ("name", "kind", "organisation_number", "postal_address", "postal_code", "city")
        values = {name: getattr(owner, name) for name in (*names, "do_not_contact")}
        kept = ["personal_number"] if owner.personal_number else []
        super().__init__(data, values=values, version=version, kept=kept)


class ContactFields(forms.Form):
    """Somebody to write to at an owner."""

    name = forms.CharField(label=_("Namn"), max_length=120)
    title = forms.CharField(
        label=_("Roll"), max_length=80, required=False, help_text=_("Till exempel förvaltare.")
    )
    email = forms.EmailField(
        label=_("E-postadress"),
        required=False,
        help_text=_("Hit går förfrågningar om medgivande."),
    )
    phone = PhoneField(required=False)
    starts_on = DayField(label=_("Från och med"))
    ends_on = forms.DateField(
        label=_("Till och med"),
        widget=DateInput,
        required=False,
        help_text=_("Lämna tomt om det gäller tills vidare."),
    )

    def clean(self) -> dict[str, Any]:
        starts_on, ends_on = (self.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Den sista dagen kan inte vara före den första."))
        return self.cleaned_data


class ContactForm(ContactFields):
    """A new contact."""


class ContactChangeForm(ChangeForm, ContactFields):
    def __init__(self, data: Any = None, *, contact: OwnerContact, version: str) -> None:
        names = ("name", "title", "email", "phone", "starts_on", "ends_on")
        values = {name: getattr(contact, name) for name in names}
        super().__init__(data, values=values, version=version)


class EndForm(forms.Form):
    """The last day of something."""

    on = DayField(label=_("Sista dagen"))


# --- properties ----------------------------------------------------------------------------------


class PropertyFilter(forms.Form):
    """What narrows the list of properties."""

    q = forms.CharField(label=_("Fastighetsbeteckning"), required=False, max_length=100)
    owner = OwnerField(required=False, empty_label=_("Alla"))


DESIGNATION_HELP = _("Som i fastighetsregistret, till exempel Skogen 1:2.")


class PropertyForm(forms.Form):
    """A new property, with who owns it."""

    designation = forms.CharField(
        label=_("Fastighetsbeteckning"), max_length=80, help_text=DESIGNATION_HELP
    )
    owner = OwnerField()
    owned_from = DayField(label=_("Ägare från och med"))


class PropertyChangeForm(ChangeForm):
    designation = forms.CharField(
        label=_("Fastighetsbeteckning"), max_length=80, help_text=DESIGNATION_HELP
    )

    def __init__(self, data: Any = None, *, real_property: Property, version: str) -> None:
        values = {"designation": real_property.designation}
        super().__init__(data, values=values, version=version)


class SaleForm(forms.Form):
    """A change of owner."""

    to = OwnerField(label=_("Ny ägare"))
    on = DayField(label=_("Äger från och med"), help_text=_("Tillträdesdagen."))
    reason = forms.CharField(
        label=_("Underlag"),
        max_length=200,
        required=False,
        help_text=_("Till exempel lagfart, eller brev från den nya ägaren."),
    )


# --- entrances -----------------------------------------------------------------------------------


class EntranceFilter(forms.Form):
    """What narrows the list of entrances."""

    q = forms.CharField(
        label=_("Adress, benämning eller fastighet"), required=False, max_length=100
    )
    access_solution = forms.ChoiceField(
        label=_("Så öppnas porten"), required=False, choices=[ANY, *AccessSolution.choices]
    )
    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[("", _("Används")), ("closed", _("Används inte längre")), ("all", _("Alla"))],
    )


CODE_ATTRS = {"autocomplete": "off", "spellcheck": "false"}


class EntranceFields(forms.Form):
    """The facts of an entrance."""

    address = forms.CharField(
        label=_("Gatuadress"), max_length=120, help_text=_("Till exempel Siljansvägen 12.")
    )
    name = forms.CharField(
        label=_("Benämning"),
        max_length=60,
        required=False,
        help_text=_("Om adressen har flera portar: gårdsport, grind, källardörr."),
    )
    postal_code = PostalCodeField()
    city = forms.CharField(label=_("Ort"), max_length=80)
    access_solution = forms.ChoiceField(
        label=_("Så öppnas porten i dag"),
        choices=AccessSolution,
        initial=AccessSolution.UNKNOWN,
    )
    homes = forms.IntegerField(
        label=_("Antal bostäder bakom porten"),
        required=False,
        min_value=1,
        max_value=2000,
        help_text=_("Alla i huset, inte bara hem med hemtjänst. I små hus frågar vi bredare."),
    )
    entrance_code = forms.CharField(
        label=_("Portkod"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=CODE_ATTRS),
        help_text=_("Sparas krypterad. Varje gång någon visar den loggas."),
    )


class EntranceForm(EntranceFields):
    """A new entrance."""


class EntranceChangeForm(ChangeForm, EntranceFields):
    secrets = {"entrance_code": _("Ta bort portkoden")}

    def __init__(self, data: Any = None, *, entrance: Entrance, version: str) -> None:
        names = ("address", "name", "postal_code", "city", "access_solution", "homes")
        values = {name: getattr(entrance, name) for name in names}
        kept = ["entrance_code"] if entrance.entrance_code else []
        super().__init__(data, values=values, version=version, kept=kept)


class CloseForm(forms.Form):
    """From when an entrance is not used."""

    on = DayField(label=_("Används inte från och med"))
    reason = forms.CharField(label=_("Motivering"), max_length=200, required=False)
