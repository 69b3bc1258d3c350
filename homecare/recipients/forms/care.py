"""Commissions, death, protection, and those who are close."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from homecare.accounts.models import User
from homecare.core.forms import (
    ChangeForm,
    OnceForm,
    PhoneField,
)
from homecare.recipients.forms.fields import DayField, OptionalDayField, UnitField, offer_units
from homecare.recipients.models import (
    CommissionEnd,
    ContactPerson,
    OwnView,
    ProtectionLevel,
    Representative,
    RepresentativeKind,
)
from homecare.ui.forms import DateInput


class CommissionForm(forms.Form):
    unit = UnitField(label=_("Enhet som får uppdraget"))
    starts_on = DayField(label=_("Från och med"))

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        offer_units(self, user, "change_recipients")


class CommissionEndForm(forms.Form):
    on = DayField(label=_("Sista dagen"))
    because = forms.ChoiceField(
        label=_("Upphör därför att"),
        choices=[
            ("", _("Välj …")),
            *((end.value, end.label) for end in CommissionEnd if end != CommissionEnd.DIED),
        ],
    )
    reason = forms.CharField(label=_("Anteckning"), max_length=200, required=False)


class DeathForm(forms.Form):
    on = DayField(label=_("Dödsdag"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Motivering"), max_length=200)


# --- protection ----------------------------------------------------------------------------------


class ProtectionForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Skydd av personuppgifter"), choices=ProtectionLevel, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Motivering"),
        max_length=200,
        required=False,
        help_text=_("Krävs när skyddet sänks: varför, och på vems beslut. Skriv inget om hotet."),
    )


class AccountField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} – {obj.email}"


class NameStaffForm(forms.Form):
    user = AccountField(
        label=_("Medarbetare"),
        queryset=User.objects.none(),
        to_field_name="ref",
        empty_label=_("Välj …"),
        help_text=_("De som har en roll i en enhet med uppdrag hos personen."),
    )
    starts_on = DayField(label=_("Från och med"))
    ends_on = forms.DateField(
        label=_("Till och med"), widget=DateInput, help_text=_("Högst ett år fram.")
    )
    reason = forms.CharField(
        label=_("Varför personen behöver se uppgifterna"),
        max_length=200,
        help_text=_("Till exempel: sköter besöken på kvällar. Skriv inget om hotet."),
    )

    def __init__(self, data: Any = None, *, accounts: Any) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["user"]).queryset = accounts


# --- those who are close -------------------------------------------------------------------------


class RepresentativeFields(forms.Form):
    """Who may act for a person, and on what."""

    kind = forms.ChoiceField(
        label=_("Typ"), choices=[("", _("Välj …")), *RepresentativeKind.choices]
    )
    name = forms.CharField(label=_("Namn"), max_length=120)
    phone = PhoneField(required=False)
    email = forms.EmailField(label=_("E-postadress"), required=False)
    evidence = forms.CharField(
        label=_("Underlag"),
        max_length=160,
        help_text=_("Till exempel förordnande från överförmyndaren, eller en skriven fullmakt."),
    )
    evidence_seen_on = OptionalDayField(
        label=_("Underlaget kontrollerat"),
        help_text=_("Dagen då du eller en kollega såg underlaget."),
    )
    own_view = forms.ChoiceField(
        label=_("Personens egen inställning"),
        choices=[("", _("Inte frågad ännu")), *OwnView.choices],
        required=False,
        help_text=_("Säger personen nej ska enhetschefen ta ställning."),
    )
    starts_on = DayField(label=_("Från och med"))
    ends_on = OptionalDayField(
        label=_("Till och med"), help_text=_("Lämna tomt om det gäller tills vidare.")
    )

    def clean(self) -> dict[str, Any]:
        starts_on, ends_on = (self.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", gettext("Den sista dagen kan inte vara före den första."))
        return self.cleaned_data


class RepresentativeForm(OnceForm, RepresentativeFields):
    """A new representative."""


class RepresentativeChangeForm(ChangeForm, RepresentativeFields):
    secrets = {"phone": _("Ta bort telefonnumret"), "email": _("Ta bort e-postadressen")}

    def __init__(self, data: Any = None, *, representative: Representative, version: str) -> None:
        names = ("kind", "name", "evidence", "evidence_seen_on", "own_view", "starts_on", "ends_on")
        values = {name: getattr(representative, name) for name in names}
        kept = [name for name in self.secrets if getattr(representative, name)]
        super().__init__(data, values=values, version=version, kept=kept)


class EndForm(forms.Form):
    on = DayField(label=_("Sista dagen"))


class ContactPersonFields(forms.Form):
    """Somebody close to a person."""

    name = forms.CharField(label=_("Namn"), max_length=120)
    relation = forms.CharField(
        label=_("Relation"), max_length=60, required=False, help_text=_("Till exempel dotter.")
    )
    phone = PhoneField(required=False)
    lives_with = forms.BooleanField(
        label=_("Bor tillsammans med personen"),
        required=False,
        help_text=_("Då behöver den närstående samtycka om låset övervakar dörren."),
    )


class ContactPersonForm(OnceForm, ContactPersonFields):
    """A new contact person."""


class ContactPersonChangeForm(ChangeForm, ContactPersonFields):
    secrets = {"phone": _("Ta bort telefonnumret")}

    def __init__(self, data: Any = None, *, contact: ContactPerson, version: str) -> None:
        values = {name: getattr(contact, name) for name in ("name", "relation", "lives_with")}
        kept = ["phone"] if contact.phone else []
        super().__init__(data, values=values, version=version, kept=kept)
