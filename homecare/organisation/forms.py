from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.core import clock
from homecare.core.forms import ChangeForm, OrganisationNumberField, PhoneField
from homecare.organisation.models import CareUnit, District, Provider, ProviderKind
from homecare.ui.forms import DateInput


class UnitFilter(forms.Form):
    """What narrows the list of units."""

    q = forms.CharField(label=_("Namn eller kod"), required=False, max_length=100)
    provider = forms.ModelChoiceField(
        label=_("Utförare"),
        required=False,
        queryset=Provider.objects.all(),
        to_field_name="ref",
        empty_label=_("Alla"),
    )
    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[("", _("Öppna")), ("closed", _("Avslutade")), ("all", _("Alla"))],
    )


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=160)
    code = forms.CharField(
        label=_("Enhetskod"),
        max_length=20,
        help_text=_("Den kod som enheten har i era andra system och listor."),
    )
    provider = forms.ModelChoiceField(
        label=_("Utförare"),
        queryset=Provider.objects.all(),
        to_field_name="ref",
        empty_label=_("Välj …"),
    )
    district = forms.ModelChoiceField(
        label=_("Stadsdelsområde"),
        queryset=District.objects.all(),
        to_field_name="ref",
        required=False,
        empty_label=_("Inget"),
    )
    phone = PhoneField(required=False)


class UnitChangeForm(ChangeForm, UnitForm):
    def __init__(self, data: Any = None, *, unit: CareUnit, version: str) -> None:
        values = {name: getattr(unit, name) for name in ("name", "code", "phone")}
        values["provider"] = unit.provider.ref
        values["district"] = unit.district and unit.district.ref
        super().__init__(data, values=values, version=version)


class CloseForm(forms.Form):
    on = forms.DateField(
        label=_("Avslutad från och med"),
        widget=DateInput,
        help_text=_("Från den dagen kan enheten inte väljas längre."),
    )
    reason = forms.CharField(label=_("Motivering"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class ProviderForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=160)
    kind = forms.ChoiceField(label=_("Regi"), choices=ProviderKind, widget=forms.RadioSelect)
    organisation_number = OrganisationNumberField(required=False)
    has_support_all_hours = forms.BooleanField(
        label=_("Stöd finns dygnet runt när en digital nyckel inte fungerar"), required=False
    )
    fallback_practised_on = forms.DateField(
        label=_("Reservrutinen övad senast"),
        widget=DateInput,
        required=False,
        help_text=_("Vad personalen gör när de inte kommer in med den digitala nyckeln."),
    )


class ProviderChangeForm(ChangeForm, ProviderForm):
    def __init__(self, data: Any = None, *, provider: Provider, version: str) -> None:
        values = {name: getattr(provider, name) for name in ProviderForm.base_fields}
        super().__init__(data, values=values, version=version)


class DistrictForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=120)
    code = forms.CharField(label=_("Kod"), max_length=20)


class DistrictChangeForm(ChangeForm, DistrictForm):
    def __init__(self, data: Any = None, *, district: District, version: str) -> None:
        super().__init__(
            data, values={"name": district.name, "code": district.code}, version=version
        )
