"""Fields that several forms of the room share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent import proofs
from consent.states import RefusalReason
from homecare.core.errors import RuleBroken
from homecare.ui.forms import FileDrop, SignatureField

NO_REASON = ("", _("Välj orsak"))


class SometimesField(forms.ChoiceField):
    """A choice that must be made where it is asked: the form says when, and checks."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class SometimesSignatureField(SignatureField):
    """A signature, needed with a yes where no paper was scanned: the form checks."""

    def validate(self, value: Any) -> None:
        pass


class ReasonField(SometimesField):
    """Why somebody says no: asked with a no."""

    def __init__(self, *, choices: Iterable[RefusalReason], **given: Any) -> None:
        named = [(one.value, one.label) for one in choices]
        super().__init__(choices=[NO_REASON, *named], **given)


class ScanField(forms.FileField):
    """A scan or a photograph of a signed paper, cleaned to its bytes."""

    widget = FileDrop

    def __init__(self, **given: Any) -> None:
        given.setdefault("help_text", _("PDF, PNG eller JPEG, högst 5 MB."))
        super().__init__(**given)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        content = file.read(proofs.LARGEST_SCAN + 1)
        try:
            proofs.media_type_of_scan(content)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from broken
        return content


def check_signed_once(form: forms.Form, cleaned: dict[str, Any]) -> bool:
    """Whether `form` is signed: on the screen or on a scanned paper, one of the two. What is
    missing, or too much, is said at the field.
    """
    if {"signature", "scan"} & set(form.errors):
        return False
    signature, scan = cleaned.get("signature"), cleaned.get("scan")
    if not signature and not scan:
        form.add_error("signature", _now("Skriv under i rutan, eller välj ett skannat papper."))
    elif signature and scan:
        form.add_error("scan", _now("Välj antingen underskrift i rutan eller skannat papper."))
    return bool(signature) != bool(scan)


class WhoAnswers(forms.Form):
    """Who speaks for the owner."""

    name = forms.CharField(
        label=_("Ditt namn"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Skriv ditt namn.")},
    )
    title = forms.CharField(
        label=_("Din roll"),
        max_length=80,
        help_text=_("Till exempel förvaltare, ordförande eller ägare."),
        error_messages={"required": _("Skriv din roll.")},
    )
