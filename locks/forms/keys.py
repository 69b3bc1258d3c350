"""Keys: the register, and the counter where they are handed out."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from homecare.core import clock
from homecare.core.forms import ChangeForm, OnceForm
from homecare.organisation.models import CareUnit
from homecare.staff.models import StaffMember
from homecare.ui.forms import DateInput, Segmented
from locks import codes
from locks.forms.signed import SignedForm
from locks.models import Key, KeyKind
from locks.queries import who_can_receive

ANY = ("", _("Alla"))
CHOOSE = _("Välj …")
# When the evening shift ends, and how long somebody has a key who takes it after that.
SHIFT_ENDS = time(22)
NIGHT = timedelta(hours=8)
NAMES_SHOWN = 5


class KeyFilter(forms.Form):
    """What narrows the list of keys."""

    q = forms.CharField(label=_("Kod eller innehavare"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[
            ("", _("I förvar och ute")),
            ("in", _("I skåpet")),
            ("out", _("Utlämnade")),
            ("overdue", _("Försenade")),
            ("blocked", _("Spärrade – ska lämnas tillbaka")),
            ("gone", _("Har lämnat förvaret")),
        ],
    )
    unit = forms.ModelChoiceField(
        label=_("Enhet"),
        required=False,
        queryset=CareUnit.objects.none(),
        to_field_name="ref",
        empty_label=_("Alla"),
    )

    def __init__(self, data: Any, *, units: QuerySet[CareUnit]) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PersonSearchForm(forms.Form):
    """Whose key it is. Posted, so that a personnummer stands in no address."""

    q = forms.CharField(
        label=_("Namn, personnummer eller kundnummer"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )


class KeyFields(forms.Form):
    """What sort of key it is, and where it hangs."""

    kind = forms.ChoiceField(label=_("Typ"), choices=KeyKind.choices, widget=Segmented)
    cabinet = forms.CharField(label=_("Nyckelskåp"), required=False, max_length=40)
    hook = forms.CharField(label=_("Krok"), required=False, max_length=10)


class KeyForm(OnceForm, SignedForm, KeyFields):
    """A key to put in the register, signed for by whoever hands it over."""

    signed_by = _("Underskrift av den som lämnar nyckeln")
    from_name = forms.CharField(
        label=_("Vem lämnar nyckeln?"),
        max_length=120,
        help_text=_("Personen själv, en närstående eller ställföreträdaren."),
        widget=forms.TextInput({"autocomplete": "off", "list": "who"}),
    )

    unit = forms.ModelChoiceField(
        label=_("Enhet"),
        queryset=CareUnit.objects.none(),
        to_field_name="ref",
        empty_label=CHOOSE,
    )
    received_on = forms.DateField(label=_("Mottagen"), widget=DateInput, initial=clock.today)
    field_order = ["unit", "kind", "cabinet", "hook", "received_on"]

    def __init__(
        self, data: Any = None, files: Any = None, *, units: QuerySet[CareUnit], from_name: str
    ) -> None:
        only = list(units[:2])
        initial: dict[str, Any] = {"kind": KeyKind.METAL, "from_name": from_name}
        if len(only) == 1:
            initial["unit"] = only[0].ref
        super().__init__(data, files, initial=initial)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class KeyChangeForm(ChangeForm, KeyFields):
    """A key of the register."""

    def __init__(self, data: Any = None, *, key: Key, version: str) -> None:
        values = {name: getattr(key, name) for name in ("kind", "cabinet", "hook")}
        super().__init__(data, values=values, version=version)


class GiveBackForm(SignedForm):
    """Who got the key back, and signed for it."""

    signed_by = _("Underskrift av den som får nyckeln")
    to_name = forms.CharField(
        label=_("Vem får nyckeln?"),
        max_length=120,
        help_text=_("Personen själv, en närstående eller den som företräder dödsboet."),
        widget=forms.TextInput({"autocomplete": "off", "list": "who"}),
    )
    note = forms.CharField(
        label=_("Anteckning"),
        required=False,
        max_length=200,
        help_text=_("Till exempel hur du kontrollerade vem det var."),
    )


class DestroyForm(forms.Form):
    """Why a key is destroyed."""

    reason = forms.CharField(label=_("Varför makuleras nyckeln?"), max_length=200)


class ReverseForm(forms.Form):
    """Why a receipt is wrong."""

    reason = forms.CharField(label=_("Vad är fel med kvittensen?"), max_length=200)


# --- the counter ---------------------------------------------------------------------------------


class CodeField(forms.CharField):
    """One or several key codes, typed or scanned; cleaned to the codes as they are saved."""

    default_error_messages = {
        "invalid": _("%(typed)s är ingen nyckelkod. Läs av den igen, den ser ut som K-7F3Q-M."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "placeholder": "K-",
        }
        widget = forms.TextInput({**attrs, **kwargs.pop("attrs", {})})
        self.may_be_empty = kwargs.pop("may_be_empty", False)
        super().__init__(**{"max_length": 400, "widget": widget, **kwargs})

    def clean(self, value: Any) -> list[str]:
        if self.may_be_empty and not (value or "").strip():
            return []
        typed = super().clean(value)
        whole = codes.normalised(typed)
        if whole:
            return [whole]
        found = []
        for one in typed.replace(",", " ").replace(";", " ").split():
            code = codes.normalised(one)
            if code is None:
                raise ValidationError(
                    self.error_messages["invalid"], code="invalid", params={"typed": one}
                )
            found.append(code)
        return found


class CodeForm(forms.Form):
    """A key that comes back."""

    code = CodeField(label=_("Nyckelns kod"), attrs={"autofocus": True})


def end_of_shift() -> datetime:
    """When a key is back that goes out now: this evening, or after a night."""
    now = timezone.localtime(clock.now())
    evening = now.replace(hour=SHIFT_ENDS.hour, minute=0, second=0, microsecond=0)
    if now <= evening - timedelta(hours=1):
        return evening
    return (now + NIGHT).replace(minute=0, second=0, microsecond=0)


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class HandOutForm(SignedForm):
    """To whom keys go, and until when. Which keys is `BasketForm`."""

    signed_by = _("Underskrift av den som får nycklarna")

    to = forms.CharField(
        label=_("Medarbetare"),
        max_length=160,
        help_text=_("Namn eller anställningsnummer."),
        widget=forms.TextInput(
            {
                "list": "staff",
                "autocomplete": "off",
                "autofocus": True,
                # Who it is decides what stops each key on the counter.
                "hx-post": "",
                "hx-trigger": "change",
                "hx-include": "closest form",
                "hx-vals": '{"do": "add", "code": ""}',
                "hx-target": "#basket-list",
                "hx-select": "#basket-list",
                "hx-swap": "outerHTML",
            }
        ),
    )
    due_back_at = forms.DateTimeField(
        label=_("Åter senast"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        initial=end_of_shift,
    )
    field_order = ["to", "due_back_at"]

    def __init__(
        self, data: Any = None, files: Any = None, *, staff: QuerySet[StaffMember]
    ) -> None:
        super().__init__(data, files)
        self.staff = staff

    def clean_to(self) -> StaffMember:
        """The one that was typed. When several fit, they are named."""
        found = list(who_can_receive(self.cleaned_data["to"], self.staff)[: NAMES_SHOWN + 1])
        if not found:
            raise ValidationError(
                _("Ingen anställd i dina enheter heter så. Skriv namn eller anställningsnummer.")
            )
        if len(found) > 1:
            names = ", ".join(suggestion(one) for one in found[:NAMES_SHOWN])
            raise ValidationError(
                _("Flera passar: %(names)s. Skriv anställningsnumret.") % {"names": names}
            )
        return found[0]


def suggestion(member: StaffMember) -> str:
    """How a staff member is suggested, and understood when chosen."""
    return f"{member.name} · {member.staff_id}"


class BasketForm(forms.Form):
    """One or several more keys for the hand-out. Empty when there are enough on the counter."""

    use_required_attribute = False
    code = CodeField(label=_("Nyckelkod"), may_be_empty=True, help_text=_("Skanna eller skriv."))
