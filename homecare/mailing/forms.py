from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.mailing.models import MessageState


class MessageFilter(forms.Form):
    """Which messages the list shows."""

    state = forms.ChoiceField(
        label=_("Läge"), choices=[("", _("Alla")), *MessageState.choices], required=False
    )
    q = forms.CharField(label=_("Mottagare eller rubrik"), max_length=80, required=False)
