"""What a technician records at the door, on a phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from homecare.ui.forms import Segmented, SignatureField
from locks.models import FallbackKind
from locks.states import Attended, NotPossibleReason, TestPoint

PASSED, FAILED = "yes", "no"
CHOOSE = _("Välj …")
# Why a lock that was fitted all the same does not work on the door.
TAKEN_DOWN_BECAUSE = [
    (reason.value, reason.label)
    for reason in (
        NotPossibleReason.LOCK_CASE,
        NotPossibleReason.OLD_DOOR,
        NotPossibleReason.GLASS,
        NotPossibleReason.DAMAGE,
        NotPossibleReason.UNWILLING,
        NotPossibleReason.OTHER,
    )
]


class TestFields(forms.Form):
    """One answer for each point of the function test."""

    __test__ = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in TestPoint:
            self.fields[f"test_{point}"] = forms.ChoiceField(
                label=point.label,
                choices=[(PASSED, _("Ja")), (FAILED, _("Nej"))],
                widget=Segmented,
                error_messages={"required": _("Prova punkten och svara.")},
            )

    @property
    def tests(self) -> list[forms.BoundField]:
        return [self[f"test_{point}"] for point in TestPoint]

    @property
    def tests_passed(self) -> list[str]:
        return [str(point) for point in TestPoint if self.cleaned_data[f"test_{point}"] == PASSED]


class MinutesField(forms.IntegerField):
    """How long the work took."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Minuter"),
            required=False,
            min_value=1,
            max_value=600,
            widget=forms.NumberInput({"inputmode": "numeric"}),
        )


class RecordForm(TestFields):
    """The record of a fitting (protokollet)."""

    serial = forms.CharField(
        label=_("Låsets serienummer"),
        max_length=60,
        widget=forms.TextInput(
            {
                "autocapitalize": "characters",
                "autocomplete": "off",
                "autocorrect": "off",
                "spellcheck": "false",
            }
        ),
    )
    minutes = MinutesField()
    damage = forms.CharField(
        label=_("Skador eller märken"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )
    removed_parts = forms.CharField(
        label=_("Originaldelar"),
        required=False,
        max_length=200,
        help_text=_("Påsens nummer och var den förvaras."),
    )
    fallback = forms.ChoiceField(
        label=_("Reservväg"),
        choices=[("", CHOOSE), *FallbackKind.choices],
        help_text=_("Hur personalen kommer in om låset inte fungerar."),
    )
    fallback_note = forms.CharField(
        label=_("Mer om reservvägen"),
        required=False,
        max_length=200,
        help_text=_("Skriv ingen kod."),
    )
    attended = forms.ChoiceField(
        label=_("Vem var med?"), required=False, choices=[("", CHOOSE), *Attended.choices]
    )
    signature = SignatureField(label=_("Underskrift"), required=False)
    is_right = forms.BooleanField(
        error_messages={"required": _("Kryssa i att protokollet stämmer.")}
    )

    def __init__(
        self, data: Any = None, *, is_home: bool, signer: str, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["is_right"].label = _now("Jag, %(name)s, intygar att protokollet stämmer") % {
            "name": signer
        }
        if not is_home:
            del self.fields["fallback"]
            del self.fields["fallback_note"]

    @property
    def record(self) -> dict[str, Any]:
        """What the action asks for."""
        names = (
            "serial",
            "minutes",
            "damage",
            "removed_parts",
            "fallback",
            "fallback_note",
            "attended",
            "signature",
        )
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {**given, "tests_passed": self.tests_passed}


class NotPossibleForm(forms.Form):
    """Why the job could not be done."""

    reason = forms.ChoiceField(
        label=_("Vad stoppade jobbet?"),
        choices=NotPossibleReason.choices,
        widget=Segmented,
    )
    note = forms.CharField(
        label=_("Mer om det"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv inget om personen eller vården."),
    )


class RemovalRecordForm(forms.Form):
    """The record of a lock taken down."""

    parts_restored = forms.ChoiceField(
        label=_("Sitter originaldelarna på plats igen?"),
        choices=[(PASSED, _("Ja")), (FAILED, _("Nej"))],
        widget=Segmented,
    )
    note = forms.CharField(
        label=_("Anteckning"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv varför om originaldelarna inte sitter på plats."),
    )

    @property
    def record(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "parts_restored": cleaned["parts_restored"] == PASSED,
            "note": cleaned["note"],
        }


class TakeDownForm(RemovalRecordForm):
    """Why a lock that did not pass the test is taken down again, and how the door is left."""

    reason = forms.ChoiceField(
        label=_("Varför tar du ned låset?"), choices=TAKEN_DOWN_BECAUSE, widget=Segmented
    )
    note = forms.CharField(
        label=_("Anteckning"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv vad som var fel, om det inte står ovan. Skriv inget om personen."),
    )
    field_order = ["reason", "parts_restored", "note"]

    @property
    def record(self) -> dict[str, Any]:
        return {**super().record, "reason": self.cleaned_data["reason"]}
