from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.mailing.models import Channel, MessageState


class MessageFilter(forms.Form):
    """Which messages the list shows."""

    state = forms.ChoiceField(
        label=_("Läge"), choices=[("", _("Alla")), *MessageState.choices], required=False
    )
    channel = forms.ChoiceField(
        label=_("Kanal"), choices=[("", _("Alla")), *Channel.choices], required=False
    )
    q = forms.CharField(label=_("Mottagare eller rubrik"), max_length=80, required=False)


class PrintForm(forms.Form):
    """How the letters that wait are printed."""

    large = forms.BooleanField(
        label=_("Stor stil"),
        help_text=_("För alla brev i utskriften. Breven blir längre."),
        required=False,
    )
