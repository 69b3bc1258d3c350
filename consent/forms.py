"""The shapes of input."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent import proofs, texts, validation
from consent.actions import Answer
from consent.actions.answers import FURTHEST_DECISION
from consent.models import CaseItem, ConsentText
from consent.queries import entrances_of, properties_of
from consent.states import (
    AnswerChoice,
    CaseState,
    ConsentKind,
    ConsentPath,
    RefusalReason,
    TextLanguage,
    Understanding,
)
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.recipients.models import ContactPerson, OwnView, Representative
from homecare.ui.forms import DateInput, FileDrop, Segmented, SignatureField
from properties.models import Entrance, OwnerKind, Property, PropertyOwner

NO_REASON = ("", _("Välj orsak"))
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


# --- the owner's page ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemFields:
    """The fields of one entrance, for the template."""

    item: CaseItem
    choice: forms.BoundField
    conditions: forms.BoundField
    reason: forms.BoundField
    decision_on: forms.BoundField


class AnswerForm(forms.Form):
    """An owner's yes, no or later for each entrance, and who answers."""

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
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Skriv din roll.")},
    )

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


# --- the office ----------------------------------------------------------------------------------


class CaseFilter(forms.Form):
    """Which requests the list shows."""

    OPEN = "open"

    state = forms.ChoiceField(
        label=_("Läge"),
        choices=[(OPEN, _("Väntar på svar")), *CaseState.choices, ("", _("Alla"))],
        required=False,
    )
    q = forms.CharField(label=_("Ägare"), max_length=80, required=False)
    month = forms.DateField(
        label=_("Skickad i månad"),
        input_formats=["%Y-%m"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("ÅÅÅÅ-MM"), "inputmode": "numeric"}),
        error_messages={"invalid": _("Skriv år och månad, till exempel 2026-11.")},
    )


class CoverageFilter(forms.Form):
    """Which entrances the list of coverage shows."""

    path = forms.ChoiceField(
        label=_("Läge"),
        choices=[
            ("", _("Alla")),
            *ConsentPath.choices,
            ("opened", _("Öppnad men inte besvarad")),
            ("conditions", _("Ja med villkor")),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Typ av ägare"),
        choices=[("", _("Alla")), *OwnerKind.choices, ("none", _("Ägare saknas"))],
        required=False,
    )
    q = forms.CharField(label=_("Ägare eller adress"), max_length=80, required=False)


class ConsentFilter(forms.Form):
    """Which consents of owners the list shows."""

    q = forms.CharField(label=_("Ägare"), max_length=80, required=False)
    ended = forms.BooleanField(label=_("Visa även upphörda"), required=False)


class AskForm(forms.Form):
    """Which of an owner's entrances to ask about, and in which language."""

    entrances = forms.ModelMultipleChoiceField(
        label=_("Portar att fråga om"),
        help_text=_("Portar på vägen till en bostad där någon behöver det är redan valda."),
        queryset=Entrance.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en port.")},
    )
    language = forms.ChoiceField(
        label=_("Språk"), choices=settings.LANGUAGES, widget=Segmented(), initial="sv"
    )

    def __init__(self, *args: Any, entrances: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entrances"]
        field.queryset = entrances
        field.label_from_instance = _name_of_entrance


def _name_of_entrance(entrance: Any) -> str:
    name = f"{entrance} – {entrance.real_property}"
    return f"{name} ({ConsentPath.NO.label})" if entrance.path == ConsentPath.NO else name


class ReasonForm(forms.Form):
    """Why something is ended."""

    reason = forms.CharField(
        label=_("Orsak"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class OwnerConsentForm(forms.Form):
    """A yes that an owner has signed on paper."""

    covers = forms.ChoiceField(
        label=_("Medgivandet gäller"),
        choices=[
            ("everything", _("Alla fastigheter")),
            ("properties", _("Vissa fastigheter")),
            ("entrances", _("Vissa portar")),
        ],
        widget=Segmented(),
    )
    properties = forms.ModelMultipleChoiceField(
        label=_("Fastigheter"),
        queryset=Property.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    entrances = forms.ModelMultipleChoiceField(
        label=_("Portar"),
        queryset=Entrance.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    home_doors_too = forms.BooleanField(
        label=_("Gäller även montering på bostadsdörrar"),
        help_text=_("Bara för hela fastigheter."),
        required=False,
    )
    given_on = forms.DateField(label=_("Undertecknat den"), widget=DateInput())
    given_by_name = forms.CharField(label=_("Undertecknat av"), max_length=120)
    conditions = forms.CharField(
        label=_("Villkor"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scan = ScanField(label=_("Skannat papper"))

    def __init__(self, *args: Any, owner: PropertyOwner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        properties: Any = self.fields["properties"]
        entrances: Any = self.fields["entrances"]
        properties.queryset = properties_of(owner)
        entrances.queryset = entrances_of(owner)

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > clock.today():
            raise ValidationError(_now("Datumet har inte varit än."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("covers")
        for name in ("properties", "entrances"):
            if name == chosen and not cleaned.get(name):
                self.add_error(name, _now("Välj minst en."))
            elif name != chosen:
                cleaned[name] = []
        if chosen == "entrances" and cleaned.get("home_doors_too"):
            self.add_error("home_doors_too", _now("Går bara för hela fastigheter."))
        cleaned["everything"] = cleaned.pop("covers", None) == "everything"
        return cleaned


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
        if {"signature", "scan"} & set(self.errors):
            return
        signature, scan = cleaned.get("signature"), cleaned.get("scan")
        answers_for_self = not cleaned["representative"] and not cleaned["contact_person"]
        if answers_for_self and not scan and not cleaned.get("understanding"):
            self.add_error("understanding", _now("Ange hur ni såg att personen förstod frågan."))
        if not signature and not scan:
            self.add_error("signature", _now("Skriv under i rutan, eller välj ett skannat papper."))
        elif signature and scan:
            self.add_error("scan", _now("Välj antingen underskrift i rutan eller skannat papper."))
        elif signature:
            try:
                proofs.check_signature(signature)
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


# --- texts to agree to ---------------------------------------------------------------------------


class TextForm(forms.Form):
    """The words of a draft to agree to, and whom it is for. A draft that is there keeps its party
    and its language.
    """

    party = forms.ChoiceField(
        label=_("Till"), choices=ConsentText.Party.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Språk"), choices=TextLanguage.choices, widget=Segmented())
    version = forms.CharField(
        label=_("Version"),
        max_length=20,
        help_text=_("Visas för den som svarar, till exempel 2026-2."),
    )
    valid_from = forms.DateField(
        label=_("Gäller från"),
        widget=DateInput(),
        help_text=_("Används från den dagen, när någon annan har godkänt texten."),
    )
    title = forms.CharField(label=_("Rubrik"), max_length=160)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "Tom rad mellan stycken. ”## ” först på raden gör en rubrik, ”- ” en punkt i en lista."
        ),
    )

    def __init__(self, *args: Any, draft: ConsentText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        if draft:
            del self.fields["party"], self.fields["language"]

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < clock.today():
            raise ValidationError(_now("Dagen har varit. Välj i dag eller en senare dag."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        party = self.draft.party if self.draft else cleaned.get("party")
        if party and "body" in cleaned:
            for fault in validation.faults_of(party, cleaned.get("title", ""), cleaned["body"]):
                self.add_error("body", fault)
        return cleaned
