"""Doors, lock models and orders, in the office."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.forms import ChangeForm
from homecare.ui.forms import DateInput
from locks.models import LockKind, LockModel, WorkOrder
from locks.states import Because, OrderKind, OrderState
from properties.models import Entrance, HomeDoor

ANY = ("", _("Alla"))
CHOOSE = _("Välj …")
REF = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Another technician or another day: the page shows what is booked then.
SHOWS_THE_DAY = {
    "hx-get": "",
    "hx-trigger": "change",
    "hx-include": "#id_technician, #id_on",
    "hx-target": "#technician-day",
}
# No state of its own in the database: the work is done, and the test was not passed.
TEST_FAILED = "test_failed"


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DoorFilter(forms.Form):
    """What narrows the list of doors."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Adress eller serienummer"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Lås"),
        required=False,
        choices=[
            ANY,
            ("none", _("Inget lås")),
            ("ordered", _("Montering planerad eller bokad")),
            ("fitted", _("Monterat, inte i drift")),
            (TEST_FAILED, _("Monterad – provet underkänt")),
            ("in_operation", _("I drift")),
        ],
    )


class LockModelFields(forms.Form):
    """The facts of a product."""

    supplier = forms.CharField(label=_("Leverantör"), max_length=80)
    name = forms.CharField(label=_("Modell"), max_length=80)
    kind = forms.ChoiceField(label=_("Typ"), choices=[("", CHOOSE), *LockKind.choices])
    has_monitoring_function = forms.BooleanField(
        label=_("Modellen övervakar"),
        required=False,
        help_text=_(
            "Till exempel registrerar den när dörren öppnas. Då krävs även samtycke enligt "
            "9 § lagen (2001:454) från den som bor där."
        ),
    )


class LockModelForm(LockModelFields):
    """A new product."""


class LockModelChangeForm(ChangeForm, LockModelFields):
    """The facts of a product that is in the register."""

    def __init__(self, data: Any = None, *, lock_model: LockModel, version: str) -> None:
        names = ("supplier", "name", "kind", "has_monitoring_function")
        values = {name: getattr(lock_model, name) for name in names}
        super().__init__(data, values=values, version=version)


class OrderFilter(forms.Form):
    """What narrows the list of orders."""

    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[
            ("", _("Öppna")),
            *OrderState.choices,
            (TEST_FAILED, _("Monterad – provet underkänt")),
            ("all", _("Alla")),
        ],
    )
    kind = forms.ChoiceField(label=_("Arbete"), required=False, choices=[ANY, *OrderKind.choices])
    day = forms.DateField(label=_("Dag"), required=False, widget=DateInput)
    technician = forms.ModelChoiceField(
        label=_("Montör"),
        required=False,
        queryset=User.objects.none(),
        to_field_name="ref",
        empty_label=_("Alla"),
    )

    def __init__(self, data: Any, *, technicians: QuerySet[User]) -> None:
        super().__init__(data)
        self.fields["technician"].queryset = technicians  # type: ignore[attr-defined]


class FittingForm(forms.Form):
    """A fitting to order."""

    lock_model = forms.ModelChoiceField(
        label=_("Låsmodell"),
        queryset=LockModel.objects.none(),
        to_field_name="ref",
        empty_label=CHOOSE,
    )
    note = forms.CharField(
        label=_("Till montören"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv inget om personen eller vården."),
    )

    def __init__(
        self, data: Any = None, *, door: Entrance | HomeDoor, wanted: str | None = None
    ) -> None:
        """Offers the models that fit the door; the only one, or the one `wanted`, is chosen."""
        models = LockModel.objects.filter(kind__in=LockKind.for_door(door))
        refs = [str(model.ref) for model in models]
        chosen = wanted if wanted in refs else refs[0] if len(refs) == 1 else None
        super().__init__(data, initial={"lock_model": chosen})
        self.has_models = bool(refs)
        self.fields["lock_model"].queryset = models  # type: ignore[attr-defined]


class RemovalForm(forms.Form):
    """A lock to order down."""

    because = forms.ChoiceField(label=_("Anledning"), choices=[("", CHOOSE), *Because.choices])
    note = forms.CharField(
        label=_("Till montören"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv inget om personen eller vården."),
    )


class NewVisitForm(forms.Form):
    """Another visit to a lock that did not pass the test."""

    note = forms.CharField(
        label=_("Till montören"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Skriv inget om personen eller vården."),
    )


class BookingForm(forms.Form):
    """Who comes, and when."""

    technician = forms.ModelChoiceField(
        label=_("Montör"), queryset=User.objects.none(), to_field_name="ref", empty_label=CHOOSE
    )
    on = forms.DateField(label=_("Dag"), widget=DateInput)
    starts = forms.TimeField(label=_("Tidigast"), required=False, widget=TimeInput)
    ends = forms.TimeField(label=_("Senast"), required=False, widget=TimeInput)

    def __init__(
        self,
        data: Any = None,
        *,
        order: WorkOrder,
        technicians: QuerySet[User],
        asked: Mapping[str, Any] | None = None,
    ) -> None:
        """`asked` is whose day to show first: the technician and the day of an address."""
        only = list(technicians[:2])
        chosen = order.assigned_to or (only[0] if len(only) == 1 else None)
        asked = asked or {}
        super().__init__(
            data,
            initial={
                "technician": asked.get("technician") or (chosen and chosen.ref),
                "on": asked.get("on") or order.booked_on or clock.today(),
                "starts": order.window_from,
                "ends": order.window_to,
            },
        )
        self.fields["technician"].queryset = technicians  # type: ignore[attr-defined]
        self.fields["on"].widget.attrs["min"] = clock.today().isoformat()
        for name in ("technician", "on"):
            self.fields[name].widget.attrs.update(SHOWS_THE_DAY)

    @property
    def day_to_show(self) -> tuple[User, date] | None:
        """Whose day the page shows beside the form, and which."""
        try:
            technician, day = (
                self.fields[name].clean(self[name].value()) for name in ("technician", "on")
            )
        except ValidationError:
            return None
        return technician, day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        on, starts, ends = (cleaned.get(name) for name in ("on", "starts", "ends"))
        if bool(starts) != bool(ends):
            self.add_error("ends" if starts else "starts", _("Ange båda tiderna, eller ingen."))
        elif starts and ends and ends <= starts:
            self.add_error("ends", _("Tiden måste sluta senare än den börjar."))
        elif on and ends and _has_been(on, ends):
            self.add_error("ends", _("Tiden har redan varit. Välj en senare tid."))
        return cleaned

    @property
    def booking(self) -> dict[str, Any]:
        """What the action asks for."""
        times: tuple[time | None, time | None] = (
            self.cleaned_data["starts"],
            self.cleaned_data["ends"],
        )
        return {
            "technician": self.cleaned_data["technician"],
            "on": self.cleaned_data["on"],
            "window": times if all(times) else None,
            # The jobs at the same time that one has been warned of.
            "despite": {UUID(ref) for ref in REF.findall(self.data.get("despite", ""))},
        }


def _has_been(day: date, ends: time) -> bool:
    """Whether the time is over. The action does not ask: some write it down afterwards."""
    now = timezone.localtime(clock.now())
    return day == now.date() and ends <= now.time()


class CancelForm(forms.Form):
    """Why an order is called off."""

    reason = forms.CharField(label=_("Varför avbryts jobbet?"), max_length=300)
