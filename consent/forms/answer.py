"""What an owner fills in on its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent.actions import Answer
from consent.actions.answers import FURTHEST_DECISION
from consent.forms.fields import ReasonField, WhoAnswers
from consent.models import CaseItem
from consent.states import (
    AnswerChoice,
    RefusalReason,
)
from homecare.core import clock
from homecare.ui.forms import DateInput, Segmented


@dataclass(frozen=True, slots=True)
class ItemFields:
    """The fields of one entrance, for the template."""

    item: CaseItem
    choice: forms.BoundField
    conditions: forms.BoundField
    reason: forms.BoundField
    decision_on: forms.BoundField


class AnswerForm(WhoAnswers):
    """An owner's yes, no or later for each entrance, and who answers."""

    def __init__(self, *args: Any, items: Iterable[CaseItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        fields: dict[str, forms.Field] = {}
        for item in self.items:
            door = str(item.entrance)
            fields[f"choice_{item.pk}"] = forms.ChoiceField(
                label=door,
                choices=AnswerChoice.choices,
                widget=Segmented(),
                error_messages={"required": _("Svara för porten.")},
            )
            fields[f"conditions_{item.pk}"] = forms.CharField(
                label=_now("Villkor för %(door)s") % {"door": door},
                max_length=500,
                required=False,
                help_text=_now(
                    "Till exempel tider, plats, kulör eller vem montören ska höra av sig till."
                ),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            fields[f"reason_{item.pk}"] = ReasonField(
                label=_now("Varför nej till %(door)s?") % {"door": door},
                choices=RefusalReason,
                required=False,
            )
            fields[f"decision_{item.pk}"] = forms.DateField(
                label=_now("När beslutar styrelsen om %(door)s?") % {"door": door},
                required=False,
                widget=DateInput(),
            )
        self.fields = {**fields, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for item in self.items:
            self._clean_decision(f"decision_{item.pk}", cleaned, cleaned.get(f"choice_{item.pk}"))
        return cleaned

    def _clean_decision(self, name: str, cleaned: dict[str, Any], choice: str | None) -> None:
        day = cleaned.get(name)
        if choice != AnswerChoice.BOARD:
            cleaned[name] = None
        elif day is None and name not in self.errors:
            self.add_error(name, _now("Skriv vilken dag styrelsen beslutar."))
        elif day and not clock.today() <= day <= clock.today() + FURTHEST_DECISION:
            self.add_error(name, _now("Dagen ska vara inom ett år från i dag."))

    @property
    def answers(self) -> dict[int, Answer]:
        """What was answered, once the form is valid."""
        said = self.cleaned_data
        return {
            item.pk: Answer(
                choice=said[f"choice_{item.pk}"],
                conditions=said[f"conditions_{item.pk}"],
                refusal_reason=said[f"reason_{item.pk}"] or RefusalReason.NOT_SAID,
                decision_on=said[f"decision_{item.pk}"],
            )
            for item in self.items
        }

    @property
    def said(self) -> list[tuple[CaseItem, str]]:
        """Each entrance and what is answered for it, in words, once the form is valid."""
        return [
            (item, str(AnswerChoice(self.cleaned_data[f"choice_{item.pk}"]).label))
            for item in self.items
        ]

    @property
    def doors(self) -> list[ItemFields]:
        return [
            ItemFields(
                item,
                self[f"choice_{item.pk}"],
                self[f"conditions_{item.pk}"],
                self[f"reason_{item.pk}"],
                self[f"decision_{item.pk}"],
            )
            for item in self.items
        ]
