"""An owner's answer on paper or by phone: writing it down, and checking it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent.forms.answer import AnswerForm
from consent.forms.fields import ScanField
from consent.states import ConsentForm
from homecare.core import clock
from homecare.ui.forms import DateInput, Segmented


class SometimesScanField(ScanField):
    """A scan, needed where the answer came on paper: the form says when, and checks."""

    def validate(self, value: Any) -> None:
        pass


class RecordedAnswerForm(AnswerForm):
    """What an owner has answered on paper or by phone, as somebody of ours writes it down."""

    form = forms.ChoiceField(
        label=_("Hur kom svaret?"),
        choices=[(ConsentForm.PAPER, _("På papper")), (ConsentForm.ORAL, _("Per telefon"))],
        widget=Segmented(),
        error_messages={"required": _("Välj om svaret kom på papper eller per telefon.")},
    )
    given_on = forms.DateField(
        label=_("Datum"),
        help_text=_("Dagen som står på papperet, eller dagen för samtalet."),
        widget=DateInput(),
        error_messages={"required": _("Skriv datumet.")},
    )
    scan = SometimesScanField(
        label=_("Skannat papper"),
        help_text=_("Behövs när svaret kom på papper. PDF, PNG eller JPEG, högst 5 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("name", _now("Namn på den som svarade"), _now("Skriv namnet.")),
            ("title", _now("Roll"), _now("Skriv rollen.")),
        ):
            field = self.fields[name]
            field.label = label
            field.error_messages["required"] = missing
            field.widget.attrs["autocomplete"] = "off"

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > clock.today():
            raise ValidationError(_now("Datumet har inte varit än."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_paper = cleaned.get("form") == ConsentForm.PAPER
        if is_paper and not cleaned.get("scan") and "scan" not in self.errors:
            self.add_error("scan", _now("Välj det inskannade papperet."))
        return cleaned


class CheckForm(forms.Form):
    """That the evidence was looked at before an answer is let count."""

    has_looked = forms.BooleanField(
        label=_("Jag har jämfört svaret med underlaget"),
        error_messages={"required": _("Jämför svaret med underlaget och kryssa i rutan.")},
    )

    def __init__(self, *args: Any, form: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if form == ConsentForm.ORAL:
            field = self.fields["has_looked"]
            field.label = _now("Jag har gått igenom svaret med den som tog emot samtalet")
            field.error_messages["required"] = _now(
                "Gå igenom svaret med den som tog emot samtalet och kryssa i rutan."
            )
