from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """What the search field in the header sends."""

    q = forms.CharField(
        label=_("Sök"),
        min_length=2,
        max_length=100,
        help_text=_(
            "Personer söks på namn, personnummer eller kundnummer. Portar på adress, lås på "
            "serienummer och nycklar på kod."
        ),
        error_messages={"min_length": _("Skriv minst två tecken.")},
    )
