"""A recipient's own yes or no, on the coordinator's screen or tablet, or on paper."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import access, actions, proofs, texts
from consent.actions.recipients import ASKED_TOGETHER, PARTY_OF
from consent.actions.texts import agreed
from consent.forms import RecipientConsentForm, RecipientEndForm
from consent.models import ConsentText, Proof
from consent.queries import (
    CONFIRM_RECIPIENT,
    Standing,
    home_of,
    objections_seen_by,
    standings_of,
)
from consent.states import ConsentKind, TextLanguage, TextState
from homecare.accounts.access import needs
from homecare.audit.trail import note_print
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.web import download, go, page
from homecare.recipients.access import note_list, recipient_for_consent, unit_of
from homecare.recipients.models import ContactPerson, OwnView, Recipient, Representative
from homecare.ui.parts import Tone
from properties.models import HomeDoor


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One thing that is asked in the home, for the list."""

    standing: Standing
    who: str
    state: str
    tone: Tone
    ask_url: str  # "" where there is a yes

    @property
    def is_to_confirm(self) -> bool:
        """Whether the yes is so old that it should be gone through again."""
        consent = self.standing.consent
        if consent is None or self.ask_url:
            return False
        last_said_on = consent.confirmed_on or consent.starts_on
        return last_said_on <= clock.today() - CONFIRM_RECIPIENT


class _Talk:
    """A person, what has been said so far, and what the address asks to see."""

    def __init__(self, request: HttpRequest, person: Recipient, home: HomeDoor) -> None:
        self.person, self.home = person, home
        given = request.GET
        kind = request.POST.get("kind") or given.get("kind", "")
        self.kind = ConsentKind(kind) if kind in ASKED_TOGETHER else ConsentKind.FITTING_HOME
        self.party = PARTY_OF[self.kind]
        self.languages = self._languages()
        wanted = given.get("lang", "")
        spoken = translation.get_language() or "sv"
        self.language = wanted if wanted in self.languages else spoken
        self.is_large = "stor" in given
        self.standings = standings_of(person, home)
        self.own = {one.kind: one for one in self.standings if one.contact_person is None}
        self.cohabitants: list[ContactPerson] = [
            one.contact_person
            for one in self.standings
            if one.contact_person and one.is_open and self.kind == ConsentKind.DATA
        ]
        self.open_kinds = [kind for kind in ASKED_TOGETHER[self.kind] if self.own[kind].is_open]
        self.representatives = list(
            Representative.objects.on(clock.today()).filter(recipient=person)
        )
        self.asks_self = bool(self.open_kinds)
        # For somebody who lives there, the question is the same.
        self.asked = self.open_kinds or ([self.kind] if self.cohabitants else [])
        is_new = self.own[self.kind].state == "not_asked"
        wants = request.method == "POST" or "fraga" in given or is_new
        self.shows_form = bool(self.asked) and wants

    def _languages(self) -> dict[str, str]:
        there = ConsentText.objects.filter(
            party=self.party, state=TextState.APPROVED, valid_from__lte=clock.today()
        ).values_list("language", flat=True)
        return {one.value: str(one.label) for one in TextLanguage if one in set(there)}

    def text(self) -> ConsentText | None:
        text: ConsentText | None = ConsentText.objects.current(self.party, self.language)
        return text or ConsentText.objects.current(self.party, TextLanguage.SWEDISH)

    def address(self, *, kind: str = "", **query: str) -> str:
        there = reverse("consent:recipient_consent", kwargs={"recipient": self.person.ref})
        return f"{there}?{urlencode({'kind': kind or self.kind.value, **query})}"

    def form_address(self, **changed: str) -> str:
        """The address of this very form, in another language or size."""
        query = {"lang": self.language, "fraga": "1", **({"stor": "1"} if self.is_large else {})}
        return self.address(**{**query, **changed})

    def rows(self) -> list[StandingRow]:
        return [self._row(one) for one in self.standings]

    def _row(self, one: Standing) -> StandingRow:
        states: dict[str, tuple[str, Tone]] = {
            "yes": (_("Ja"), "good"),
            "no": (_("Nej"), "bad"),
            "withdrawn": (_("Återkallat"), "bad"),
            "not_asked": (_("Inte tillfrågad"), "neutral"),
        }
        state, tone = states[one.state]
        main = ConsentKind.DATA if one.kind == ConsentKind.DATA else ConsentKind.FITTING_HOME
        who = one.contact_person.name if one.contact_person else self.person.name
        ask = self.address(kind=main.value, fraga="1") if one.is_open else ""
        return StandingRow(one, who, state, tone, ask)

    def context(self) -> dict[str, Any]:
        size = {} if self.is_large else {"stor": "1"}
        other = {"lang": self.language, "fraga": "1", **size}
        return {
            "person": self.person,
            "home": self.home,
            "kind": self.kind.value,
            "kind_label": self.kind.label,
            "language": self.language,
            "languages": [
                (label, self.form_address(lang=code), code == self.language)
                for code, label in self.languages.items()
            ],
            "is_large": self.is_large,
            "other_size": self.address(**other),
            "rows": self.rows(),
            "objecting": [one for one in self.representatives if one.own_view == OwnView.OBJECTS],
            "back": _page_of(self.person),
        }


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recipient_consent(request: HttpRequest, recipient: Any) -> HttpResponse:
    """What the person has said so far, or the text, large, with its questions and a signature.

    `?kind=data` asks for the consent to data; `lang` and `stor` choose the text and a bigger type;
    `fraga` asks again where there is an answer.
    """
    person = recipient_for_consent(request.user, recipient)
    try:
        home = home_of(person, seen_by=request.user)
    except RuleBroken as broken:
        context = {"person": person, "why": str(broken), "back": _page_of(person)}
        return page(request, "consent/recipient_impossible.html", context)
    talk = _Talk(request, person, home)
    text = talk.text()
    if text is None or not talk.shows_form:
        return page(request, "consent/recipient_state.html", talk.context() | _given(talk))
    form = _form(request, talk)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, talk, text, form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return go(request, talk.address())
    paper = reverse("consent:recipient_form", kwargs={"recipient": person.ref})
    size = {"stor": "1"} if talk.is_large else {}
    query = urlencode({"kind": talk.kind.value, "lang": text.language, **size})
    context = talk.context() | {"text": text, "form": form, "paper_url": f"{paper}?{query}"}
    return page(request, "consent/recipient_consent.html", context)


def _form(request: HttpRequest, talk: _Talk) -> RecipientConsentForm:
    return RecipientConsentForm(
        request.POST or None,
        request.FILES or None,
        name=talk.person.name,
        kinds=talk.asked,
        representatives=talk.representatives,
        cohabitants=talk.cohabitants,
        near=ContactPerson.objects.current().filter(recipient=talk.person),
        asks_self=talk.asks_self,
        initial={"kind": talk.kind.value},
    )


def _given(talk: _Talk) -> dict[str, Any]:
    """What there is to see of what was answered: the proofs, and the other way in after a no."""
    given = [one.consent for one in talk.standings if one.consent]
    papers: dict[str, Proof] = {}
    for proof in Proof.objects.filter(consent__in=given).without_content():
        papers.setdefault(proof.sha256, proof)  # the same paper stands behind several
    refused = {"no", "withdrawn"}
    return {
        "proofs": list(papers.values()),
        "consents": given,
        "says_no_to_lock": talk.own[ConsentKind.FITTING_HOME].state in refused,
        "says_no_to_data": talk.own[ConsentKind.DATA].state in refused,
    }


def _save(request: HttpRequest, talk: _Talk, text: ConsentText, form: RecipientConsentForm) -> None:
    """One action, and what to say of it."""
    said, by = form.cleaned_data, request.user
    if form.is_objection:
        actions.record_objection(
            recipient=talk.person,
            kinds=[kind for kind, yes in said["answers"].items() if yes],
            representative=said["representative"],
            by=by,  # type: ignore[arg-type]
        )
        messages.warning(request, _("Inget medgivande är sparat. Ta upp det med enhetschefen."))
        return
    names = ("answers", "reason", "signature", "scan", "representative", "contact_person")
    given = actions.record_recipient_answer(
        recipient=talk.person,
        text=text,
        by=by,  # type: ignore[arg-type]
        own_view=said.get("own_view", ""),
        understanding=said["understanding"],
        present=said["present"],
        **{name: said[name] for name in names},
    )
    if given:
        messages.success(request, _("Medgivandet är sparat."))
    else:
        messages.success(request, _("Nejet är sparat. Fråga inte igen förrän efter en tid."))


def _page_of(person: Recipient) -> str:
    return reverse("desk:recipient", kwargs={"recipient": person.ref})


@needs("ask_consents")
@require_GET
def recipient_form(request: HttpRequest, recipient: Any) -> HttpResponse:
    """The paper to read, tick and sign, in the text and language that the address chooses."""
    person = recipient_for_consent(request.user, recipient)
    try:
        home = home_of(person, seen_by=request.user)
    except RuleBroken as broken:
        context = {"person": person, "why": str(broken), "back": _page_of(person)}
        return page(request, "consent/recipient_impossible.html", context)
    talk = _Talk(request, person, home)
    text = talk.text()
    if text is None:
        return go(request, talk.address())
    with translation.override(texts.speech(text.language)):
        questions = [texts.question(kind) for kind in ASKED_TOGETHER[talk.kind]]
    paper = proofs.recipient_form_pdf(
        proofs.RecipientForm(
            recipient=person.name,
            home=str(home),
            questions=questions,
            is_large=talk.is_large,
            at=clock.now(),
            text=agreed(text),
        )
    )
    note_print(
        request.user,
        what="consent.form_printed",
        obj=text,
        person=person,
        unit=unit_of(person, request.user, "ask_consents"),
    )
    return download(paper, "medgivande.pdf", "application/pdf")


@needs("see_consents")
@require_GET
def objection_list(request: HttpRequest) -> HttpResponse:
    """Those who do not want what their representative would agree to: for the unit manager."""
    mandates = list(objections_seen_by(request.user))
    people = {one.recipient_id: one.recipient for one in mandates}
    note_list(request.user, list(people.values()), what="consent.objection_list")
    return page(request, "consent/objection_list.html", {"mandates": mandates})


@needs("ask_consents")
@require_POST
def recipient_consent_confirm(request: HttpRequest, recipient_consent: Any) -> HttpResponse:
    """Note that the person has said today that a consent still holds."""
    consent = access.recipient_consent_to_end(request.user, recipient_consent)
    person: Any = consent.recipient
    try:
        actions.confirm_consent(consent=consent, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Antecknat: medgivandet gäller fortfarande."))
    return go(request, reverse("consent:recipient_consent", kwargs={"recipient": person.ref}))


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recipient_consent_end(request: HttpRequest, recipient_consent: Any) -> HttpResponse:
    """Note that the recipient has taken the consent back."""
    consent = access.recipient_consent_to_end(request.user, recipient_consent)
    person: Any = consent.recipient
    back = reverse("consent:recipient_consent", kwargs={"recipient": person.ref})
    form = RecipientEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_recipient_consent(consent=consent, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Medgivandet är återkallat och gäller inte längre."))
            return go(request, back)
    context = {"consent": consent, "person": person, "form": form, "back": back}
    return page(request, "consent/recipient_consent_end.html", context)
