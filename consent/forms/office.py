"""Filters and forms of the office."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import ScanField
from consent.queries import entrances_of, properties_of
from consent.states import (
    CaseState,
    ConsentPath,
)
from homecare.core import clock
from homecare.organisation.models import District
from homecare.ui.forms import DateInput, Segmented
from properties.models import Entrance, OwnerKind, Property, PropertyOwner


class CaseFilter(forms.Form):
    """Which requests the list shows."""

    OPEN = "open"
    TO_CHECK = "to_check"

    state = forms.ChoiceField(
        label=_("Läge"),
        choices=[
            (OPEN, _("Väntar på svar")),
            (TO_CHECK, _("Svar att kontrollera")),
            *CaseState.choices,
            ("", _("Alla")),
        ],
        required=False,
    )
    q = forms.CharField(label=_("Ägare"), max_length=80, required=False)
    month = forms.DateField(
        label=_("Skickad i månad"),
        input_formats=["%Y-%m"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("ÅÅÅÅ-MM"), "inputmode": "numeric"}),
        error_messages={"invalid": _("Skriv år och månad, till exempel 2026-11.")},
    )


class AreaFilter(forms.Form):
    """Of which area the numbers are."""

    area = forms.ModelChoiceField(
        label=_("Område"),
        queryset=District.objects.all(),
        to_field_name="ref",
        required=False,
        empty_label=_("Alla"),
    )


class CoverageFilter(AreaFilter):
    """Which entrances the list of coverage shows."""

    path = forms.ChoiceField(
        label=_("Läge"),
        choices=[
            ("", _("Alla")),
            *ConsentPath.choices,
            ("opened", _("Öppnad men inte besvarad")),
            ("conditions", _("Ja med villkor")),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Typ av ägare"),
        choices=[("", _("Alla")), *OwnerKind.choices, ("none", _("Ägare saknas"))],
        required=False,
    )
    q = forms.CharField(label=_("Ägare eller adress"), max_length=80, required=False)
    day = forms.DateField(label=_("Så var det den"), required=False, widget=DateInput())
    field_order = ["path", "kind", "area", "q", "day"]

    def clean_day(self) -> Any:
        """A day that is past; today is the list as it is."""
        day = self.cleaned_data["day"]
        return day if day and day < clock.today() else None


class ConsentFilter(forms.Form):
    """Which consents of owners the list shows."""

    q = forms.CharField(label=_("Ägare"), max_length=80, required=False)
    ended = forms.BooleanField(label=_("Visa även upphörda"), required=False)


class AskForm(forms.Form):
    """Which of an owner's entrances to ask about, and in which language."""

    entrances = forms.ModelMultipleChoiceField(
        label=_("Portar att fråga om"),
        help_text=_("Portar på vägen till en bostad där någon behöver det är redan valda."),
        queryset=Entrance.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en port.")},
    )
    language = forms.ChoiceField(
        label=_("Språk"), choices=settings.LANGUAGES, widget=Segmented(), initial="sv"
    )

    def __init__(self, *args: Any, entrances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entrances"]
        field.queryset = entrances
        field.label_from_instance = _name_of_entrance


def _name_of_entrance(entrance: Any) -> str:
    name = f"{entrance} – {entrance.real_property}"
    return f"{name} ({ConsentPath.NO.label})" if entrance.path == ConsentPath.NO else name


class ReasonForm(forms.Form):
    """Why something is ended."""

    reason = forms.CharField(
        label=_("Orsak"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class OwnerConsentForm(forms.Form):
    """A yes that an owner has signed on paper."""

    covers = forms.ChoiceField(
        label=_("Medgivandet gäller"),
        choices=[
            ("everything", _("Alla fastigheter")),
            ("properties", _("Vissa fastigheter")),
            ("entrances", _("Vissa portar")),
        ],
        widget=Segmented(),
    )
    properties = forms.ModelMultipleChoiceField(
        label=_("Fastigheter"),
        queryset=Property.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    entrances = forms.ModelMultipleChoiceField(
        label=_("Portar"),
        queryset=Entrance.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    home_doors_too = forms.BooleanField(
        label=_("Gäller även montering på bostadsdörrar"),
        help_text=_("Bara för hela fastigheter."),
        required=False,
    )
    given_on = forms.DateField(label=_("Undertecknat den"), widget=DateInput())
    given_by_name = forms.CharField(label=_("Undertecknat av"), max_length=120)
    conditions = forms.CharField(
        label=_("Villkor"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scan = ScanField(label=_("Skannat papper"))

    def __init__(self, *args: Any, owner: PropertyOwner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        properties: Any = self.fields["properties"]
        entrances: Any = self.fields["entrances"]
        properties.queryset = properties_of(owner)
        entrances.queryset = entrances_of(owner)

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > clock.today():
            raise ValidationError(_now("Datumet har inte varit än."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("covers")
        for name in ("properties", "entrances"):
            if name == chosen and not cleaned.get(name):
                self.add_error(name, _now("Välj minst en."))
            elif name != chosen:
                cleaned[name] = []
        if chosen == "entrances" and cleaned.get("home_doors_too"):
            self.add_error("home_doors_too", _now("Går bara för hela fastigheter."))
        cleaned["everything"] = cleaned.pop("covers", None) == "everything"
        return cleaned
