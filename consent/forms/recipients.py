"""What a recipient, or somebody for a recipient, says."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent import proofs, texts
from consent.forms.fields import (
    NO_REASON,
    ReasonField,
    ScanField,
    SometimesField,
    SometimesSignatureField,
    check_signed_once,
)
from consent.states import (
    AnswerChoice,
    ConsentKind,
    RefusalReason,
    Understanding,
)
from homecare.core.errors import RuleBroken
from homecare.recipients.models import ContactPerson, OwnView, Representative
from homecare.ui.forms import Segmented

# The reasons that a recipient gives; a board or a heritage value is an owner's.
OF_RECIPIENTS = [
    RefusalReason.PRIVACY,
    RefusalReason.SECURITY,
    RefusalReason.DAMAGE,
    RefusalReason.WAIT,
    RefusalReason.NO_NEED,
    RefusalReason.OTHER,
]


# An owner may leave the answer to its board; a recipient has none.
YES_OR_NO = [(one.value, one.label) for one in (AnswerChoice.YES, AnswerChoice.NO)]


# Must be answered where they are asked; what is asked beside them may wait.
FIRST_QUESTIONS = {ConsentKind.FITTING_HOME, ConsentKind.DATA}


class RecipientConsentForm(forms.Form):
    """What a recipient says yes and no to, on the screen or on paper, and what goes with it.

    `kinds` are asked together, the first of them large; those beside it may wait.
    """

    kind = forms.ChoiceField(
        label=_("Det gäller"),
        choices=[(ConsentKind.FITTING_HOME.value, ""), (ConsentKind.DATA.value, "")],
        widget=forms.HiddenInput,
    )
    giver = forms.ChoiceField(label=_("Vem svarar?"), widget=forms.RadioSelect, initial="self")
    own_view = SometimesField(
        label=_("Personens egen inställning"),
        choices=OwnView.choices,
        widget=forms.RadioSelect,
        help_text=_("Vill personen inte själv räcker inte ett ja från ställföreträdaren."),
    )
    understanding = SometimesField(
        label=_("Hur såg ni att personen förstod?"),
        choices=Understanding.choices,
        widget=forms.RadioSelect,
    )
    near = forms.MultipleChoiceField(
        label=_("Närstående som är med"), required=False, widget=forms.CheckboxSelectMultiple
    )
    present = forms.CharField(
        label=_("Någon annan som är med"),
        max_length=200,
        required=False,
        help_text=_("Namn och relation, till exempel Eva Lund, dotter."),
    )
    signature = SometimesSignatureField(label=_("Underskrift"))
    scan = ScanField(label=_("Skannat papper"), required=False)
    reason = ReasonField(label=_("Varför nej?"), choices=OF_RECIPIENTS)

    def __init__(
        self,
        *args: Any,
        name: str,
        kinds: Sequence[str],
        representatives: Iterable[Representative],
        cohabitants: Iterable[ContactPerson] = (),
        near: Iterable[ContactPerson] = (),
        asks_self: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = list(kinds)
        self.representatives = {str(one.ref): one for one in representatives}
        self.cohabitants = {f"with-{one.ref}": one for one in cohabitants}
        self._set_questions()
        self._set_givers(name, asks_self=asks_self)
        near_field: Any = self.fields["near"]
        named = [f"{one.name} ({one.relation})" if one.relation else one.name for one in near]
        near_field.choices = [(one, one) for one in named]
        if not named:
            del self.fields["near"]

    def _set_questions(self) -> None:
        questions: dict[str, forms.Field] = {}
        for kind in self.kinds:
            is_first = kind in FIRST_QUESTIONS
            field = forms.ChoiceField if is_first else SometimesField
            questions[f"answer_{kind}"] = field(
                label=texts.question(kind),
                choices=YES_OR_NO if is_first else [*YES_OR_NO, ("", _("Senare"))],
                widget=Segmented(),
                initial=None if is_first else "",
                error_messages={"required": _("Välj ja eller nej.")},
            )
        self.fields = {**questions, **self.fields}

    def _set_givers(self, name: str, *, asks_self: bool) -> None:
        giver: Any = self.fields["giver"]
        choices = [("self", _now("%(name)s själv") % {"name": name})] if asks_self else []
        if asks_self:
            choices += [(ref, _mandate(one)) for ref, one in self.representatives.items()]
        choices += [
            (ref, _now("%(name)s, som bor i bostaden, för sig själv") % {"name": one.name})
            for ref, one in self.cohabitants.items()
        ]
        giver.choices = choices
        giver.initial = choices[0][0] if choices else ""
        if len(choices) == 1:
            giver.widget = forms.HiddenInput()
        if not self.representatives:
            del self.fields["own_view"]

    @property
    def first_question(self) -> forms.BoundField | None:
        first = f"answer_{self.kinds[0]}" if self.kinds else ""
        return self[first] if first and self.kinds[0] in FIRST_QUESTIONS else None

    @property
    def more_questions(self) -> list[forms.BoundField]:
        return [self[f"answer_{kind}"] for kind in self.kinds if kind not in FIRST_QUESTIONS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = {kind: cleaned.get(f"answer_{kind}") for kind in self.kinds}
        cleaned["answers"] = {kind: one == AnswerChoice.YES for kind, one in said.items() if one}
        cleaned["representative"] = self.representatives.get(cleaned.get("giver", ""))
        cleaned["contact_person"] = self.cohabitants.get(cleaned.get("giver", ""))
        others = [one for one in [*cleaned.get("near", []), cleaned.get("present", "")] if one]
        cleaned["present"] = "; ".join(others)
        if len(cleaned["present"]) > 200:
            self.add_error("present", _now("Det blir för långt. Skriv kortare."))
        if not cleaned["answers"] and not self.errors:
            self.add_error(None, _now("Svara på minst en fråga."))
        first = said.get(self.kinds[0]) if self.kinds else None
        if self.first_question and first == AnswerChoice.NO and not cleaned.get("reason"):
            self.add_error("reason", _now("Välj en orsak till nej."))
        if any(cleaned["answers"].values()):
            self._clean_yes(cleaned)
        return cleaned

    def _clean_yes(self, cleaned: dict[str, Any]) -> None:
        if cleaned["representative"] and not cleaned.get("own_view"):
            self.add_error("own_view", _now("Ange personens egen inställning."))
        if self.is_objection:
            return  # no signature counts against the person's will
        on_paper = cleaned.get("scan") or "scan" in self.errors
        answers_for_self = not cleaned["representative"] and not cleaned["contact_person"]
        if answers_for_self and not on_paper and not cleaned.get("understanding"):
            self.add_error("understanding", _now("Ange hur ni såg att personen förstod frågan."))
        if check_signed_once(self, cleaned) and cleaned.get("signature"):
            try:
                proofs.check_signature(cleaned["signature"])
            except RuleBroken as broken:
                self.add_error("signature", str(broken))

    @property
    def is_objection(self) -> bool:
        """A representative says yes to something that the person does not want."""
        said = self.cleaned_data
        objects = said.get("representative") and said.get("own_view") == OwnView.OBJECTS
        return bool(objects) and any(said.get("answers", {}).values())


def _mandate(one: Representative) -> str:
    seen = (
        _now("kontrollerat %(day)s") % {"day": f"{one.evidence_seen_on:%Y-%m-%d}"}
        if one.evidence_seen_on
        else _now("inte kontrollerat")
    )
    return f"{one} – {one.evidence}, {seen}"


class RecipientEndForm(forms.Form):
    """Why a recipient takes a consent back."""

    reason = forms.ChoiceField(
        label=_("Varför?"),
        choices=[NO_REASON, *[(one.value, one.label) for one in OF_RECIPIENTS]],
    )
