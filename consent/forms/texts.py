"""A text to agree to, as it is drafted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent import validation
from consent.models import ConsentText
from consent.states import (
    TextLanguage,
)
from homecare.core import clock
from homecare.ui.forms import DateInput, Segmented


class TextForm(forms.Form):
    """The words of a draft to agree to, and whom it is for. A draft that is there keeps its party
    and its language.
    """

    party = forms.ChoiceField(
        label=_("Till"), choices=ConsentText.Party.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Språk"), choices=TextLanguage.choices, widget=Segmented())
    version = forms.CharField(
        label=_("Version"),
        max_length=20,
        help_text=_("Visas för den som svarar, till exempel 2026-2."),
    )
    valid_from = forms.DateField(
        label=_("Gäller från"),
        widget=DateInput(),
        help_text=_("Används från den dagen, när någon annan har godkänt texten."),
    )
    title = forms.CharField(label=_("Rubrik"), max_length=160)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "Tom rad mellan stycken. ”## ” först på raden gör en rubrik, ”- ” en punkt i en lista."
        ),
    )

    def __init__(self, *args: Any, draft: ConsentText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        if draft:
            del self.fields["party"], self.fields["language"]

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < clock.today():
            raise ValidationError(_now("Dagen har varit. Välj i dag eller en senare dag."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        party = self.draft.party if self.draft else cleaned.get("party")
        if party and "body" in cleaned:
            for fault in validation.faults_of(party, cleaned.get("title", ""), cleaned["body"]):
                self.add_error("body", fault)
        return cleaned
