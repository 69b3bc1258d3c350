"""The shapes of input on an owner's page, besides the answer itself."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import WhoAnswers
from properties.models import Entrance


class CodeForm(forms.Form):
    """The code that came by e-mail, to sign with."""

    code = forms.CharField(
        label=_("Koden i e-postmeddelandet"),
        max_length=12,
        help_text=_("Sex siffror."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        ),
        error_messages={"required": _("Skriv koden.")},
    )


class ShortCodeForm(forms.Form):
    """The code of a letter, which opens the owner's page."""

    code = forms.CharField(
        label=_("Koden i brevet"),
        max_length=20,
        help_text=_(
            "Nio tecken, till exempel 7F3-QK2-MW9. Stora och små bokstäver spelar ingen roll."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Skriv koden som står i brevet.")},
    )


class ContactForm(forms.Form):
    """Whom the municipality should write to instead."""

    name = forms.CharField(
        label=_("Namn"), max_length=120, error_messages={"required": _("Skriv namnet.")}
    )
    title = forms.CharField(label=_("Roll"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-postadress"),
        max_length=254,
        error_messages={
            "required": _("Skriv e-postadressen."),
            "invalid": _("Skriv en hel e-postadress, till exempel namn@foreningen.se."),
        },
    )


class WithdrawForm(WhoAnswers):
    """Which entrances an owner takes its yes back for."""

    entrances = forms.ModelMultipleChoiceField(
        label=_("Portar"),
        queryset=Entrance.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en port.")},
    )
    reason = forms.CharField(
        label=_("Varför?"),
        max_length=200,
        required=False,
        help_text=_("Du behöver inte svara."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["entrances", "reason", "name", "title"]

    def __init__(self, *args: Any, entrances: Iterable[Entrance], code: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entrances"]
        field.queryset = Entrance.objects.filter(pk__in=[one.pk for one in entrances])
        if code:
            self.fields["code"] = CodeForm.base_fields["code"]
