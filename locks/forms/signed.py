"""A signature, drawn on the screen or on a paper that was scanned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import ScanField, SometimesSignatureField, check_signed_once


class SignedForm(forms.Form):
    """A form that somebody signs: one way or the other, and not both."""

    signature = SometimesSignatureField(label=_("Underskrift"))
    scan = ScanField(label=_("Skannat papper"), required=False)
    signed_by: Any = None  # whose signature, as the field's label says it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.signed_by:
            self.fields["signature"].label = self.signed_by

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_signed_once(self, cleaned)
        return cleaned
