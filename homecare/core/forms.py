"""What forms of several rooms have in common."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from secrets import token_hex
from typing import Any
from uuid import UUID

from django import forms
from django.utils import formats
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homecare.core import numbers
from homecare.core.errors import RuleBroken
from homecare.core.numbers import NumberRefused
from homecare.core.versions import ChangedMeanwhile


def carry_out(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Do what a valid form asks for, and give what came of it.

    None when a rule forbids it; the form then says why.
    """
    try:
        return act()
    except ChangedMeanwhile as broken:
        if not isinstance(form, ChangeForm):
            raise
        form.show_changed(broken)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
    return None


class ChangeForm(forms.Form):
    """A form that changes a row, and notices that somebody else changed it meanwhile.

    `values` are those of the row now, by the names of the fields; `version` is `version_of(row)`.
    The action gets `seen=form.seen` and `**form.values`, by way of `carry_out`.

    `secrets` names the fields whose value is not shown, each with the words of the box that takes
    it away ("" where it must stay); `kept` says which of them have a value now. For each `values`
    has a new value, "" for one taken away, or None for the one that is kept.
    """

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    secrets: Mapping[str, Any] = {}

    def __init__(
        self,
        data: Any = None,
        *,
        values: dict[str, Any],
        version: str,
        kept: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial={**values, "version": version}, **kwargs)
        order = list(self.fields)
        for name, words in self.secrets.items():
            self.fields[name].required = False
            if name not in kept:
                continue
            self.fields[name].help_text = _("Finns och visas inte. Lämna tomt för att behålla.")
            if words:
                self.fields[f"{name}_gone"] = forms.BooleanField(label=words, required=False)
                order.insert(order.index(name) + 1, f"{name}_gone")
        self.order_fields(order)

    @property
    def seen(self) -> str:
        """The version that the page showed to the person who sends the form."""
        seen: str = self.cleaned_data["version"]
        return seen

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, for the action."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        for name in self.secrets:
            gone = values.pop(f"{name}_gone", False)
            values[name] = values[name] or ("" if gone else None)
        return values

    def show_changed(self, broken: ChangedMeanwhile) -> None:
        """Say what the others wrote, beside each field, and let the next try write it over."""
        self.add_error(None, str(broken))
        for name in self.fields:
            if name in broken.fields:
                self.add_error(name, self._what_stands_now(name))
        sent: Any = self.data
        data = sent.copy()
        data[self.add_prefix("version")] = broken.version
        self.data = data

    def _what_stands_now(self, name: str) -> str:
        if name not in self.initial:
            return _("Någon annan har ändrat den här uppgiften.")
        return _("Nu står det: %(value)s") % {
            "value": _shown(self.fields[name], self.initial[name]) or _("tomt")
        }


def _shown(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        return str(rows.filter(**{field.to_field_name or "pk": value}).first() or "")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    return str(field.prepare_value(value))


class OnceForm(forms.Form):
    """A form that makes a row, and one row only however many times it is sent.

    The page carries a random token. Of the token, whoever sends it and what was filled in comes
    the reference of the row (`ref_for`); the action gives the row that has it already. What is
    filled in otherwise is another row. The action gets `**form.values`.
    """

    once = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput, initial=lambda: token_hex(16)
    )

    def ref_for(self, user: Any, about: Any) -> UUID | None:
        """The reference of the row that this form makes of `about`; None without a token.

        It is a keyed hash, so that nobody chooses the reference of a row.
        """
        if not self.cleaned_data["once"]:
            return None
        sent = sorted((name, str(getattr(it, "pk", it))) for name, it in self.cleaned_data.items())
        said = json.dumps([type(self).__name__, user.pk, about.pk, sent])
        digest = salted_hmac("homecare.core.forms.OnceForm", said, algorithm="sha256").digest()
        return UUID(bytes=digest[:16], version=4)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, for the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


# --- numbers, written in any of the usual ways ---------------------------------------------------


class NumberField(forms.CharField):
    """A number that people write in many ways; cleaned to the one form that is saved."""

    read: Callable[[str], str]
    shown: Callable[[str], str]
    attrs: dict[str, str] = {}

    def clean(self, value: Any) -> str:
        written: str = super().clean(value)
        return type(self).read(written) if written else ""

    def prepare_value(self, value: Any) -> Any:
        """The saved form as people write it; what somebody typed stays as they typed it."""
        try:
            saved = bool(value) and type(self).read(value) == value
        except NumberRefused:
            saved = False
        return type(self).shown(value) if saved else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **self.attrs}


class PersonalNumberField(NumberField):
    read = staticmethod(numbers.personal_id_number)
    shown = staticmethod(numbers.shown_personal_id_number)
    attrs = {"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": gettext_lazy("Personnummer eller samordningsnummer"),
                "help_text": gettext_lazy("ÅÅÅÅMMDD-NNNN."),
                "max_length": 20,
                **kwargs,
            }
        )


class OrganisationNumberField(NumberField):
    read = staticmethod(numbers.organisation_number)
    shown = staticmethod(numbers.shown_organisation_number)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": gettext_lazy("Organisationsnummer"), "max_length": 20, **kwargs}
        )


class PhoneField(NumberField):
    read = staticmethod(numbers.phone_number)
    shown = staticmethod(numbers.shown_phone_number)
    attrs = {"autocomplete": "off", "inputmode": "tel"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Telefon"), "max_length": 40, **kwargs})


class PostalCodeField(NumberField):
    read = staticmethod(numbers.postal_code)
    shown = staticmethod(numbers.shown_postal_code)
    attrs = {"inputmode": "numeric"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Postnummer"), "max_length": 12, **kwargs})


class FlatNumberField(NumberField):
    read = staticmethod(numbers.flat_number)
    shown = staticmethod(str)
    attrs = {"inputmode": "numeric"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": gettext_lazy("Lägenhetsnummer"),
                "help_text": gettext_lazy("Fyra siffror, till exempel 1102."),
                "max_length": 12,
                **kwargs,
            }
        )
