"""The shapes of input for mailings."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from homecare.organisation.models import District
from homecare.ui.forms import Segmented


class CampaignForm(forms.Form):
    """The area of a mailing, and how it is written."""

    name = forms.CharField(
        label=_("Namn"), max_length=80, help_text=_("Till exempel Årsta, hösten 2026.")
    )
    district = forms.ModelChoiceField(
        label=_("Stadsdelsområde"),
        queryset=District.objects.all(),
        required=False,
        empty_label=_("Alla"),
        help_text=_("Hem där en enhet i området har uppdraget."),
    )
    postal_codes = forms.CharField(
        label=_("Postnummer"),
        max_length=200,
        required=False,
        help_text=_("Hela eller början, med komma emellan: 120 57, 1205."),
    )
    language = forms.ChoiceField(
        label=_("Språk"), choices=settings.LANGUAGES, widget=Segmented(), initial="sv"
    )
    least_homes = forms.IntegerField(
        label=_("Minsta antal bostäder bakom portarna i ett brev"),
        min_value=2,
        max_value=50,
        initial=3,
        help_text=_("I små hus frågar vi om fler portar, så att brevet inte pekar ut ett hem."),
    )

    def clean_postal_codes(self) -> list[str]:
        codes = []
        for part in re.split(r"[,;\n]", self.cleaned_data["postal_codes"]):
            digits = "".join(part.split())
            if digits and not re.fullmatch(r"\d{2,5}", digits):
                raise ValidationError(
                    _now("”%(part)s” är inget postnummer. Skriv två till fem siffror.")
                    % {"part": part.strip()}
                )
            if digits:
                codes.append(digits)
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("district") and not cleaned.get("postal_codes"):
            self.add_error("district", _now("Välj ett område, skriv postnummer, eller båda."))
        return cleaned


class LeaveOutForm(forms.Form):
    """Why an entrance is taken out of a mailing."""

    reason = forms.CharField(
        label=_("Varför?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Till exempel: ägaren är redan på gång, porten byggs om."),
    )
