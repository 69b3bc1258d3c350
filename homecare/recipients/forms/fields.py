"""Fields of several forms."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.accounts.access import units_where
from homecare.core import clock
from homecare.organisation.models import CareUnit
from homecare.ui.forms import DateInput


class DayField(forms.DateField):
    """A day, today when nothing else is said."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"initial": clock.today, **kwargs})


class OptionalDayField(forms.DateField):
    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})


class UnitField(forms.ModelChoiceField):
    """A unit, by its reference; `offer` says which."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Enhet"),
                "queryset": CareUnit.objects.none(),
                "to_field_name": "ref",
                "empty_label": _("Välj …"),
                **kwargs,
            }
        )


def offer_units(form: forms.Form, user: Any, right: str, *, only_open: bool = True) -> None:
    """Let the form's field `unit` offer the units where `user` has the right."""
    units = units_where(user, right).order_by("name", "pk")
    field = cast(forms.ModelChoiceField, form.fields["unit"])
    field.queryset = units.open_on(clock.today()) if only_open else units  # type: ignore[attr-defined]
